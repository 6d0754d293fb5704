/** How the list of each kind of theme is made: cheap before dear, and no second page. */
import type { Cache, CacheRead, Loaded, Windows } from "../cache/tiered-cache.ts";
import type { Background } from "../platform/background.ts";
import type { Called, Caller } from "./counted-call.ts";
import type { PaidSearches } from "./paid-searches.ts";
import { LIST_WINDOWS, type ListScope, listKey, type SharedList } from "./shared-list.ts";
import { isAbout, type Topic } from "./topic.ts";
import { topicOf } from "./topics.ts";
import type { Video } from "./video.ts";
import type { Theme } from "./video-library.ts";
import type { YouTubeClient } from "./youtube-client.ts";

export interface ListMaking {
  /** Behind the gate of the request. */
  readonly client: YouTubeClient;
  readonly cache: Cache<SharedList>;
  readonly searches: PaidSearches;
  readonly scope: ListScope;
  readonly caller: Caller;
  readonly nowMs: number;
  readonly background: Background;
}

/** This many videos of a topic in the charts are a list: fewer would show everybody the same handful. */
const ENOUGH = 8;
/** A list cut from a chart lives as long as the chart is fresh, and at least this long. */
const SHORTEST_LIFE_MS = 60_000;

export async function makeList(theme: Theme, making: ListMaking): Promise<Loaded<SharedList>> {
  const { client, scope, caller } = making;
  switch (theme.kind) {
    case "trending":
      return loaded(await client.chart(scope.region, undefined, caller), "trending");
    case "chart":
      return loaded(await client.chart(scope.region, theme.categoryId, caller), "chart");
    case "channel": {
      const uploads = await client.uploads(theme.channelId, caller);
      if (uploads.outcome !== "value") return unlisted(uploads, "channel");
      return loaded(await client.videos(uploads.value, caller), "channel");
    }
    case "topic": {
      const topic = topicOf(theme.topic);
      // Only a theme that is older than the vocabulary names a topic that is not in it.
      if (topic === undefined) return nothing("topic");
      return (
        (await cutFromCharts(topic, making)) ??
        (await withoutTrending(making)) ??
        (await searched(topic, theme, making))
      );
    }
  }
}

/** Undefined when the charts hold too little of the topic. A chart that cannot be had is no reason to search. */
async function cutFromCharts(
  topic: Topic,
  making: ListMaking,
): Promise<Loaded<SharedList> | undefined> {
  const videos: Video[] = [];
  let untilMs = Number.POSITIVE_INFINITY;
  for (const categoryId of topic.categoryIds) {
    const chart = await readChart({ kind: "chart", categoryId }, making);
    if (chart.outcome === "failed") return chart;
    if (chart.outcome === "nothing") continue;
    videos.push(...chart.value.videos.filter((video) => isAbout(topic, video)));
    untilMs = Math.min(untilMs, chart.freshUntilMs);
    if (videos.length >= ENOUGH) {
      const freshMs = Math.max(SHORTEST_LIFE_MS, untilMs - making.nowMs);
      return kept(distinct(videos), { ...LIST_WINDOWS.topic, freshMs, staleMs: freshMs });
    }
  }
  return undefined;
}

/**
 * A region without trending videos is one that YouTube does not have: each of its topics would cost a search. Undefined
 * for any other. To know costs a unit at most, and mostly nothing: nearly every answer reads this list.
 */
async function withoutTrending(making: ListMaking): Promise<Loaded<SharedList> | undefined> {
  const trending = await readChart({ kind: "trending" }, making);
  if (trending.outcome === "failed") return trending;
  return trending.outcome === "nothing" ? nothing("trending") : undefined;
}

async function readChart(chart: Theme, making: ListMaking): Promise<CacheRead<SharedList>> {
  return making.cache.read(listKey(chart, making.scope), {
    nowMs: making.nowMs,
    background: making.background,
    load: () => makeList(chart, making),
  });
}

async function searched(
  topic: Topic,
  theme: Theme,
  { client, searches, scope, caller, nowMs }: ListMaking,
): Promise<Loaded<SharedList>> {
  const key = listKey(theme, scope);
  let ids = searches.find(key, nowMs);
  if (ids === undefined) {
    const { region, language } = scope;
    const search = await client.search({ words: topic.words, region, language }, caller);
    if (search.outcome !== "value") return unlisted(search, "topic");
    ids = search.value;
    searches.keep(key, ids, nowMs);
  }
  const list = loaded(await client.videos(ids, caller), "topic");
  if (list.outcome === "value") searches.drop(key);
  return list;
}

function loaded(called: Called<readonly Video[]>, kind: Theme["kind"]): Loaded<SharedList> {
  if (called.outcome !== "value") return unlisted(called, kind);
  return called.value.length === 0 ? nothing(kind) : kept(called.value, LIST_WINDOWS[kind]);
}

const unlisted = (
  called: Exclude<Called<never>, { outcome: "value" }>,
  kind: Theme["kind"],
): Loaded<SharedList> => (called.outcome === "nothing" ? nothing(kind) : called);

const nothing = (kind: Theme["kind"]): Loaded<SharedList> => ({
  outcome: "nothing",
  windows: LIST_WINDOWS[kind],
});

const kept = (videos: readonly Video[], windows: Partial<Windows>): Loaded<SharedList> => ({
  outcome: "value",
  value: { videos },
  windows,
});

const distinct = (videos: readonly Video[]): readonly Video[] => [
  ...new Map(videos.map((video) => [video.id, video])).values(),
];
