/**
 * Who may believe a profile without asking, and until when: leases for cache consistency (Gray and Cheriton, 1989).
 * A change is acknowledged when the beliefs of everybody else have ended. Only durations travel between machines, so
 * clocks need to run alike, not to agree.
 */

/**
 * A second spares a user who scrolls most round trips, and is the longest that feedback waits for, when the same user
 * was served elsewhere within that second.
 */
export const BELIEVE_MS = 1_000;

/** By holder: when its belief ends. */
export type Believers = ReadonlyMap<string, number>;

export const NO_BELIEVERS: Believers = new Map();

/** Whom a store that was restarted has forgotten; no isolate is called that. */
const FORGOTTEN = "";

/** Beliefs that end `BELIEVE_MS` from now, beside those that have not ended. */
export function withBeliever(believers: Believers, holder: string, nowMs: number): Believers {
  const others = Array.from(believers).filter(
    ([name, untilMs]) => name !== holder && nowMs < untilMs,
  );
  return new Map([...others, [holder, nowMs + BELIEVE_MS]]);
}

/** After a restart: anybody may have opened the profile just before. */
export const forgottenBelievers = (nowMs: number): Believers =>
  withBeliever(NO_BELIEVERS, FORGOTTEN, nowMs);

/** In how many milliseconds the beliefs of all but `holder` have ended; 0 when there are none. */
export function settledInMs(believers: Believers, holder: string, nowMs: number): number {
  let lastMs = nowMs;
  for (const [name, untilMs] of believers) {
    if (name !== holder) lastMs = Math.max(lastMs, untilMs);
  }
  return lastMs - nowMs;
}
