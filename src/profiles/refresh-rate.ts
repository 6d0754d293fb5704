/** How often a user may ask for a new answer: the refreshes of the last minute are counted one by one. */

const MINUTE_MS = 60_000;

export interface RefreshDecision {
  readonly granted: boolean;
  /** When the next one would be granted. */
  readonly afterSeconds: number;
  /** When refreshes were granted, oldest first, as far as it still matters. */
  readonly grantedAtMs: readonly number[];
}

export function decideRefresh(
  grantedAtMs: readonly number[],
  perMinute: number,
  nowMs: number,
): RefreshDecision {
  const recent = grantedAtMs.filter((atMs) => atMs <= nowMs && nowMs - atMs < MINUTE_MS);
  const granted = recent.length < perMinute;
  const all = granted ? [...recent, nowMs] : recent;
  const blocking = all.at(-perMinute);
  return {
    granted,
    afterSeconds: blocking === undefined ? 0 : Math.ceil((blocking + MINUTE_MS - nowMs) / 1_000),
    grantedAtMs: all,
  };
}
