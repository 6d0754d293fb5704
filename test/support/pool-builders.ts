/** Builders of pool snapshots. Runs in Node and in workerd. */
import { MemoryTier } from "../../src/cache/memory-tier.ts";
import type { ItemId } from "../../src/domain/ids.ts";
import { MATURITIES } from "../../src/domain/maturity.ts";
import { SLICES, type SliceName } from "../../src/domain/slices.ts";
import { FactsBuilder } from "../../src/pools/facts-builder.ts";
import type { ItemFacts } from "../../src/pools/item-facts.ts";
import type { PoolSnapshot } from "../../src/pools/pool-store.ts";
import { type ReplicaShelf, replicaShelf } from "../../src/pools/replica-shelf.ts";
import { bySlice } from "../../src/pools/slice-text.ts";

/** An empty shelf in memory. */
export const aShelf = (): ReplicaShelf =>
  replicaShelf({ tier: new MemoryTier("kv"), lifeMs: Infinity, nowMs: () => 0 });

/** A snapshot whose items name their version; slices that are not given are empty. */
export function aSnapshot(
  version: number,
  sizes: Partial<Record<SliceName, number>> = {},
): PoolSnapshot {
  const full = bySlice((slice) => sizes[slice] ?? 0);
  const items = SLICES.reduce((sum, slice) => sum + full[slice], 0);
  return {
    manifest: { version, items, sizes: full },
    slices: bySlice((slice) =>
      Array.from({ length: full[slice] }, (_, index) => `v${version}-${slice}-${index}` as ItemId),
    ),
    facts: someFacts(items, version),
  };
}

/** Facts of every kind, three tags an item, and some items of which nothing is known. */
export function someFacts(count: number, seed = 0): ItemFacts {
  const builder = new FactsBuilder();
  for (let index = 0; index < count; index += 1) {
    const turn = index + seed;
    if (index % 10 === 9) builder.add({});
    else {
      builder.add({
        publishedAtMs: 1_700_000_000_000 + turn * 1000,
        creator: `Creator ${turn % 997} – 作者`,
        tags: [`tag ${turn % 13}`, `tag ${turn % 101}`, `tag ${turn % 4001}`],
        maturity: MATURITIES[turn % MATURITIES.length],
        inStock: turn % 3 > 0,
        countries: turn % 7 === 0 ? ["AT", "DE"] : undefined,
        blockedCountries: turn % 11 === 0 ? ["US"] : undefined,
      });
    }
  }
  return builder.build();
}
