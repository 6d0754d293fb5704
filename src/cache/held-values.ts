/**
 * Decoded values in the memory of this isolate, bounded by bytes and count. A hit is one look into a map: nothing is
 * moved or made. Values that were not asked for since the last round of evictions go first (second chance).
 */
import type { Found } from "./tiered-cache.ts";
import type { Times } from "./tier.ts";

export interface Held<Value> extends Times {
  /** What a fresh hit answers; undefined for "there is nothing". */
  readonly fresh: Found<Value> | undefined;
  readonly sizeBytes: number;
  /** Asked for since it was last passed over. */
  touched: boolean;
}

export interface HeldLimits {
  readonly entries: number;
  readonly bytes: number;
}

/** A map's slot, a key of 100 characters, the entry and the answer beside the value. */
const OVERHEAD_BYTES = 500;

export class HeldValues<Value> {
  readonly #limits: HeldLimits;
  readonly #held = new Map<string, Held<Value>>();
  #bytes = 0;

  constructor(limits: HeldLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#held.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  find(key: string): Held<Value> | undefined {
    const held = this.#held.get(key);
    if (held !== undefined) held.touched = true;
    return held;
  }

  /**
   * Holds the value, and returns what is held: one that was stored later and is fresh for longer stays. A value
   * bigger than the whole memory is returned and not held.
   */
  keep(key: string, held: Held<Value>): Held<Value> {
    const known = this.#held.get(key);
    if (
      known !== undefined &&
      known.storedAtMs > held.storedAtMs &&
      known.freshUntilMs >= held.freshUntilMs
    ) {
      return known;
    }
    this.drop(key);
    if (held.sizeBytes > this.#limits.bytes) return held;
    this.#held.set(key, held);
    this.#bytes += held.sizeBytes;
    this.#evict();
    return held;
  }

  drop(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    this.#bytes -= held.sizeBytes;
  }

  /** Oldest first; one that was asked for since is spared once. Ends: each round clears the marks that it meets. */
  #evict(): void {
    while (this.#held.size > this.#limits.entries || this.#bytes > this.#limits.bytes) {
      const [oldest] = this.#held;
      if (oldest === undefined) return;
      const [key, held] = oldest;
      if (!held.touched) {
        this.drop(key);
        continue;
      }
      held.touched = false;
      this.#held.delete(key);
      this.#held.set(key, held);
    }
  }
}

/**
 * `value` is undefined for "there is nothing". The times alone are copied: an entry of a tier also carries its bytes,
 * which are not worth keeping twice.
 */
export function heldOf<Value>(
  value: Value | undefined,
  valueBytes: number,
  { storedAtMs, freshUntilMs, staleUntilMs, keepUntilMs, negative }: Times,
): Held<Value> {
  return {
    storedAtMs,
    freshUntilMs,
    staleUntilMs,
    keepUntilMs,
    negative,
    fresh:
      value === undefined
        ? undefined
        : { outcome: "found", value, tier: "memory", state: "fresh", storedAtMs, freshUntilMs },
    sizeBytes: valueBytes + OVERHEAD_BYTES,
    touched: false,
  };
}
