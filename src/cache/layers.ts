/** Memory and the tiers behind it as one place to look and to keep: without flights, loads and luck. */
import type { Counters } from "../observability/counters.ts";
import type { Best } from "./cache-answer.ts";
import type { Codec } from "./codec.ts";
import { FarTiers } from "./far-tiers.ts";
import { type Held, type HeldLimits, heldOf, HeldValues } from "./held-values.ts";
import type { CacheTier, Times } from "./tier.ts";
import type { Windows } from "./tiered-cache.ts";
import { ageOf, negativeTimesOf } from "./windows.ts";

export interface LayersSettings<Value> {
  /** In counters and in the name of background work: `cache.<name>.hit.memory`. */
  readonly name: string;
  /** Behind memory, from nearest to farthest; none for what memory alone keeps, whose codec only weighs. */
  readonly tiers: readonly CacheTier[];
  readonly codec: Codec<Value>;
  readonly memory: HeldLimits;
  readonly counters: Counters;
}

export class Layers<Value> {
  readonly #settings: LayersSettings<Value>;
  readonly #held: HeldValues<Value>;
  readonly #far: FarTiers<Value>;

  constructor(settings: LayersSettings<Value>) {
    this.#settings = settings;
    this.#held = new HeldValues(settings.memory);
    this.#far = new FarTiers(settings);
  }

  find(key: string): Held<Value> | undefined {
    return this.#held.find(key);
  }

  inMemory(key: string, nowMs: number): Best<Value> | undefined {
    const held = this.#held.find(key);
    return held === undefined || ageOf(held, nowMs) === "gone"
      ? undefined
      : { held, tier: "memory" };
  }

  /**
   * Memory's, unless a tier has a better one, which is then held, with the times that it has. `promote` gives it to
   * nearer tiers that lack it.
   */
  async best(
    key: string,
    nowMs: number,
  ): Promise<(Best<Value> & { readonly promote?: () => Promise<void> }) | undefined> {
    const here = this.inMemory(key, nowMs);
    if (here !== undefined && ageOf(here.held, nowMs) === "fresh") return here;
    const seen = await this.#far.best(key, nowMs);
    if (seen === undefined) return this.inMemory(key, nowMs);
    const { entry, value, tier, without } = seen;
    const sighted = heldOf(value, this.#sizeBytes(value), entry);
    const held = this.#held.keep(key, sighted);
    if (held !== sighted) return this.inMemory(key, nowMs);
    if (without.length === 0) return { held, tier };
    return { held, tier, promote: () => this.#far.put(key, entry, without) };
  }

  /** In memory when this returns, in all tiers when it resolves. */
  async keep(key: string, value: Value, times: Times): Promise<void> {
    this.#held.keep(key, heldOf(value, this.#sizeBytes(value), times));
    const { tiers, codec } = this.#settings;
    if (tiers.length > 0) await this.#far.put(key, { ...times, bytes: codec.encode(value) });
  }

  /** Replaces what was there: a value that is gone from its source is not served on. */
  async keepNothing(key: string, nowMs: number, windows: Windows): Promise<void> {
    this.#held.drop(key);
    if (windows.negativeMs <= 0) return this.#far.drop(key);
    const times = negativeTimesOf(nowMs, windows);
    this.#held.keep(key, heldOf<Value>(undefined, 0, times));
    await this.#far.put(key, { ...times, bytes: new Uint8Array() });
  }

  #sizeBytes(value: Value | undefined): number {
    return value === undefined ? 0 : this.#settings.codec.sizeBytes(value);
  }
}
