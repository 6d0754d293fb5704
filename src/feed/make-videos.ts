/** Makes one answer of videos: runs the pipeline, and renders what came of it. */
import { Trace } from "../pipeline/trace.ts";
import type { ShownVideo } from "../profiles/profile.ts";
import type { SeenProfile, SeenVersion } from "./answer-profiles.ts";
import { type DegradedReason, lowerReason } from "./degradation.ts";
import { explainVideos } from "./explain-videos.ts";
import { genreClusters } from "./genre-clusters.ts";
import { amendBody, renderVideos, type VideoBodies } from "./video-body.ts";
import { regionOf, type VideoCall, type VideoInputs } from "./video-inputs.ts";
import { videoPipeline } from "./video-pipeline.ts";
import type { KnownVideo, Lack, ScoredVideo, VideoRequest } from "./video-state.ts";

export interface Recipe {
  readonly call: VideoCall;
  readonly inputs: VideoInputs;
  readonly seen: SeenVersion;
  /** The user asked for a new one, and may have it. */
  readonly refreshed: boolean;
  /** How long lists are waited for that nobody has. */
  readonly waitMs: number;
  /** Nobody asked for it yet: what it shows is noted when somebody is served it. */
  readonly ahead?: boolean;
  /** Why the catalogue stands in for YouTube, and for how long. */
  readonly instead?: Lack;
}

export interface MadeVideos {
  readonly bodies: VideoBodies;
  readonly degraded: DegradedReason | undefined;
  /** YouTube brought nothing: this is no answer. */
  readonly away: Lack | undefined;
  readonly empty: boolean;
  /** How long it is fresh. */
  readonly lifeMs: number;
  readonly shown: readonly ShownVideo[];
}

const MINUTE_MS = 60_000;
/** Lists that are missing, or old, are here in a minute, and so may be what an empty answer lacks. */
const THIN_LIFE_MS = 60_000;
/** While YouTube is away the catalogue's answer is kept so long, and YouTube is not asked again for this user. */
export const INSTEAD_LIFE_MS = 30_000;

export const lifeOf = (config: VideoCall["config"]): number =>
  config.videos.answer_life_minutes * MINUTE_MS;

export async function makeVideos(
  recipe: Recipe,
  { profile, state: known }: SeenProfile,
  explained = false,
): Promise<MadeVideos> {
  const { call, inputs, instead, refreshed, waitMs } = recipe;
  const request: VideoRequest = {
    ...call,
    ...inputs,
    profile,
    from: call.videos.library === undefined || instead !== undefined ? "catalogue" : "youtube",
    region: regionOf(call, inputs),
    waitMs,
  };
  const trace = explained ? new Trace<KnownVideo>() : undefined;
  const outcome = await videoPipeline.run(request, { background: call.background, trace });
  const { selected, reserve, context: state } = outcome;
  const rest = reserve.flatMap(({ candidate, reason }) =>
    reason === "served_before" ? [] : [candidate],
  );
  const clusters = inputs.surface === "trending" ? [] : genreClusters(state.taste, selected, rest);
  const degraded =
    instead?.reason ??
    lowerReason(state.degraded, known === "current" ? undefined : "profiles_unavailable");
  const thin = state.lack !== undefined || selected.length === 0;
  const lifeMs =
    instead === undefined
      ? Math.min(lifeOf(call.config), thin ? THIN_LIFE_MS : Infinity)
      : INSTEAD_LIFE_MS;
  const bodies = renderVideos({
    request,
    state,
    selected,
    clusters,
    degraded,
    retryAfterSeconds: instead?.retryAfterSeconds,
    refreshed,
    lifeMs,
  });
  const explain = trace && explainVideos(trace, selected, reserve);
  return {
    bodies:
      explain === undefined ? bodies : { ...bodies, made: amendBody(bodies.made, {}, { explain }) },
    degraded,
    away: state.away,
    empty: selected.length === 0,
    lifeMs,
    shown: shownOf([...selected, ...clusters.flatMap(({ videos }) => videos)], request),
  };
}

/** Each once, with the key under which feedback will teach. What is trending may come again. */
function shownOf(
  videos: readonly ScoredVideo[],
  { nowMs, surface }: VideoRequest,
): readonly ShownVideo[] {
  const shown = new Map<string, ShownVideo>();
  for (const { video, valueKey, code } of videos) {
    if (shown.has(code)) continue;
    shown.set(code, {
      video: video.id,
      title: video.title ?? "",
      channelTitle: video.channelTitle ?? "",
      channelId: video.channelId ?? "",
      categoryName: video.categoryName ?? "",
      durationSeconds: video.durationSeconds ?? 0,
      valueKey,
      madeMs: nowMs,
      ...(surface === "trending" ? { served: false } : {}),
    });
  }
  return [...shown.values()];
}
