/**
 * What happened in this isolate, counted by name since it started: for `/health/ready` and for tests. A name is one
 * of a fixed set (`step.fresh`, `circuit_opened.l2_redis`), never made from a request, so the map stays small.
 */
export class Counters {
  readonly #counts = new Map<string, number>();

  add(name: string, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  /** All counters by name, in the order of their names. */
  all(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** An isolate has one set of counters, as it has one console. */
export const isolateCounters = new Counters();
