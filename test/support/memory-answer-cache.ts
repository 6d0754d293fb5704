/** The cache of answers of one isolate, which counts what it makes and keeps. Without far tiers unless told. */
import type { CacheTier } from "../../src/cache/tier.ts";
import { LayeredCache } from "../../src/cache/layered-cache.ts";
import type { Reading } from "../../src/cache/tiered-cache.ts";
import { type KeptAnswer, keptAnswerCodec } from "../../src/feed/kept-answer.ts";
import { Counters } from "../../src/observability/counters.ts";

export class MemoryAnswerCache extends LayeredCache<KeptAnswer> {
  /** Of all values that were kept. */
  readonly keys = new Set<string>();
  loads = 0;

  constructor(tiers: readonly CacheTier[] = []) {
    super({
      name: "answers",
      tiers,
      codec: keptAnswerCodec,
      windows: { freshMs: 60_000, staleMs: 60_000, onErrorMs: 0, negativeMs: 0 },
      memory: { entries: 1_000, bytes: 100_000_000 },
      counters: new Counters(),
    });
  }

  override read(key: string, reading: Reading<KeptAnswer>) {
    const load = async (behind: boolean) => {
      this.loads += 1;
      const loaded = await reading.load(behind);
      if (loaded.outcome === "value") this.keys.add(key);
      return loaded;
    };
    return super.read(key, { ...reading, load });
  }
}
