/**
 * What we know of Google's time, without trusting a clock of ours. `Date` headers bound it from below, timer ticks
 * carry the bound on, and an answer bounds from above the time at which its call was permitted. Every bound may be
 * loose and none may be wrong, whatever our clocks do: a lost tick or a restart only makes it looser.
 */
export interface GoogleTime {
  /** Sum of ticks so far: between two readings at least the difference less one tick has passed. */
  readonly elapsedMs: number;
  /** At `elapsedMs` it was at least `atLeastMs` at Google; 0 while nothing was heard. */
  readonly base: { readonly elapsedMs: number; readonly atLeastMs: number };
  /** In order of `elapsedMs`. */
  readonly ceilings: readonly Ceiling[];
}

/** At some moment of `elapsedMs` it was at most `atMostMs` at Google. */
export interface Ceiling {
  readonly elapsedMs: number;
  readonly atMostMs: number;
}

/** A timer that runs now may have been started just before what it is compared with: the last tick never counts. */
export const TICK_MS = 250;
/** A timer that ticks: 4 % longer, since our second need not be Google's. */
export const TICK_TIMER_MS = 260;

/** How far Google's machines may disagree. */
const SKEW_MS = 1_000;
/** A `Date` header has whole seconds, rounded down. */
const ROUNDING_MS = 1_000;
/** Every ceiling may be left out: the next one holds too, less tightly. */
const CEILINGS_LIMIT = 16;

export const UNKNOWN_TIME: GoogleTime = {
  elapsedMs: 0,
  base: { elapsedMs: 0, atLeastMs: 0 },
  ceilings: [],
};

export const isKnown = ({ base }: GoogleTime): boolean => base.atLeastMs > 0;

/** A moment that Google's time has surely reached. */
export function atLeast({ elapsedMs, base }: GoogleTime): number {
  if (base.atLeastMs === 0) return 0;
  return base.atLeastMs + Math.max(0, elapsedMs - base.elapsedMs - TICK_MS);
}

export const ticked = (time: GoogleTime, ms: number): GoogleTime => ({
  ...time,
  elapsedMs: time.elapsedMs + ms,
});

/** The latest moment at which something can have been counted whose answer bears this date. */
export const latestOf = (dateMs: number): number => dateMs + ROUNDING_MS + SKEW_MS;

/** An answer came with this date, to a call that was permitted, or sent, at `sentAtMs` of elapsed time. */
export function heard(time: GoogleTime, dateMs: number, sentAtMs: number): GoogleTime {
  const atLeastMs = dateMs - SKEW_MS;
  const base = atLeastMs > atLeast(time) ? { elapsedMs: time.elapsedMs, atLeastMs } : time.base;
  const ceiling = { elapsedMs: sentAtMs, atMostMs: latestOf(dateMs) };
  return { ...time, base, ceilings: withCeiling(time.ceilings, ceiling) };
}

function withCeiling(ceilings: readonly Ceiling[], ceiling: Ceiling): readonly Ceiling[] {
  const last = ceilings.at(-1);
  if (last !== undefined && last.elapsedMs >= ceiling.elapsedMs) return ceilings;
  const all = [...ceilings, ceiling];
  if (all.length <= CEILINGS_LIMIT) return all;
  // Recent ones are asked for most: of the older half every second one goes.
  return all.filter((_, at) => at >= CEILINGS_LIMIT / 2 || at % 2 === 0);
}

/** The latest that it can have been at Google when something happened here; undefined while nobody knows. */
export const atMost = ({ ceilings }: GoogleTime, happenedAtMs: number): number | undefined =>
  ceilings.find(({ elapsedMs }) => elapsedMs > happenedAtMs)?.atMostMs;

/** Whether at least so much time has passed since something happened here. */
export function hasPassed(time: GoogleTime, sinceMs: number, ms: number): boolean {
  if (time.elapsedMs >= sinceMs + ms + TICK_MS) return true;
  const atMostMs = atMost(time, sinceMs);
  return atMostMs !== undefined && atLeast(time) >= atMostMs + ms;
}
