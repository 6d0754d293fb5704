/** When an event happened, as senders write it: ISO 8601, or a number of seconds or milliseconds. */

/** Clocks of devices run ahead by minutes. */
export const FUTURE_SKEW_MS = 5 * 60_000;
/** What is older is refused: ids are remembered for two days longer. */
export const LATE_LIMIT_MS = 7 * 86_400_000;

/** Below, a number counts seconds: as milliseconds it would be before March 1973. */
const MILLISECONDS_FROM = 1e11;
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(Z|[+-]\d\d(?::?\d\d)?)?$/i;
const NUMBER = /^\d{9,16}(?:\.\d{1,9})?$/;

/** Epoch milliseconds; undefined when it is no time. A time without a zone is UTC. */
export function readEventTime(value: unknown): number | undefined {
  if (typeof value === "number") return readNumber(value);
  if (typeof value !== "string") return undefined;
  if (NUMBER.test(value)) return readNumber(Number(value));
  const zone = ISO.exec(value);
  if (zone === null) return undefined;
  const text = value
    .replace(" ", "T")
    .replace(",", ".")
    .replace(/([+-]\d\d)$/, "$1:00");
  const ms = Date.parse(zone[1] === undefined ? `${text}Z` : text);
  return Number.isNaN(ms) ? undefined : ms;
}

function readNumber(value: number): number | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined;
  return Math.round(value < MILLISECONDS_FROM ? value * 1_000 : value);
}
