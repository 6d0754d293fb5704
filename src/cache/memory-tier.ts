/** A tier in memory, for tests: what a far tier promises, and no more. */
import type { CacheEntry, CacheTier, TierName } from "./tier.ts";

export class MemoryTier implements CacheTier {
  readonly name: TierName;
  readonly #entries = new Map<string, CacheEntry>();

  constructor(name: TierName) {
    this.name = name;
  }

  get(key: string): Promise<CacheEntry | undefined> {
    return Promise.resolve(this.#entries.get(key));
  }

  put(key: string, entry: CacheEntry): Promise<void> {
    this.#entries.set(key, { ...entry, bytes: entry.bytes.slice() });
    return Promise.resolve();
  }

  drop(key: string): Promise<void> {
    this.#entries.delete(key);
    return Promise.resolve();
  }
}
