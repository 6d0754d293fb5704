/** Caches of numbers over tiers in memory that can be told to fail or to hang. */
import { type Codec, weighedOnly } from "../../src/cache/codec.ts";
import { LayeredCache, type LayeredCacheSettings } from "../../src/cache/layered-cache.ts";
import { MemoryTier } from "../../src/cache/memory-tier.ts";
import type { CacheEntry, TierName } from "../../src/cache/tier.ts";
import type { Cache, Windows } from "../../src/cache/tiered-cache.ts";
import { Counters } from "../../src/observability/counters.ts";
import type { Background } from "../../src/platform/background.ts";

export const WINDOWS: Windows = {
  freshMs: 10_000,
  staleMs: 20_000,
  onErrorMs: 40_000,
  negativeMs: 5_000,
};

export class FlakyTier extends MemoryTier {
  mood: "well" | "failing" | "hanging" = "well";

  override async get(key: string): Promise<CacheEntry | undefined> {
    await this.#suffer();
    return super.get(key);
  }

  override async put(key: string, entry: CacheEntry): Promise<void> {
    await this.#suffer();
    return super.put(key, entry);
  }

  #suffer(): Promise<unknown> {
    if (this.mood === "hanging") return new Promise(() => undefined);
    return this.mood === "failing" ? Promise.reject(new Error("away")) : Promise.resolve();
  }
}

const numberCodec: Codec<number> = {
  encode: (value) => new TextEncoder().encode(String(value)),
  decode: (bytes) => {
    const value = Number(new TextDecoder().decode(bytes));
    if (Number.isNaN(value)) throw new TypeError("not a number");
    return value;
  },
  sizeBytes: () => 8,
};

export const tiersOf = (...names: TierName[]): FlakyTier[] =>
  names.map((name) => new FlakyTier(name));

/** One isolate; others may share its tiers. */
export function anIsolate(
  tiers: readonly FlakyTier[],
  settings: Partial<LayeredCacheSettings<number>> = {},
) {
  const counters = new Counters();
  const running: Promise<unknown>[] = [];
  const failures: unknown[] = [];
  const background: Background = {
    run: (_, work) => void running.push(work().catch((error: unknown) => failures.push(error))),
  };
  const cache = new LayeredCache<number>({
    name: "numbers",
    tiers,
    windows: WINDOWS,
    codec: numberCodec,
    memory: { entries: 100, bytes: 100_000 },
    counters,
    ...settings,
  });
  /** Until nothing runs behind an answer. */
  const settled = async (): Promise<void> => {
    while (running.length > 0) await running.shift();
  };
  return { cache, counters, background, failures, settled };
}

/** A cache without far tiers. */
export const memoryCache = <Value>(windows: Windows, counters = new Counters()): Cache<Value> =>
  new LayeredCache<Value>({
    name: "memory",
    tiers: [],
    windows,
    codec: weighedOnly(() => 1),
    memory: { entries: 1_000, bytes: 1_000_000 },
    counters,
  });
