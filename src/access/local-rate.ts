/** Counts within one isolate: for when nobody else can count. Each isolate then admits the limit by itself. */
const REMEMBERED_LIMIT = 20_000;

export class LocalRate {
  readonly #periodMs: number;
  readonly #spent = new Map<string, number>();
  #period = 0;

  /** 1,000 for limits a second, 60,000 for limits a minute. */
  constructor(periodMs: number) {
    this.#periodMs = periodMs;
  }

  /** What is left after this request; undefined when the limit was reached before it. */
  spend(name: string, limit: number, nowMs: number): number | undefined {
    const period = Math.floor(nowMs / this.#periodMs);
    if (period > this.#period || this.#spent.size >= REMEMBERED_LIMIT) {
      this.#spent.clear();
      this.#period = Math.max(period, this.#period);
    }
    const spent = this.#spent.get(name) ?? 0;
    if (spent >= limit) return undefined;
    this.#spent.set(name, spent + 1);
    return limit - spent - 1;
  }

  /** Time to the end of the period. */
  endsInMs(nowMs: number): number {
    return (Math.floor(nowMs / this.#periodMs) + 1) * this.#periodMs - nowMs;
  }
}
