/**
 * Which users keep coming, as pure decisions: theirs is the answer that is made anew before it ends. Users who came
 * once, or went away, cost nothing.
 */

export interface Visits {
  /** When the user came, oldest first, as far as it may still matter. */
  readonly atMs: readonly number[];
  /** Life of an answer at the last visit. */
  readonly lifeMs: number;
  /** When the answer that the user was given ends. */
  readonly answerEndsMs: number;
  /** The profile's version that the answer is for: a newer one ends it. */
  readonly answerVersion: number;
  /** The last warm-up that was asked for, or done. */
  readonly warmedAtMs: number;
}

export const NO_VISITS: Visits = {
  atMs: [],
  lifeMs: 0,
  answerEndsMs: 0,
  answerVersion: 0,
  warmedAtMs: 0,
};

/** Time for the queue (seconds) and for the answer (seconds at worst, when YouTube is asked). */
const LEAD_MS = 60_000;
/** Requests within a minute are one visit: a page that loads in parts is no habit. */
const VISIT_MS = 60_000;
/** Of a short life, lead and visit are this share. */
const SHARE_OF_LIFE = 1 / 4;
const KEPT_VISITS = 16;

const leadMs = (lifeMs: number): number => Math.min(LEAD_MS, lifeMs * SHARE_OF_LIFE);

export interface Visit {
  readonly lifeMs: number;
  /** The profile's. */
  readonly version: number;
  /** A new answer is made although the last one is good. */
  readonly renews: boolean;
}

/** Notes a visit. The same object when nothing is new. */
export function visited(visits: Visits, { lifeMs, version, renews }: Visit, nowMs: number): Visits {
  const endsMs = Math.min(visits.answerEndsMs, visits.answerEndsMs - visits.lifeMs + lifeMs);
  const over = renews || version !== visits.answerVersion || nowMs >= endsMs;
  const lastMs = visits.atMs.at(-1) ?? 0;
  const again = nowMs - lastMs < Math.min(VISIT_MS, lifeMs * SHARE_OF_LIFE);
  if (!over && again && lifeMs === visits.lifeMs) return visits;
  const recent = visits.atMs.filter((atMs) => nowMs - atMs < 2 * lifeMs);
  return {
    atMs: again && recent.length > 0 ? recent : [...recent, nowMs].slice(-KEPT_VISITS),
    lifeMs,
    answerEndsMs: over ? nowMs + lifeMs : endsMs,
    answerVersion: version,
    warmedAtMs: visits.warmedAtMs,
  };
}

/** An answer was made for whoever comes next. */
export const warmed = (visits: Visits, version: number, nowMs: number): Visits => ({
  ...visits,
  answerEndsMs: nowMs + visits.lifeMs,
  answerVersion: version,
  warmedAtMs: nowMs,
});

/** A warm-up was asked for: the next one needs another visit. */
export const askedForWarmUp = (visits: Visits, nowMs: number): Visits => ({
  ...visits,
  warmedAtMs: nowMs,
});

/** When the next warm-up is due; undefined for a user who does not keep coming. */
export function warmUpAtMs({ atMs, lifeMs, answerEndsMs, warmedAtMs }: Visits): number | undefined {
  const dueMs = answerEndsMs - leadMs(lifeMs);
  const recent = atMs.filter((visitMs) => dueMs - visitMs < 2 * lifeMs);
  const last = recent.at(-1);
  return recent.length >= 2 && last !== undefined && last > warmedAtMs ? dueMs : undefined;
}
