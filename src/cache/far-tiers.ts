/** The tiers behind memory: asked in order, each within its deadline. One that fails is a miss, and counted. */
import type { Counters } from "../observability/counters.ts";
import { withDeadline } from "../platform/deadline.ts";
import type { Codec } from "./codec.ts";
import { type CacheEntry, type CacheTier, EntryRefusedError, type TierName } from "./tier.ts";
import { ageOf } from "./windows.ts";

/** A tier is asked before a dear source, so it may not be dear itself. */
const TIER_DEADLINE_MS = 250;
/** Nobody waits for a write. */
const WRITE_DEADLINE_MS = 5_000;

export interface FarTiersSettings<Value> {
  /** In counters: `cache.<name>.failed.<tier>`. */
  readonly name: string;
  /** From nearest to farthest. */
  readonly tiers: readonly CacheTier[];
  readonly codec: Pick<Codec<Value>, "decode">;
  readonly counters: Counters;
}

export interface Sighting<Value> {
  readonly tier: TierName;
  readonly entry: CacheEntry;
  /** Undefined for "there is nothing". */
  readonly value: Value | undefined;
  /** Nearer tiers that do not have it, or only an older one. */
  readonly without: readonly CacheTier[];
}

export class FarTiers<Value> {
  readonly #settings: FarTiersSettings<Value>;

  constructor(settings: FarTiersSettings<Value>) {
    this.#settings = settings;
  }

  /** The nearest fresh entry or, without one, the usable one that was stored last. */
  async best(key: string, nowMs: number): Promise<Sighting<Value> | undefined> {
    const { tiers } = this.#settings;
    let best: Sighting<Value> | undefined;
    for (const [position, tier] of tiers.entries()) {
      const found = await this.#ask(tier, key, nowMs);
      if (found === undefined) continue;
      const sighting = { ...found, tier: tier.name, without: tiers.slice(0, position) };
      if (ageOf(found.entry, nowMs) === "fresh") return sighting;
      if (best === undefined || best.entry.storedAtMs < found.entry.storedAtMs) best = sighting;
    }
    return best;
  }

  /** Writes to all of them, or to those that are named. */
  async put(
    key: string,
    entry: CacheEntry,
    tiers: readonly CacheTier[] = this.#settings.tiers,
  ): Promise<void> {
    await Promise.all(tiers.map((tier) => this.#write(tier, () => tier.put(key, entry))));
  }

  async drop(key: string): Promise<void> {
    const { tiers } = this.#settings;
    await Promise.all(tiers.map((tier) => this.#write(tier, () => tier.drop(key))));
  }

  async #ask(
    tier: CacheTier,
    key: string,
    nowMs: number,
  ): Promise<{ entry: CacheEntry; value: Value | undefined } | undefined> {
    const { name, codec, counters } = this.#settings;
    try {
      const entry = await withDeadline(tier.get(key), TIER_DEADLINE_MS);
      if (entry === undefined || ageOf(entry, nowMs) === "gone") return undefined;
      return { entry, value: entry.negative ? undefined : codec.decode(entry.bytes) };
    } catch {
      counters.add(`cache.${name}.failed.${tier.name}`);
      return undefined;
    }
  }

  async #write(tier: CacheTier, work: () => Promise<void>): Promise<void> {
    const { name, counters } = this.#settings;
    try {
      await withDeadline(work(), WRITE_DEADLINE_MS);
    } catch (error) {
      const what = error instanceof EntryRefusedError ? "refused" : "failed";
      counters.add(`cache.${name}.${what}.${tier.name}`);
    }
  }
}
