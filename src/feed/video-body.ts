/** An answer of videos in system D's shape. The form that is kept says `cache_hit`, and is rendered once. */
import { TRAITS } from "../profiles/profile.ts";
import type { DegradedReason } from "./degradation.ts";
import type { GenreCluster } from "./genre-clusters.ts";
import type { ScoredVideo, VideoRequest, VideoState } from "./video-state.ts";
import type { TraitShares } from "./video-themes.ts";

export interface MadeVideos {
  readonly request: VideoRequest;
  readonly state: VideoState;
  readonly selected: readonly ScoredVideo[];
  readonly clusters: readonly GenreCluster[];
  readonly degraded: DegradedReason | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly refreshed: boolean;
  /** How long it is fresh. */
  readonly lifeMs: number;
}

export interface VideoBodies {
  /** For who waited for it. */
  readonly made: Uint8Array;
  /** For everybody after. */
  readonly kept: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function renderVideos(made: MadeVideos): VideoBodies {
  const data = JSON.stringify(dataOf(made));
  const { nowMs } = made.request;
  const rest = {
    cache_timestamp: new Date(nowMs).toISOString(),
    cache_ttl: Math.round(made.lifeMs / 1_000),
  };
  const form = (hit: boolean): Uint8Array => {
    const around = JSON.stringify({ cache_hit: hit, ...rest, meta: metaOf(made, hit) });
    return encoder.encode(`{"success":true,"data":${data},${around.slice(1)}`);
  };
  return { made: form(false), kept: form(true) };
}

function dataOf({ request, state, selected, clusters, lifeMs }: MadeVideos) {
  const { nowMs } = request;
  return {
    recommendations: selected.map((video) => itemOf(video)),
    genre_clusters: clusters.map((cluster) => ({
      genre: cluster.genre,
      cluster_rank: cluster.rank,
      history_score: rounded(cluster.historyScore),
      personality_score: rounded(cluster.personalityScore),
      combined_score: rounded(cluster.combinedScore),
      reason: cluster.reason,
      videos: cluster.videos.map((video) => itemOf(video)),
    })),
    total_count: selected.length,
    personality_profile: state.taste.personality,
    refresh_time: new Date(nowMs).toISOString(),
    next_refresh: new Date(nowMs + lifeMs).toISOString(),
  };
}

function metaOf(made: MadeVideos, hit: boolean) {
  const { request, state, selected, degraded, retryAfterSeconds, refreshed } = made;
  const { personalisation, surface } = request;
  const version = state.pools?.manifest.version;
  return {
    algorithm: surface === "trending" ? "trending" : algorithmOf(request),
    source: sourceOf(selected, request),
    cache: hit ? "hit" : "miss",
    degraded: degraded !== undefined,
    degraded_reason: degraded ?? null,
    retry_after: retryAfterSeconds ?? retryAfterLack(made),
    refresh: refreshed && !hit ? "granted" : null,
    personalized: personalisation.personalised,
    default_reason: personalisation.personalised ? null : personalisation.reason,
    personality_assumed: state.taste.assumed,
    region: request.region,
    missing_lists: state.missingLists,
    old_lists: state.oldLists,
    lists_reason: state.lack?.reason ?? null,
    shown_before: selected.filter(({ shownBefore }) => shownBefore).length,
    pools: version === undefined ? null : { version, built_at: new Date(version).toISOString() },
  };
}

/** Sooner than its life ends, the same answer would be given. */
const retryAfterLack = ({ state: { lack }, lifeMs }: MadeVideos): number | null =>
  lack === undefined ? null : Math.max(lack.retryAfterSeconds, Math.round(lifeMs / 1_000));

const algorithmOf = ({ personalisation }: VideoRequest): string =>
  personalisation.personalised ? "history-personality-40-40-20" : "popular";

function sourceOf(
  selected: readonly ScoredVideo[],
  { from }: VideoRequest,
): "youtube" | "catalogue" | "mixed" {
  const own = selected.filter(({ index }) => index !== undefined).length;
  if (from === "catalogue" || (own > 0 && own === selected.length)) return "catalogue";
  return own > 0 ? "mixed" : "youtube";
}

const itemOf = (scored: ScoredVideo) => {
  const { video, about, parts } = scored;
  const { durationSeconds, publishedAtMs } = video;
  return {
    id: video.id,
    title: known(video.title),
    description: known(video.description),
    channel_title: known(video.channelTitle),
    channel_id: known(video.channelId),
    published_at: publishedAtMs === undefined ? null : new Date(publishedAtMs).toISOString(),
    category_id: known(video.categoryId),
    category_name: known(video.categoryName),
    duration_seconds: durationSeconds ?? null,
    duration_formatted: durationSeconds === undefined ? null : formatDuration(durationSeconds),
    view_count: video.viewCount ?? null,
    like_count: video.likeCount ?? null,
    comment_count: video.commentCount ?? null,
    tags: video.tags,
    thumbnail_url: known(video.thumbnailUrl),
    /** Of the tenant's own items: null, unless they are at YouTube. */
    youtube_url: isAtYouTube(scored) ? known(video.watchUrl) : null,
    watch_url: known(video.watchUrl),
    content_themes: about.themes,
    engagement_score: rounded(parts.engagement),
    personality_indicators: roundedShares(about.leanings),
    personality_score: rounded(scored.personalityScore),
    recommendation_score: rounded(scored.recommendationScore),
    rl_score: rounded(scored.learnedScore),
    combined_score: rounded(scored.combinedScore),
    source: scored.as,
    shown_before: scored.shownBefore,
  };
};

const YOUTUBE_URL = /^https:\/\/(?:www\.youtube\.com|youtu\.be)\//;

const isAtYouTube = ({ index, video }: ScoredVideo): boolean =>
  index === undefined || YOUTUBE_URL.test(video.watchUrl ?? "");

/** An empty text is YouTube's way to say that there is none. */
const known = (text: string | undefined): string | null =>
  text === undefined || text === "" ? null : text;

/** Four digits tell scores apart; seventeen would be a third of the answer. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

const roundedShares = (shares: TraitShares) =>
  Object.fromEntries(TRAITS.map((trait) => [trait, rounded(shares[trait])]));

/** `4:05`, `1:02:03`. */
function formatDuration(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, at) => (at === 0 ? part : String(part).padStart(2, "0"))).join(":");
}

/** Says of a kept answer what is true of this request alone. It is parsed for it, which is why hits say nothing. */
export function amendBody(
  bytes: Uint8Array,
  meta: Readonly<Record<string, unknown>>,
  top: Readonly<Record<string, unknown>> = {},
): Uint8Array {
  const body = JSON.parse(decoder.decode(bytes)) as { readonly meta: Record<string, unknown> };
  return encoder.encode(JSON.stringify({ ...body, meta: { ...body.meta, ...meta }, ...top }));
}
