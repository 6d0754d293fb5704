/** Which shared lists a user's answer is made of. Coarse on purpose: users who are alike ask for the same lists. */
import { categoryIdOf } from "./categories.ts";
import { type Topic, TRAIT_NAMES, type TraitName } from "./topic.ts";
import { TOPICS } from "./topics.ts";
import type { Theme } from "./video-library.ts";

export interface Taste {
  /** 0 to 100 by trait; a trait that is missing counts as the middle. Undefined: never assessed. */
  readonly personality: Readonly<Partial<Record<TraitName, number>>> | undefined;
  /** Channel ids, watched most first. */
  readonly watchedChannels: readonly string[];
  /** Category ids or names, liked most first. */
  readonly likedCategories: readonly string[];
  /** One category's id or name: nothing else is wanted. */
  readonly categoryFilter: string | undefined;
  readonly includeTrending: boolean;
}

/** Ten lists are 500 candidates, and 13 units at most when none of them is kept anywhere. */
const THEMES = 10;
const CHARTS = 3;
const CHANNELS = 3;
const TOPICS_A_USER = 3;

const CHANNEL_ID = /^UC[A-Za-z0-9_-]{22}$/;

/** In order of worth, each once, at most 10. Empty for a category filter that names no category. */
export function themesFor(taste: Taste): readonly Theme[] {
  const trending: readonly Theme[] = taste.includeTrending ? [{ kind: "trending" }] : [];
  const channels = unique(taste.watchedChannels.filter((id) => CHANNEL_ID.test(id)))
    .slice(0, CHANNELS)
    .map((channelId): Theme => ({ kind: "channel", channelId }));
  if (taste.categoryFilter !== undefined) {
    const categoryId = categoryIdOf(taste.categoryFilter);
    if (categoryId === undefined) return [];
    const topics = fittingTopics(
      taste,
      ({ whole, categoryIds }) => !whole && categoryIds.includes(categoryId),
    );
    return distinct([{ kind: "chart", categoryId }, ...topics, ...channels, ...trending]);
  }
  const charts = unique(taste.likedCategories.flatMap((liked) => categoryIdOf(liked) ?? []))
    .slice(0, CHARTS)
    .map((categoryId) => ({ kind: "chart", categoryId }) as const);
  // The chart of a category is the list of a topic that is the whole of it.
  const charted = new Set(charts.map(({ categoryId }) => categoryId));
  const topics = fittingTopics(
    taste,
    ({ whole, categoryIds }) => !(whole && charted.has(categoryIds[0] ?? "")),
  );
  // In turn: whichever kind is cut off by few tokens, something of each is there.
  return distinct([...trending, ...inTurn(charts, topics, channels)]);
}

/** What most people watch first; of these YouTube keeps charts in nearly every region. */
const WIDE_CHARTS = ["10", "20", "24", "17", "1", "23", "22", "28", "26", "25", "2", "15"];
/** With ten lists before them they are 1,000 candidates, which scoring is measured for. */
const WIDER_THEMES = 10;

/**
 * For a user who has had nearly all that is in these lists: other charts of the region. All users of a region are sent
 * to the same ones, so that they cost next to nothing.
 */
export function widerThemes(had: readonly Theme[]): readonly Theme[] {
  const names = new Set(had.map(themeName));
  return WIDE_CHARTS.map((categoryId): Theme => ({ kind: "chart", categoryId }))
    .filter((theme) => !names.has(themeName(theme)))
    .slice(0, WIDER_THEMES);
}

/** -1, 0 or 1: the thirds in which system D sees a trait. */
const thirdOf = (score: number): -1 | 0 | 1 => (score < 34 ? -1 : score > 66 ? 1 : 0);

/** The topics that fit best. Whom nothing sets apart gets those that have a chart, which cost no search. */
function fittingTopics(taste: Taste, wanted: (topic: Topic) => boolean): readonly Theme[] {
  const scored = TOPICS.filter(wanted)
    .map((topic) => ({ topic, fit: fitOf(topic, taste.personality) }))
    .filter(({ fit }) => fit > 0)
    .toSorted((a, b) => b.fit - a.fit);
  const chosen =
    scored.length > 0
      ? scored.map(({ topic }) => topic)
      : TOPICS.filter((topic) => topic.whole && wanted(topic));
  return chosen.slice(0, TOPICS_A_USER).map(({ id }): Theme => ({ kind: "topic", topic: id }));
}

/** Sum over the traits, by thirds. */
function fitOf({ leanings }: Topic, personality: Taste["personality"]): number {
  let fit = 0;
  for (const trait of TRAIT_NAMES) {
    fit += (leanings[trait] ?? 0) * thirdOf(personality?.[trait] ?? 50);
  }
  return fit;
}

const unique = <Value>(values: readonly Value[]): readonly Value[] => [...new Set(values)];

function inTurn(...kinds: readonly (readonly Theme[])[]): readonly Theme[] {
  const longest = Math.max(...kinds.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) =>
    kinds.flatMap((kind) => kind[turn] ?? []),
  ).flat();
}

/** The name of a theme within a region. */
export function themeName(theme: Theme): string {
  switch (theme.kind) {
    case "trending":
      return "trending";
    case "chart":
      return `chart:${theme.categoryId}`;
    case "channel":
      return `channel:${theme.channelId}`;
    case "topic":
      return `topic:${theme.topic}`;
  }
}

function distinct(themes: readonly Theme[]): readonly Theme[] {
  return [...new Map(themes.map((theme) => [themeName(theme), theme])).values()].slice(0, THEMES);
}
