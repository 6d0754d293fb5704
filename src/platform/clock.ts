/**
 * The time of this isolate, which never runs backwards: a leased page must not come back to life because the
 * host's clock was set back. Everything else takes the time as an argument.
 */
let latestMs = 0;

export function clockMs(): number {
  latestMs = Math.max(latestMs, Date.now());
  return latestMs;
}

export const toSeconds = (ms: number): number => Math.floor(ms / 1000);
