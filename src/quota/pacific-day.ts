/** Days as Google counts quota: from midnight to midnight in Los Angeles, 23 or 25 hours long twice a year. */
import { HOUR_MS } from "../domain/epoch-time.ts";

export interface PacificDay {
  /** Epoch milliseconds of its midnight; also its name. */
  readonly startMs: number;
  /** Midnight of the next day. */
  readonly endMs: number;
}

/** Daylight time and standard time; clocks change at two in the morning, so midnight is always there, and once. */
const HOURS_BEHIND = [7, 8] as const;

const local = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/Los_Angeles",
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
});

interface LocalHour {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
}

function localHourOf(ms: number): LocalHour {
  const parts = new Map(local.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? Number.NaN;
  return { year: part("year"), month: part("month"), day: part("day"), hour: part("hour") };
}

/** `day` may lie beyond the end of the month, as in `Date.UTC`. */
function midnightOf({ year, month, day }: Omit<LocalHour, "hour">): number {
  for (const hours of HOURS_BEHIND) {
    const ms = Date.UTC(year, month - 1, day) + hours * HOUR_MS;
    if (localHourOf(ms).hour === 0) return ms;
  }
  throw new RangeError(`no midnight on ${year}-${month}-${day}`);
}

let latest: PacificDay = { startMs: 0, endMs: 0 };

/** The day that a moment lies in. Formatting costs 20 µs, and nearly every question is about the same day. */
export function pacificDayOf(ms: number): PacificDay {
  if (ms >= latest.startMs && ms < latest.endMs) return latest;
  const date = localHourOf(ms);
  latest = { startMs: midnightOf(date), endMs: midnightOf({ ...date, day: date.day + 1 }) };
  return latest;
}
