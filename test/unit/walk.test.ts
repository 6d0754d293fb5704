import { describe, it } from "vitest";
import type { ItemId, UserId } from "../../src/domain/ids.ts";
import { codeCount, eachCode, joinCodes } from "../../src/domain/item-code.ts";
import { buildPools } from "../../src/pools/build-pools.ts";
import { PoolReplica } from "../../src/pools/pool-replica.ts";
import {
  candidates,
  discoveries,
  FRESHNESS_WALK,
  permutation,
  POPULARITY_WALK,
  resume,
  sliceAt,
} from "../../src/pools/walk.ts";

const DAY_MS = 86_400_000;
const NOW_MS = 1_760_000_000_000;
const NOW_SECONDS = NOW_MS / 1000;
const NO_CURSOR = { version: 0, position: 0, total: 0, untilSeconds: 0 };
const ALICE = "alice" as UserId;

const poolsOf = (count: number, nowMs = NOW_MS): PoolReplica =>
  new PoolReplica(
    buildPools(
      Array.from({ length: count }, (_, rank) => ({
        id: `item-${rank}` as ItemId,
        publishedAtMs: nowMs - (rank % 100) * DAY_MS,
      })),
      nowMs,
    ).snapshot,
  );

describe("permutation", () => {
  it("visits every position exactly once, whatever the size", ({ expect }) => {
    for (const size of [1, 2, 3, 17, 64, 100, 1000, 4097]) {
      const order = permutation(size, "seed");
      const visited = new Set(Array.from({ length: size }, (_, index) => order(index)));
      expect(visited.size).toBe(size);
      expect(Math.max(...visited)).toBe(size - 1);
    }
  });

  it("differs between users", ({ expect }) => {
    const [a, b] = [permutation(100, "alice"), permutation(100, "bob")];
    const same = Array.from({ length: 100 }, (_, i) => a(i) === b(i)).filter(Boolean).length;
    expect(same).toBeLessThan(15);
  });

  it("spreads the first draws over the whole slice", ({ expect }) => {
    let low = 0;
    for (let user = 0; user < 400; user += 1) {
      if (permutation(1000, `user-${user}`)(0) < 500) low += 1;
    }
    expect(low).toBeGreaterThan(150);
    expect(low).toBeLessThan(250);
  });
});

describe("a walk", () => {
  it("reads every item once from the top bucket to the last, in steps of any size", ({
    expect,
  }) => {
    const pools = poolsOf(1000);
    let cursor = resume(POPULARITY_WALK, pools, NO_CURSOR, NOW_SECONDS);
    const seen: string[] = [];
    for (let step = 1; cursor.position < cursor.total; step += 1) {
      const codes = candidates(POPULARITY_WALK, pools, cursor, step * 7, ALICE);
      seen.push(...eachCode(codes));
      cursor = { ...cursor, position: cursor.position + codeCount(codes) };
    }
    expect(seen).toHaveLength(1000);
    expect(new Set(seen).size).toBe(1000);
    const top = new Set(Array.from({ length: 10 }, (_, i) => pools.codeIn("99_100", i) as string));
    expect(seen.slice(0, 10).every((code) => top.has(code))).toBe(true);
  });

  it("starts again at the top once its day is over", ({ expect }) => {
    const pools = poolsOf(1000);
    const stored = { version: NOW_MS, position: 500, total: 1000, untilSeconds: NOW_SECONDS };
    expect(resume(POPULARITY_WALK, pools, stored, NOW_SECONDS).position).toBe(0);
    expect(resume(POPULARITY_WALK, pools, stored, NOW_SECONDS - 1).position).toBe(500);
  });

  it("starts again at the top when it has come to the end", ({ expect }) => {
    const pools = poolsOf(1000);
    const stored = { version: NOW_MS, position: 1000, total: 1000, untilSeconds: NOW_SECONDS + 9 };
    expect(resume(POPULARITY_WALK, pools, stored, NOW_SECONDS).position).toBe(0);
  });

  it("goes on at the top of its bucket when the pools are rebuilt", ({ expect }) => {
    const rebuilt = poolsOf(2000, NOW_MS + DAY_MS);
    const stored = { version: NOW_MS, position: 250, total: 1000, untilSeconds: NOW_SECONDS + 9 };
    const cursor = resume(POPULARITY_WALK, rebuilt, stored, NOW_SECONDS);
    expect(sliceAt(POPULARITY_WALK, rebuilt, cursor.position)).toBe("70_80");
    expect(cursor.position).toBe(400);
    expect(cursor.untilSeconds).toBe(stored.untilSeconds);
  });

  it("reads the freshness windows from the newest with every version", ({ expect }) => {
    const rebuilt = poolsOf(2000, NOW_MS + DAY_MS);
    const stored = { version: NOW_MS, position: 250, total: 900, untilSeconds: NOW_SECONDS + 9 };
    expect(resume(FRESHNESS_WALK, rebuilt, stored, NOW_SECONDS).position).toBe(0);
  });

  it("yields nothing from empty pools", ({ expect }) => {
    const pools = poolsOf(0);
    const cursor = resume(POPULARITY_WALK, pools, NO_CURSOR, NOW_SECONDS);
    expect(candidates(POPULARITY_WALK, pools, cursor, 10, ALICE)).toBe(joinCodes());
    expect(sliceAt(POPULARITY_WALK, pools, 0)).toBeUndefined();
  });
});

describe("discoveries", () => {
  const withDiscoveries = (count: number, every: number): PoolReplica =>
    new PoolReplica(
      buildPools(
        Array.from({ length: count }, (_, rank) => ({
          id: `item-${rank}` as ItemId,
          ...(rank % every === 0 ? { discovery: "trending" as const } : {}),
        })),
        NOW_MS,
      ).snapshot,
    );
  const drawn = (pools: PoolReplica, chance: number, count: number) =>
    [...eachCode(discoveries(pools, chance, count, ALICE))].map((code) => pools.indexOf(code));

  it("are drawn from what is marked, each once, and go round", ({ expect }) => {
    const pools = withDiscoveries(100, 10);
    for (const chance of [0, 7, 4_294_967_295]) {
      const found = drawn(pools, chance, 20);
      expect(found.toSorted((a = 0, b = 0) => a - b)).toEqual([
        0, 10, 20, 30, 40, 50, 60, 70, 80, 90,
      ]);
    }
    const turns = [0, 4, 8].flatMap((chance) => drawn(pools, chance, 4));
    expect(turns.slice(0, 10)).toEqual(drawn(pools, 0, 10));
  });

  it("are none where nothing is marked", ({ expect }) => {
    expect(drawn(poolsOf(50), 3, 8)).toEqual([]);
  });
});
