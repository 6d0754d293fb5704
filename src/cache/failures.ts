/** Sources that failed, by key: they are not asked again before their time, however many requests want them. */
import type { Loaded } from "./tiered-cache.ts";

export interface Failure {
  readonly reason: string;
  /** Whoever asks is told to come back then. */
  readonly untilMs: number;
  /** The source is asked again from then on. */
  readonly againMs: number;
  /** Far tiers are: another isolate may have had more luck. */
  tiersAgainMs: number;
}

export type NotedFailure = Omit<Extract<Loaded<never>, { outcome: "failed" }>, "outcome">;

/** A quota may be spent for hours, in which another data centre's value is still worth a look. */
const TIERS_AGAIN_MS = 5_000;
const FAILURES_LIMIT = 10_000;

export class Failures {
  readonly #failures = new Map<string, Failure>();

  at(key: string, nowMs: number): Failure | undefined {
    const failure = this.#failures.get(key);
    if (failure === undefined || nowMs < failure.againMs) return failure;
    this.#failures.delete(key);
    return undefined;
  }

  note(
    key: string,
    { reason, retryAfterSeconds, askAgainSeconds = retryAfterSeconds }: NotedFailure,
    nowMs: number,
  ): Failure {
    if (this.#failures.size >= FAILURES_LIMIT) this.#failures.clear();
    const failure = {
      reason,
      untilMs: nowMs + retryAfterSeconds * 1_000,
      againMs: nowMs + Math.min(askAgainSeconds, retryAfterSeconds) * 1_000,
      tiersAgainMs: nowMs + TIERS_AGAIN_MS,
    };
    this.#failures.set(key, failure);
    return failure;
  }

  /** Far tiers had nothing newer either. */
  tiersAsked(failure: Failure, nowMs: number): void {
    failure.tiersAgainMs = nowMs + TIERS_AGAIN_MS;
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }
}

export const retryAfterSeconds = ({ untilMs }: Failure, nowMs: number): number =>
  Math.max(1, Math.ceil((untilMs - nowMs) / 1_000));
