import { describe, it } from "vitest";
import type { ItemId } from "../../src/domain/ids.ts";
import { buildPools } from "../../src/pools/build-pools.ts";
import { factsAt } from "../../src/pools/facts-builder.ts";
import { PoolReplica } from "../../src/pools/pool-replica.ts";
import { parseReplicaText, replicaText } from "../../src/pools/replica-text.ts";
import { staticListOf } from "../../src/pools/static-list.ts";

const NOW_MS = 1_760_000_000_000;
const pools = new PoolReplica(
  buildPools(
    Array.from({ length: 500 }, (_, rank) => ({
      id: `item-${rank}` as ItemId,
      creator: `Creator ${rank % 50}`,
      tags: [`tag ${rank}`],
      vector: [rank, 1],
    })),
    NOW_MS,
  ).snapshot,
);
const isEven = (index: number): boolean => index % 2 === 0;

describe("the static list", () => {
  it("holds the most popular items that are allowed, in order of rank", ({ expect }) => {
    const list = staticListOf(pools, isEven);
    expect(list.manifest).toMatchObject({ version: NOW_MS, items: 100 });
    expect(list.slices.fallback.slice(0, 3)).toEqual(["item-0", "item-2", "item-4"]);
    expect(list.slices["99_100"]).toEqual(list.slices.fallback);
  });

  it("asks no further than it needs to", ({ expect }) => {
    let asked = 0;
    const list = staticListOf(pools, () => (asked += 1) > 0, 10);
    expect(list.manifest.items).toBe(10);
    expect(asked).toBe(10);
  });

  it("takes the facts of its items along, and no names of others", ({ expect }) => {
    const list = new PoolReplica(parseReplicaText(replicaText(staticListOf(pools, isEven, 3))));
    expect(list.facts.tagNames).toEqual(["tag 0", "tag 2", "tag 4"]);
    expect(list.idAt(2)).toBe("item-4");
    expect(factsAt(list.facts, 2)).toEqual(factsAt(pools.facts, 4));
  });

  it("is empty where nothing is allowed", ({ expect }) => {
    const list = staticListOf(pools, () => false);
    expect(list.manifest.items).toBe(0);
    expect(new PoolReplica(list).idIn("fallback", 0)).toBeUndefined();
  });
});
