/** Google as it counts: every call at the moment it arrives, by its own clock. It tells when a limit is passed. */
import { pacificDayOf } from "../../src/quota/pacific-day.ts";
import type { Allowance } from "../../src/quota/permits.ts";
import type { QuotaLimits } from "../../src/quota/quota-limits.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

export class CountingGoogle {
  readonly #limits: QuotaLimits;
  /** Times of the calls of the last minute. */
  #recent: number[] = [];
  readonly #days = new Map<string, number>();
  readonly faults: string[] = [];
  readonly seen = { calls: 0, fullSeconds: 0, fullMinutes: 0, fullDays: 0 };

  constructor(limits: QuotaLimits) {
    this.#limits = limits;
  }

  /** However windows are aligned, the busiest one ends with a call. */
  count(atMs: number, allowance: Allowance, cost: number): void {
    const { callsPerSecond, callsPerMinute, searchPerDay, unitsPerDay } = this.#limits;
    this.#recent = [...this.#recent.filter((ms) => ms > atMs - MINUTE_MS), atMs];
    const inSecond = this.#recent.filter((ms) => ms > atMs - SECOND_MS).length;
    const day = `${allowance} of ${new Date(pacificDayOf(atMs).startMs).toISOString()}`;
    const inDay = (this.#days.get(day) ?? 0) + cost;
    this.#days.set(day, inDay);
    const perDay = allowance === "search" ? searchPerDay : unitsPerDay;
    this.#check("second", inSecond, callsPerSecond);
    this.#check("minute", this.#recent.length, callsPerMinute);
    this.#check(day, inDay, perDay);
    this.seen.calls += 1;
    if (inSecond === callsPerSecond) this.seen.fullSeconds += 1;
    if (this.#recent.length === callsPerMinute) this.seen.fullMinutes += 1;
    if (inDay === perDay) this.seen.fullDays += 1;
  }

  #check(window: string, found: number, limit: number): void {
    if (found > limit) this.faults.push(`${found} calls in a ${window} of ${limit}`);
  }
}
