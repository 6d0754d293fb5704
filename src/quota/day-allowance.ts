/**
 * The tokens of one allowance and day. A token counts from its grant on. Days open late and never early, so a token
 * may have counted at Google in a later day than ours: it is carried into every new day until it is known to belong
 * to one before. What is carried is already within the limit, so no day at Google ever sees more than it.
 */
import { atMost, type GoogleTime } from "./google-time.ts";

export interface DayAllowance {
  /** Midnight that the day began with. */
  readonly startMs: number;
  readonly spent: number;
  /** Midnight that the day began with in which Google said that nothing is left; undefined if it never did. */
  readonly closedMs?: number;
  /** Spent on calls that are over but may have been counted later than today. */
  readonly doubtful: readonly Doubtful[];
}

interface Doubtful {
  readonly tokens: number;
  /** Elapsed time at which the call was over. */
  readonly overAtMs: number;
  /** Google's time by which it was counted, where its answer told. */
  readonly atMostMs?: number;
}

/** More are added to the newest, which only keeps them in doubt for longer. */
const DOUBTFUL_LIMIT = 64;

export const NO_DAY: DayAllowance = { startMs: Number.MIN_SAFE_INTEGER, spent: 0, doubtful: [] };

export const isClosed = ({ startMs, closedMs }: DayAllowance): boolean => closedMs === startMs;

/** `leased`: tokens of calls that are not over. */
export function openDay(
  day: DayAllowance,
  startMs: number,
  leased: number,
  time: GoogleTime,
): DayAllowance {
  const doubtful = day.doubtful.filter((entry) => latestOfEntry(entry, time) >= startMs);
  const carried = doubtful.reduce((sum, { tokens }) => sum + tokens, 0);
  return { ...day, startMs, spent: leased + carried, doubtful };
}

/** Tokens whose call is over stay spent; until it is known to have been before `endMs`, tomorrow counts them too. */
export const settled = (
  day: DayAllowance,
  entry: Doubtful,
  endMs: number,
  time: GoogleTime,
): DayAllowance =>
  withoutDoubt({ ...day, doubtful: shortened([...day.doubtful, entry]) }, endMs, time);

/** The same day when nothing more is known of it. */
export function withoutDoubt(day: DayAllowance, endMs: number, time: GoogleTime): DayAllowance {
  const doubtful = day.doubtful.filter((entry) => latestOfEntry(entry, time) >= endMs);
  return doubtful.length === day.doubtful.length ? day : { ...day, doubtful };
}

function shortened(doubtful: readonly Doubtful[]): readonly Doubtful[] {
  const [first, second, ...rest] = doubtful;
  if (doubtful.length <= DOUBTFUL_LIMIT || first === undefined || second === undefined) {
    return doubtful;
  }
  const tokens = first.tokens + second.tokens;
  return [{ tokens, overAtMs: Math.max(first.overAtMs, second.overAtMs) }, ...rest];
}

const latestOfEntry = ({ atMostMs, overAtMs }: Doubtful, time: GoogleTime): number =>
  Math.min(atMostMs ?? Infinity, atMost(time, overAtMs) ?? Infinity);
