/**
 * One call of the YouTube Data API under permits: every attempt, also one that will be refused, has a permit of its
 * own, because YouTube counts every attempt.
 */
import { FailureError } from "../domain/failure.ts";
import type { TenantId, UserId } from "../domain/ids.ts";
import type { Counters } from "../observability/counters.ts";
import type { Log } from "../observability/log.ts";
import type { Background } from "../platform/background.ts";
import type { Guard } from "../platform/guard.ts";
import type { Allowance, Permits } from "../quota/permits.ts";
import { knownAnswers } from "./known-answers.ts";
import { type OncePermit, oncePermit } from "./once-permit.ts";
import { BrokenAnswerError, type ReadAnswer, readAnswer, serverDateMsOf } from "./read-answer.ts";
import type { CallFailureReason } from "./youtube-errors.ts";

export interface CallSettings {
  /** Such as `https://youtube.googleapis.com`, without a slash at the end. */
  readonly baseUrl: string;
  readonly key: string;
  readonly permits: Permits;
  readonly guard: Pick<Guard, "call">;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** How long one attempt may take. */
  readonly deadlineMs: number;
  readonly nowMs: () => number;
  /** 0 to 1, for the jitter of pauses. */
  readonly random: () => number;
  /** Between attempts; real time when left out. */
  readonly pause?: (ms: number) => Promise<void>;
  readonly counters: Counters;
  readonly log: Log;
}

/** On whose behalf a call is made. */
export interface Caller {
  readonly tenant: TenantId;
  readonly user: UserId | undefined;
  readonly background: Background;
}

export interface Call<Value> {
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly allowance: Allowance;
  readonly read: (items: readonly unknown[]) => Value;
}

export type Called<Value> =
  | { readonly outcome: "value"; readonly value: Value }
  /** What was asked for does not exist. */
  | { readonly outcome: "nothing" }
  | {
      readonly outcome: "failed";
      readonly reason: CallFailureReason;
      readonly retryAfterSeconds: number;
    };

export type CountedCall = <Value>(call: Call<Value>, caller: Caller) => Promise<Called<Value>>;

/** An attempt, and the least pause before another one; undefined: another one makes no sense. */
interface Attempt<Value> {
  readonly called: Called<Value>;
  readonly againAfterMs?: number;
}

/** A search is 1 of 100 a day: it is tried again once, and only when YouTube said that it failed. */
const ATTEMPTS: Readonly<Record<Allowance, number>> = { search: 2, units: 3 };
/** All attempts and pauses of a call: 3 deadlines and their pauses, well within the 30 s behind an answer. */
const CALL_LIMIT_MS = 10_000;
const FIRST_PAUSE_MS = 200;
/** Rates are counted by the second and by the minute: sooner than this, another call is refused again. */
const RATE_PAUSE_MS = 1_000;
/** A key that is refused stays refused until somebody mends it: others do not pay a unit each to find out. */
const KEY_REFUSED_MS = 600_000;
const REQUEST_REFUSED_SECONDS = 3_600;
const BROKEN_SECONDS = 30;
const HURRIED_SECONDS = 5;
/** `Permits` know the hour of the reset and say so from the next request on. */
const EXHAUSTED_SECONDS = 60;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function countedCall(settings: CallSettings): CountedCall {
  const { permits, guard, counters, log, nowMs, pause = sleep } = settings;
  const answers = knownAnswers();
  let keyRefusedUntilMs = 0;

  const failed = (reason: CallFailureReason, retryAfterSeconds: number): Called<never> => ({
    outcome: "failed",
    reason,
    retryAfterSeconds: Math.max(1, Math.ceil(retryAfterSeconds)),
  });

  return async function call<Value>(
    { path, parameters, allowance, read }: Call<Value>,
    caller: Caller,
  ): Promise<Called<Value>> {
    const request = `${path}?${new URLSearchParams(parameters).toString()}`;
    const endMs = nowMs() + CALL_LIMIT_MS;
    let tried = 0;
    for (;;) {
      const { called, againAfterMs } = await attempt(request, allowance, read, caller);
      tried += 1;
      if (againAfterMs === undefined || tried === ATTEMPTS[allowance]) return called;
      const pauseMs = againAfterMs * 2 ** (tried - 1) * (1 + settings.random());
      if (nowMs() + pauseMs >= endMs) return called;
      counters.add("youtube.repeated");
      await pause(pauseMs);
    }
  };

  async function attempt<Value>(
    request: string,
    allowance: Allowance,
    read: Call<Value>["read"],
    { tenant, user, background }: Caller,
  ): Promise<Attempt<Value>> {
    const askedMs = nowMs();
    if (askedMs < keyRefusedUntilMs) {
      return { called: failed("youtube_refused", (keyRefusedUntilMs - askedMs) / 1_000) };
    }
    const answer = await permits.ask({
      allowance,
      cost: 1,
      tenant,
      user,
      nowMs: askedMs,
      background,
    });
    if (!answer.granted) {
      counters.add(`youtube.${answer.reason}`);
      return { called: failed(answer.reason, answer.retryAfterSeconds) };
    }
    const permit = oncePermit(answer.permit);
    const known = answers.find(request);
    try {
      const exchanged = await guard.call(() => exchange(request, known?.etag, permit));
      counters.add(`youtube.called.${allowance}`);
      switch (exchanged.outcome) {
        case "void":
          return { called: failed("rate_limited", 1) };
        case "unchanged":
          // The request is the key, so the value is of this call's type.
          return { called: { outcome: "value", value: known?.value as Value } };
        case "items": {
          const value = read(exchanged.items);
          if (exchanged.etag !== undefined) {
            answers.keep(request, { etag: exchanged.etag, value });
          }
          return { called: { outcome: "value", value } };
        }
        case "fault":
          return judged(exchanged, allowance, background);
      }
    } catch (error) {
      if (!(error instanceof FailureError)) throw error;
      counters.add("youtube.unanswered");
      return unanswered(error, allowance);
    } finally {
      permit.close();
    }
  }

  type Exchanged = ReadAnswer | { readonly outcome: "void" };

  /** Throws an upstream failure for what the circuit breaker should know of: no answer, or a broken one. */
  async function exchange(
    request: string,
    etag: string | undefined,
    permit: OncePermit,
  ): Promise<Exchanged> {
    if (!permit.send(nowMs())) return { outcome: "void" };
    try {
      const answer = await settings.fetch(`${settings.baseUrl}/youtube/v3/${request}`, {
        headers: {
          Accept: "application/json",
          // Not in the address: addresses are logged by everything on the way.
          "X-Goog-Api-Key": settings.key,
          ...(etag === undefined ? {} : { "If-None-Match": etag }),
        },
        redirect: "manual",
        signal: AbortSignal.timeout(settings.deadlineMs),
      });
      permit.answered(serverDateMsOf(answer));
      if (answer.status === 304 && etag === undefined) {
        throw new BrokenAnswerError("nothing was said to compare with", false);
      }
      return await readAnswer(answer);
    } catch (error) {
      throw new FailureError("YOUTUBE_UNAVAILABLE", "YouTube did not answer.", { cause: error });
    }
  }

  function unanswered({ cause, retryAfterSeconds }: FailureError, allowance: Allowance) {
    if (cause instanceof BrokenAnswerError) {
      const waitSeconds = cause.retryAfterSeconds ?? 0;
      const called = failed("youtube_unavailable", cause.retryAfterSeconds ?? BROKEN_SECONDS);
      return cause.passing
        ? { called, againAfterMs: Math.max(FIRST_PAUSE_MS, waitSeconds * 1_000) }
        : { called };
    }
    const called = failed("youtube_unavailable", retryAfterSeconds ?? BROKEN_SECONDS);
    // With the circuit open nothing was sent. A search without an answer may have been counted.
    return retryAfterSeconds === undefined && allowance !== "search"
      ? { called, againAfterMs: FIRST_PAUSE_MS }
      : { called };
  }

  function judged(
    answer: Extract<Exchanged, { outcome: "fault" }>,
    allowance: Allowance,
    background: Background,
  ): Attempt<never> {
    const { fault, reason, retryAfterSeconds, serverDateMs } = answer;
    counters.add(`youtube.${fault}`);
    switch (fault) {
      case "absent":
        return { called: { outcome: "nothing" } };
      case "exhausted":
        log.warn("YouTube says that the quota is used up", { allowance, reason });
        permits.exhausted(allowance, serverDateMs, background);
        return { called: failed("quota_exhausted", EXHAUSTED_SECONDS) };
      case "hurried":
        return {
          called: failed("rate_limited", retryAfterSeconds ?? HURRIED_SECONDS),
          againAfterMs: Math.max(RATE_PAUSE_MS, (retryAfterSeconds ?? 0) * 1_000),
        };
      case "key_refused":
        log.error("YouTube refuses the API key", { reason });
        keyRefusedUntilMs = nowMs() + KEY_REFUSED_MS;
        return { called: failed("youtube_refused", KEY_REFUSED_MS / 1_000) };
      case "request_refused":
        log.error("YouTube refuses a request", { reason });
        return { called: failed("youtube_refused", REQUEST_REFUSED_SECONDS) };
    }
  }
}
