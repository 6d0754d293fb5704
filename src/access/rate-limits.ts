/** The port for counting requests: whole minutes, shared by all isolates. */
import type { TenantId, UserId } from "../domain/ids.ts";

export const MINUTE_MS = 60_000;

/** Whose requests are counted: those of one user, or of all users of the tenant together. */
export interface LimitKey {
  readonly tenant: TenantId;
  readonly user?: UserId;
}

/** Requests that one isolate may let through before the minute ends. What it does not use by then lapses. */
export interface TokenBlock {
  /** Which minute, by the clock of whoever counts. */
  readonly minute: number;
  /** 0: the limit is reached. */
  readonly tokens: number;
  /** Of the minute, not handed out to anybody yet. */
  readonly left: number;
  /** Time to the end of the minute. A span and not a time, since clocks differ between machines. */
  readonly endsInMs: number;
}

export interface RateLimits {
  /**
   * Takes a block of tokens. Over all callers a minute never hands out more than `limit`, so that no request above
   * the limit is let through. Throws `LIMITS_UNAVAILABLE` when there is no answer in time.
   */
  take(key: LimitKey, limit: number): Promise<TokenBlock>;
}
