/**
 * Counts as Google does, by a clock of its own, and remembers who went too far. Knows nothing of the product's
 * counting, which it is there to check.
 */
export interface YouTubeLimits {
  readonly searchPerDay: number;
  readonly unitsPerDay: number;
  readonly callsPerSecond: number;
  readonly callsPerMinute: number;
}

export const DEFAULT_LIMITS: YouTubeLimits = {
  searchPerDay: 100,
  unitsPerDay: 10_000,
  callsPerSecond: 10,
  callsPerMinute: 300,
};

export type YouTubeWindow = "day" | "minute" | "second";

export interface Violation {
  readonly atMs: number;
  readonly key: string;
  readonly allowance: "search" | "units";
  readonly window: YouTubeWindow;
}

export interface Usage {
  /** The day in Los Angeles, such as `2026-03-08`. */
  readonly day: string;
  readonly search: number;
  readonly units: number;
}

const PACIFIC_DAY = new Intl.DateTimeFormat("en-CA", { timeZone: "America/Los_Angeles" });

export const pacificDayOf = (atMs: number): string => PACIFIC_DAY.format(atMs);

interface Account {
  day: string;
  search: number;
  units: number;
  /** Of the calls of the last minute, oldest first. */
  calls: number[];
}

export interface QuotaLedger {
  /** Counts a call, unless it goes too far: then says which limit it would break. */
  admit(key: string, allowance: "search" | "units", atMs: number): YouTubeWindow | undefined;
  usage(key: string, atMs: number): Usage;
  readonly violations: readonly Violation[];
}

/** Any second and any minute, not those of the clock: the strictest reading of a rate. */
export function quotaLedger(limits: YouTubeLimits): QuotaLedger {
  const accounts = new Map<string, Account>();
  const violations: Violation[] = [];

  function accountOf(key: string, atMs: number): Account {
    const day = pacificDayOf(atMs);
    const known = accounts.get(key);
    const account = known ?? { day, search: 0, units: 0, calls: [] };
    if (account.day !== day) Object.assign(account, { day, search: 0, units: 0 });
    account.calls = account.calls.filter((callMs) => callMs > atMs - 60_000 && callMs <= atMs);
    accounts.set(key, account);
    return account;
  }

  return {
    admit(key, allowance, atMs) {
      const account = accountOf(key, atMs);
      const inSecond = account.calls.filter((callMs) => callMs > atMs - 1_000).length;
      const perDay = allowance === "search" ? limits.searchPerDay : limits.unitsPerDay;
      const window =
        account[allowance] >= perDay
          ? "day"
          : account.calls.length >= limits.callsPerMinute
            ? "minute"
            : inSecond >= limits.callsPerSecond
              ? "second"
              : undefined;
      if (window !== undefined) {
        violations.push({ atMs, key, allowance, window });
        return window;
      }
      account[allowance] += 1;
      account.calls.push(atMs);
      return undefined;
    },
    usage(key, atMs) {
      const { day, search, units } = accountOf(key, atMs);
      return { day, search, units };
    },
    violations,
  };
}
