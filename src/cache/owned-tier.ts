/** A tier that differs by whose key it is: values of each tenant lie in the L2 that the tenant has. */
import { ownerOf } from "./cache-key.ts";
import type { CacheEntry, CacheTier, TierName } from "./tier.ts";

export class OwnedTier implements CacheTier {
  readonly name: TierName;
  readonly #tierOf: (owner: string) => CacheTier | undefined;

  /** An owner without a tier has nothing here, and nothing is kept for it. */
  constructor(name: TierName, tierOf: (owner: string) => CacheTier | undefined) {
    this.name = name;
    this.#tierOf = tierOf;
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    return this.#tierOf(ownerOf(key))?.get(key);
  }

  async put(key: string, entry: CacheEntry): Promise<void> {
    await this.#tierOf(ownerOf(key))?.put(key, entry);
  }

  async drop(key: string): Promise<void> {
    await this.#tierOf(ownerOf(key))?.drop(key);
  }
}
