/** What a user gets of the cache of answers: how long each is good, and what is said of one that is old or missing. */
import type { TierName } from "../cache/tier.ts";
import type { CacheRead, Windows } from "../cache/tiered-cache.ts";
import type { SeenVersion } from "./answer-profiles.ts";
import { type DegradedReason, REASONS } from "./degradation.ts";
import type { KeptAnswer } from "./kept-answer.ts";
import { INSTEAD_LIFE_MS, type MadeVideos } from "./make-videos.ts";
import { amendBody } from "./video-body.ts";
import type { Lack } from "./video-state.ts";

export interface VideoAnswer {
  readonly bytes: Uint8Array;
  /** Where it came from; `made` by this request. */
  readonly tier: TierName | "made";
  readonly storedAtMs: number;
  readonly degraded: DegradedReason | undefined;
  /** Of what is degraded, or of a refresh that was not granted. */
  readonly retryAfterSeconds?: number | undefined;
}

type Found = CacheRead<KeptAnswer> & { readonly outcome: "found" };
export type NotFound = Exclude<CacheRead<KeptAnswer>, Found>;

/** A new version of the profile names another answer long before: the old one is not asked for any more. */
const ON_ERROR_MS = 7_200_000;
export const FAILURE_SECONDS = INSTEAD_LIFE_MS / 1_000;

/**
 * Fresh for its life and stale as long again. What stands in for a good one ends with its life, and so does an empty
 * one: of category filters anybody can make up as many as they like, and each would be kept for hours.
 */
export const windowsOf = (lifeMs: number, endsWithLife: boolean): Windows =>
  endsWithLife
    ? { freshMs: lifeMs, staleMs: 0, onErrorMs: 0, negativeMs: 0 }
    : { freshMs: lifeMs, staleMs: lifeMs, onErrorMs: ON_ERROR_MS, negativeMs: 0 };

/** A cache may fail for reasons of its own, such as a request that took its flight with it. */
export function insteadOf(failure: NotFound): Lack {
  const otherwise = { reason: "youtube_unavailable", retryAfterSeconds: FAILURE_SECONDS } as const;
  if (failure.outcome !== "failed") return otherwise;
  const known = REASONS.find(({ reason }) => reason === failure.reason);
  return {
    ...otherwise,
    reason: known?.reason ?? otherwise.reason,
    retryAfterSeconds: failure.retryAfterSeconds,
  };
}

/** As this request got it: made by itself, or kept and still good for it. */
export function answerOf(
  read: Found,
  made: MadeVideos | undefined,
  seen: SeenVersion,
): VideoAnswer {
  const { tier, state, storedAtMs, retryAfterSeconds } = read;
  const value = read.value.bytes;
  if (state === "error") {
    const degraded = "answer_stale";
    const retry_after = retryAfterSeconds ?? null;
    const bytes = amendBody(value, { degraded: true, degraded_reason: degraded, retry_after });
    return { bytes, tier, storedAtMs, degraded, retryAfterSeconds };
  }
  if (tier === "made" && made !== undefined) {
    return { bytes: made.bodies.made, tier, storedAtMs, degraded: made.degraded };
  }
  // Another request of this isolate made it: this one waited, and finds it in memory.
  const from = tier === "made" ? "memory" : tier;
  if (seen.state === "current")
    return { bytes: value, tier: from, storedAtMs, degraded: undefined };
  const degraded = "profiles_unavailable";
  const bytes = amendBody(value, { degraded: true, degraded_reason: degraded });
  return { bytes, tier: from, storedAtMs, degraded };
}
