import { describe, it } from "vitest";
import type { ItemId } from "../../src/domain/ids.ts";
import { BUCKETS, WINDOWS } from "../../src/domain/slices.ts";
import { buildPools } from "../../src/pools/build-pools.ts";
import { noFacts } from "../../src/pools/facts-builder.ts";
import { PoolReplica } from "../../src/pools/pool-replica.ts";
import { bySlice } from "../../src/pools/slice-text.ts";
import { parseReplicaText, replicaText } from "../../src/pools/replica-text.ts";
import { itemCode } from "../../src/domain/item-code.ts";

const DAY_MS = 86_400_000;
const NOW_MS = 1_760_000_000_000;
const item = (rank: number, ageDays?: number) => ({
  id: `item-${rank}` as ItemId,
  ...(ageDays === undefined ? {} : { publishedAtMs: NOW_MS - ageDays * DAY_MS }),
});

describe("buildPools", () => {
  it("puts the top 1 % by rank into 99_100 and a tenth into each decile", ({ expect }) => {
    const { snapshot } = buildPools(
      Array.from({ length: 1000 }, (_, rank) => item(rank)),
      NOW_MS,
    );
    const { sizes } = snapshot.manifest;
    expect(sizes["99_100"]).toBe(10);
    expect(sizes["90_99"]).toBe(90);
    expect(BUCKETS.slice(2).map((bucket) => sizes[bucket])).toEqual(Array(9).fill(100));
  });

  it("gives a tiny catalogue a top bucket", ({ expect }) => {
    const { snapshot } = buildPools([item(0), item(1), item(2)], NOW_MS);
    expect(snapshot.slices["99_100"]).toEqual(["item-0"]);
    expect(snapshot.manifest.items).toBe(3);
  });

  it("puts each item into the one window of its age", ({ expect }) => {
    const ages = [0, 0.99, 1, 6.9, 7, 13.9, 14, 29.9, 30, 89.9, 90, 400];
    const { snapshot } = buildPools(
      ages.map((age, rank) => item(rank, age)),
      NOW_MS,
    );
    expect(WINDOWS.map((window) => snapshot.manifest.sizes[window])).toEqual([2, 2, 2, 2, 2]);
  });

  it("leaves out what is not published yet, and counts it", ({ expect }) => {
    const { snapshot, unpublished } = buildPools([item(0, -1), item(1, 1)], NOW_MS);
    expect(snapshot.manifest.items).toBe(1);
    expect(unpublished).toBe(1);
  });

  it("keeps items without a time out of the windows, not out of the buckets", ({ expect }) => {
    const { snapshot } = buildPools([item(0)], NOW_MS);
    expect(snapshot.manifest.sizes["99_100"]).toBe(1);
    expect(snapshot.manifest.sizes.l1d).toBe(0);
  });
});

describe("the facts of a build", () => {
  it("stand in order of rank, without the items that were left out", ({ expect }) => {
    const { snapshot } = buildPools(
      [
        { ...item(0, 3), creator: "Ada", tags: ["a", "b", "a"], maturity: "PG-13" },
        { ...item(1, -1), creator: "Not yet" },
        {
          ...item(2),
          discovery: "trending",
          inStock: false,
          countries: ["DE"],
          blockedCountries: ["US"],
        },
        { ...item(3), creator: "Ada", tags: ["b"], inStock: true, vector: [3, -4] },
      ],
      NOW_MS,
    );
    expect(snapshot.facts).toEqual({
      count: 3,
      publishedAtSeconds: Uint32Array.of((NOW_MS - 3 * DAY_MS) / 1000, 0, 0),
      creators: Uint32Array.of(1, 0, 1),
      creatorNames: ["Ada"],
      tagStarts: Uint32Array.of(0, 2, 2, 3),
      tags: Uint32Array.of(0, 1, 1),
      tagNames: ["a", "b"],
      maturities: Uint8Array.of(3, 0, 0),
      stock: Uint8Array.of(0, 2, 1),
      geographies: Uint32Array.of(0, 1, 0),
      geographyRules: [{ allowed: ["DE"], blocked: ["US"] }],
      discoveries: Uint8Array.of(0, 2, 0),
      vectors: { dimensions: 2, values: Int8Array.of(0, 0, 0, 0, 76, -102) },
    });
  });

  it("do not compare vectors of different lengths", ({ expect }) => {
    const { snapshot } = buildPools(
      [
        { ...item(0), vector: [1, 0] },
        { ...item(1), vector: [1, 0, 0] },
      ],
      NOW_MS,
    );
    expect(snapshot.facts.vectors?.values).toEqual(Int8Array.of(127, 0, 0, 0));
  });
});

describe("a pool replica", () => {
  const { snapshot } = buildPools(
    Array.from({ length: 500 }, (_, rank) => item(rank, rank % 120)),
    NOW_MS,
  );

  it("resolves the code of every item and no other", ({ expect }) => {
    const pools = new PoolReplica(snapshot);
    for (let rank = 0; rank < 500; rank += 1) {
      const id = `item-${rank}` as ItemId;
      expect(pools.resolve(itemCode(id))).toBe(id);
    }
    expect(pools.resolve(itemCode("stranger" as ItemId))).toBeUndefined();
  });

  it("survives its text form unchanged", ({ expect }) => {
    expect(parseReplicaText(replicaText(snapshot))).toEqual(snapshot);
  });

  it("reads the text of a release that wrote no facts", ({ expect }) => {
    const text = replicaText(snapshot);
    const before = text.slice(0, text.lastIndexOf("\n\n"));
    expect(parseReplicaText(before)).toEqual({ ...snapshot, facts: noFacts(500) });
  });

  it("holds as many items as a refresh ranks", ({ expect }) => {
    const ids = Array.from({ length: 200_000 }, (_, rank) => `item-${rank}` as ItemId);
    const pools = new PoolReplica({ ...snapshot, slices: bySlice(() => ids), facts: noFacts(0) });
    expect(pools.indexOf(itemCode("item-199999" as ItemId))).toBe(199_999);
  });

  it("knows each item by its rank", ({ expect }) => {
    const pools = new PoolReplica(snapshot);
    const code = itemCode("item-42" as ItemId);
    expect(pools.indexOf(code)).toBe(42);
    expect(pools.idAt(42)).toBe("item-42");
    expect(pools.codeAtIndex(42)).toBe(code);
    expect(pools.indexOf(itemCode("stranger" as ItemId))).toBeUndefined();
    expect([pools.popularityAt(0), pools.popularityAt(250)]).toEqual([1, 0.5]);
    expect(pools.popularityAt(499)).toBeGreaterThan(0);
  });

  it("counts its facts", ({ expect }) => {
    const pools = new PoolReplica(snapshot);
    const bare = new PoolReplica({ ...snapshot, facts: noFacts(0) });
    // Four columns of four bytes an item, three of one, and one start of tags more than there are items.
    expect(pools.sizeBytes - bare.sizeBytes).toBe(500 * 19);
  });

  it("refuses a text that is not one", ({ expect }) => {
    expect(() => parseReplicaText("nonsense")).toThrow(TypeError);
  });
});
