/**
 * The port of a cache of several tiers in front of something dear: what every surface keeps answers and candidates in.
 * Nothing is ever taken out: a key names the versions of all that its value was made of.
 */
import type { Eventually } from "../pipeline/stages.ts";
import type { Background } from "../platform/background.ts";
import type { TierName } from "./tier.ts";

/** How long a value is good for what, in milliseconds from when it was made. */
export interface Windows {
  readonly freshMs: number;
  /** Beyond fresh: served while a newer one is made behind the answer. */
  readonly staleMs: number;
  /** Beyond stale: served only when a newer one cannot be made. */
  readonly onErrorMs: number;
  /** Life of "there is nothing", which is never served stale; 0: it is not kept. */
  readonly negativeMs: number;
}

export type Loaded<Value> =
  | { readonly outcome: "value"; readonly value: Value; readonly windows?: Partial<Windows> }
  /** The source knows that there is nothing. */
  | { readonly outcome: "nothing"; readonly windows?: Partial<Windows> }
  /** A value for this request, and those that wait for it, alone: a degraded one is not kept as a good one. */
  | { readonly outcome: "unkept"; readonly value: Value }
  /** It cannot be had now: an older one is served while there is one. Others wait `retryAfterSeconds` before they try. */
  | {
      readonly outcome: "failed";
      readonly reason: string;
      readonly retryAfterSeconds: number;
      /** The source is asked again so soon, although it said `retryAfterSeconds`: others may know better by then. */
      readonly askAgainSeconds?: number;
    };

export interface Reading<Value> {
  readonly nowMs: number;
  readonly background: Background;
  /**
   * Makes the value. One flight a key and isolate at a time: others wait for it, or are served what is stale.
   * `behind`: nobody waits for this one, what is old was served.
   */
  readonly load: (behind: boolean) => Promise<Loaded<Value>>;
  /** Makes a new value although a fresh one is kept; the old one stays for when that fails. */
  readonly renew?: boolean;
}

export interface Found<Value> {
  readonly outcome: "found";
  readonly value: Value;
  /** Where it came from; `made` by this request or the flight it waited for. */
  readonly tier: TierName | "made";
  /**
   * `stale`: a newer one is on its way. `error`: it was tried, and failed for this reason. From `find`, which
   * tries nothing, they name the window alone.
   */
  readonly state: "fresh" | "stale" | "error";
  readonly storedAtMs: number;
  readonly freshUntilMs: number;
  readonly reason?: string;
  readonly retryAfterSeconds?: number;
}

/** What a cache has. */
export type Kept<Value> = Found<Value> | { readonly outcome: "nothing" };

export type CacheRead<Value> =
  | Kept<Value>
  | { readonly outcome: "failed"; readonly reason: string; readonly retryAfterSeconds: number };

export interface Cache<Value> {
  /** Memory alone, without a turn of the event loop; undefined when it is not here or not fresh. */
  held(key: string, nowMs: number): Found<Value> | undefined;
  read(key: string, reading: Reading<Value>): Eventually<CacheRead<Value>>;
  /** The best that any tier has, without making anything; undefined when none has any. */
  find(key: string, nowMs: number): Promise<Kept<Value> | undefined>;
}
