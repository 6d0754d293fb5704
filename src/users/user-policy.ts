/**
 * How much a user's state holds and for how long. Defaults are system A's
 * (`docs/architecture.md`, "User state"); a tenant may change them.
 */
export interface UserPolicy {
  /** Items a user pool holds at most, per feed. */
  readonly capacity: number;
  /** Below this many items a feed asks for a refill. */
  readonly lowWaterMark: number;
  /** How long an offered item may wait to be served. */
  readonly entryLifeSeconds: number;
  /** How long a served item is not served again. */
  readonly cooldownSeconds: number;
  /** How long one refill may take before another may start. */
  readonly refillLeaseSeconds: number;
}

const DAY_SECONDS = 86_400;

export const DEFAULT_USER_POLICY: UserPolicy = {
  capacity: 500,
  lowWaterMark: 200,
  entryLifeSeconds: 3 * DAY_SECONDS,
  cooldownSeconds: DAY_SECONDS,
  refillLeaseSeconds: 10,
};

/** An entry counts as valid while at least 1 % of its life is left (system A: 2,592 s of 3 days). */
export const VALID_LIFE_SHARE = 0.01;

/** Watched items kept exactly, in front of the Bloom layers. 64 codes are 448 bytes. */
export const RECENT_WATCHED_LIMIT = 64;

/**
 * Codes kept exactly in cooldown. Beyond it the oldest pages move to the watched filter: hidden for
 * longer, never served early. 4,096 is 40 pages of 100 in a day, and keeps a refill under 1 ms.
 */
export const COOLDOWN_LIMIT = 4096;

/** State of a user who is never seen again is dropped after this: the life of the last Bloom layer. */
export const USER_STATE_LIFE_SECONDS = 46 * DAY_SECONDS;
