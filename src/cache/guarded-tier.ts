/** A tier behind a guard: while its circuit is open it is not asked. */
import type { Guard } from "../platform/guard.ts";
import type { CacheEntry, CacheTier, TierName } from "./tier.ts";

export class GuardedTier implements CacheTier {
  readonly #tier: CacheTier;
  readonly #guardOf: (key: string) => Guard;

  readonly #writeDeadlineMs: number | undefined;

  /** `guardOf` is told the key, since deadlines may be its owner's; writes have that one unless another is named. */
  constructor(tier: CacheTier, guardOf: (key: string) => Guard, writeDeadlineMs?: number) {
    this.#tier = tier;
    this.#guardOf = guardOf;
    this.#writeDeadlineMs = writeDeadlineMs;
  }

  get name(): TierName {
    return this.#tier.name;
  }

  get(key: string): Promise<CacheEntry | undefined> {
    return this.#guardOf(key).call(() => this.#tier.get(key));
  }

  put(key: string, entry: CacheEntry): Promise<void> {
    return this.#guardOf(key).call(() => this.#tier.put(key, entry), this.#writeDeadlineMs);
  }

  drop(key: string): Promise<void> {
    return this.#guardOf(key).call(() => this.#tier.drop(key));
  }
}
