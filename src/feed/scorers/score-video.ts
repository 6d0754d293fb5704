/**
 * System D's score of a video, in its parts.
 *
 *     base = .40 trait match + .20 engagement + .20 themes + .10 diversity + .10 freshness, 1 at most
 *     trait match = mean over the traits of 1 - |video - user|
 *     engagement  = min(10 × (likes + comments) ÷ views, 1)
 *     themes      = share of the video's themes that the user's personality or history favours
 *     diversity   = max(0, 1 - 2 × share of its category in the history)
 *     freshness   = max(0, 1 - age in days ÷ 365)
 *
 * What nobody knows of a video counts as nothing: no views, no engagement; no date, no freshness.
 */
import { DAY_MS } from "../../domain/epoch-time.ts";
import { TRAITS } from "../../profiles/profile.ts";
import { type FeedVideo, folded } from "../feed-video.ts";
import type { VideoTaste } from "../video-taste.ts";
import type { TraitShares, VideoThemes } from "../video-themes.ts";

/** What of the user a video goes back to; a bonus each. */
export const ORIGIN_BONUS = {
  /** Like the history, and like the personality. */
  hybrid: 0.4,
  /** A channel or a category of the history. */
  history: 0.3,
  /** A theme of what was watched. */
  history_keywords: 0.2,
  /** A theme that the personality favours. */
  personality: 0.1,
  /** Nothing: trending, or in the catalogue. */
  general: 0,
} as const;
export type Origin = keyof typeof ORIGIN_BONUS;

export interface VideoParts {
  readonly traitMatch: number;
  readonly engagement: number;
  readonly themes: number;
  readonly diversity: number;
  readonly freshness: number;
  readonly origin: Origin;
  readonly originBonus: number;
  /** Up to .2: the share of its category in the history. */
  readonly frequencyBonus: number;
}

const WEIGHTS = {
  traitMatch: 0.4,
  engagement: 0.2,
  themes: 0.2,
  diversity: 0.1,
  freshness: 0.1,
} as const;
const FREQUENCY_BONUS = 0.2;
const ENGAGEMENT_SCALE = 10;
const FRESH_DAYS = 365;

export function partsOf(
  video: FeedVideo,
  { themes, leanings }: VideoThemes,
  taste: VideoTaste,
  nowMs: number,
): VideoParts {
  const share = genreShare(video, taste);
  const origin = originOf(video, themes, taste, share);
  return {
    traitMatch: traitMatch(leanings, taste.personality),
    engagement: engagementOf(video),
    themes: themeShare(themes, taste),
    diversity: Math.max(0, 1 - 2 * share),
    freshness: freshnessOf(video, nowMs),
    origin,
    originBonus: ORIGIN_BONUS[origin],
    frequencyBonus: FREQUENCY_BONUS * share,
  };
}

export const baseScore = (parts: VideoParts): number =>
  Math.min(
    1,
    WEIGHTS.traitMatch * parts.traitMatch +
      WEIGHTS.engagement * parts.engagement +
      WEIGHTS.themes * parts.themes +
      WEIGHTS.diversity * parts.diversity +
      WEIGHTS.freshness * parts.freshness,
  );

function traitMatch(video: TraitShares, user: TraitShares): number {
  let sum = 0;
  for (const trait of TRAITS) sum += 1 - Math.abs(video[trait] - user[trait]);
  return sum / TRAITS.length;
}

function engagementOf({
  viewCount = 0,
  likeCount = 0,
  commentCount = 0,
}: Pick<FeedVideo, "viewCount" | "likeCount" | "commentCount">): number {
  if (viewCount <= 0) return 0;
  return Math.min((ENGAGEMENT_SCALE * (likeCount + commentCount)) / viewCount, 1);
}

function themeShare(themes: readonly string[], taste: VideoTaste): number {
  if (themes.length === 0) return 0;
  const { favouredThemes, watchedThemes } = taste;
  let favoured = 0;
  for (const theme of themes) {
    if (favouredThemes.has(theme) || watchedThemes.has(theme)) favoured += 1;
  }
  return favoured / themes.length;
}

function genreShare({ categoryName }: FeedVideo, { genres, watchedCount }: VideoTaste): number {
  if (watchedCount === 0) return 0;
  return (genres.get(folded(categoryName))?.count ?? 0) / watchedCount;
}

function freshnessOf({ publishedAtMs }: FeedVideo, nowMs: number): number {
  if (publishedAtMs === undefined) return 0;
  return Math.min(1, Math.max(0, 1 - (nowMs - publishedAtMs) / DAY_MS / FRESH_DAYS));
}

function originOf(
  { channelId = "", channelTitle = "" }: FeedVideo,
  themes: readonly string[],
  { channels, watchedThemes, favouredThemes }: VideoTaste,
  share: number,
): Origin {
  const historic = share > 0 || channels.has(channelId) || channels.has(channelTitle);
  const personal = themes.some((theme) => favouredThemes.has(theme));
  if (historic) return personal ? "hybrid" : "history";
  if (themes.some((theme) => watchedThemes.has(theme))) return "history_keywords";
  return personal ? "personality" : "general";
}
