/** What a cache answers with what it has. Pure. */
import { type Failure, retryAfterSeconds } from "./failures.ts";
import type { Held } from "./held-values.ts";
import type { TierName, Times } from "./tier.ts";
import type { CacheRead, Found, Kept } from "./tiered-cache.ts";

/** The best that there is: from memory, or from a tier, and then held in memory as well. */
export interface Best<Value> {
  readonly held: Held<Value>;
  readonly tier: TierName;
}

/** A load that broke, or was lost, is tried again soon: it may be this one request's mistake. */
export const BROKEN_RETRY_SECONDS = 1;

export const BROKEN = {
  outcome: "failed",
  reason: "load_broken",
  retryAfterSeconds: BROKEN_RETRY_SECONDS,
} as const;

export function answer<Value>(
  { held, tier }: Best<Value>,
  state: Found<Value>["state"],
): Kept<Value> {
  if (held.fresh === undefined) return { outcome: "nothing" };
  return tier === "memory" && state === "fresh" ? held.fresh : { ...held.fresh, tier, state };
}

/** A newer one cannot be had. */
export function answerTo<Value>(
  failure: Failure,
  best: Best<Value> | undefined,
  nowMs: number,
): CacheRead<Value> {
  const why = { reason: failure.reason, retryAfterSeconds: retryAfterSeconds(failure, nowMs) };
  if (best === undefined) return { outcome: "failed", ...why };
  const old = answer(best, "error");
  return old.outcome === "found" ? { ...old, ...why } : old;
}

export const made = <Value>(
  value: Value,
  { storedAtMs, freshUntilMs }: Pick<Times, "storedAtMs" | "freshUntilMs">,
): Found<Value> => ({
  outcome: "found",
  value,
  tier: "made",
  state: "fresh",
  storedAtMs,
  freshUntilMs,
});

/** Flights were waited for, and none came. */
export const lostFlight = (nowMs: number): Failure => ({
  reason: "flight_lost",
  untilMs: nowMs + BROKEN_RETRY_SECONDS * 1_000,
  againMs: nowMs,
  tiersAgainMs: nowMs,
});
