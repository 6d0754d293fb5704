import { itemCode } from "../../domain/item-code.ts";
import type { Source } from "../../pipeline/stages.ts";
import type { MissingTheme, Theme, ThemeVideos } from "../../youtube/video-library.ts";
import type { DegradedReason } from "../degradation.ts";
import type { FoundVideo, Lack, VideoRequest, VideoState } from "../video-state.ts";

/** Lists hold 50 videos each: 1,000 are what scoring is measured for. */
const CANDIDATES_LIMIT = 1_000;
/** Six clusters of three: `genre-clusters.ts`. */
const CLUSTERED = 18;
const TRENDING: readonly Theme[] = [{ kind: "trending" }];

/** The shared lists that fit the user, and what is trending in the region. Never fails: what is missing is told. */
export const videoLists: Source<VideoRequest, VideoState, FoundVideo> = {
  name: "video_lists",
  async find(request, state) {
    const { videos, key, config, region, nowMs, background, waitMs, from, surface, category } =
      request;
    if (from !== "youtube" || videos.library === undefined) return undefined;
    const { library, rules } = videos;
    const asked = {
      tenant: key.tenant,
      user: key.user,
      region,
      language: config.videos.language,
      nowMs,
      background,
      waitMs,
    };
    const themes = themesOf(request);
    const { found, missing } = await library.videos({ ...asked, themes });
    // A stale list without a reason is being renewed behind the answer.
    const old = found.filter(({ reason }) => reason !== undefined);
    state.missingLists = missing.length;
    state.oldLists = old.length;
    if (missing.length + old.length > 0) state.lack = lackOf([...missing, ...old]);
    const listed = found.flatMap(candidatesOf);
    if (listed.length === 0) {
      // Lists that YouTube has nothing for are no outage: the catalogue fills the answer.
      if (missing.length > 0) state.away = lackOf(missing);
      return listed;
    }
    const whole = surface === "trending" || category !== undefined;
    if (whole || hasEnough(request, state, listed)) return listed.slice(0, CANDIDATES_LIMIT);
    const wider = await library.videos({ ...asked, themes: rules.widerThemes(themes) });
    return [...listed, ...wider.found.flatMap(candidatesOf)].slice(0, CANDIDATES_LIMIT);
  },
};

const candidatesOf = ({ theme, videos }: ThemeVideos): readonly FoundVideo[] =>
  videos.map((video) => ({
    video,
    code: itemCode(video.id),
    listed: theme.kind === "trending" ? "trending" : "themes",
  }));

/** What the user has not had fills an answer and its clusters. */
function hasEnough(
  { maxResults }: VideoRequest,
  { served, watched, disliked }: VideoState,
  listed: readonly FoundVideo[],
): boolean {
  const left = listed.filter(
    ({ video, code }) => !served.has(code) && !watched.has(video.id) && !disliked.has(video.id),
  );
  return new Set(left.map(({ code }) => code)).size >= maxResults + CLUSTERED;
}

function themesOf({
  surface,
  videos,
  profile,
  personalisation,
  category,
  includeTrending,
}: VideoRequest): readonly Theme[] {
  if (surface === "trending") return TRENDING;
  const { personalised } = personalisation;
  const history = personalised ? profile.history : [];
  return videos.rules.themesFor({
    personality: personalised ? profile.personality : undefined,
    watchedChannels: mostFirst(history.map(({ channelId }) => channelId)),
    likedCategories: mostFirst(history.map(({ categoryName }) => categoryName)),
    categoryFilter: category,
    includeTrending: includeTrending || !personalised,
  });
}

/** Each once, what is there most often first. */
function mostFirst(names: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const name of names) {
    if (name !== "") counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
}

const AGAIN_SECONDS = 30;

/**
 * What is known to keep lists away says more than that others are on their way, and what takes longest to end says
 * most; an answer may be better when the first of them is here.
 */
function lackOf(lists: readonly (MissingTheme | ThemeVideos)[]): Lack {
  const lacks = lists
    .map(({ reason, retryAfterSeconds = AGAIN_SECONDS }) => ({
      reason: reasonOf(reason ?? ""),
      retryAfterSeconds,
    }))
    .toSorted((a, b) => b.retryAfterSeconds - a.retryAfterSeconds);
  const worst = lacks.find(({ reason }) => reason !== "videos_pending");
  return {
    reason: worst?.reason ?? "videos_pending",
    retryAfterSeconds: Math.min(...lacks.map(({ retryAfterSeconds }) => retryAfterSeconds)),
  };
}

function reasonOf(reason: string): DegradedReason {
  switch (reason) {
    case "quota_exhausted":
    case "budget_exhausted":
      return "quota_exhausted";
    case "pending":
    case "rate_limited":
      return "videos_pending";
    default:
      return "youtube_unavailable";
  }
}
