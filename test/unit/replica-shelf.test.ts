import { describe, it } from "vitest";
import { type CacheEntry, EntryRefusedError } from "../../src/cache/tier.ts";
import { MemoryTier } from "../../src/cache/memory-tier.ts";
import { FailureError } from "../../src/domain/failure.ts";
import type { ItemId, TenantId } from "../../src/domain/ids.ts";
import { Counters } from "../../src/observability/counters.ts";
import type { Background } from "../../src/platform/background.ts";
import { buildPools } from "../../src/pools/build-pools.ts";
import type { PoolSnapshot } from "../../src/pools/pool-store.ts";
import { forgiving, replicaShelf } from "../../src/pools/replica-shelf.ts";
import { StaticLists } from "../../src/pools/static-lists.ts";
import { aSnapshot } from "../support/pool-builders.ts";

const TENANT = "t" as TenantId;

class SmallTier extends MemoryTier {
  limitBytes = Infinity;
  override put(key: string, entry: CacheEntry): Promise<void> {
    if (entry.bytes.byteLength <= this.limitBytes) return super.put(key, entry);
    return Promise.reject(new EntryRefusedError("too many bytes"));
  }
}

function aShelfOf(tier: MemoryTier) {
  return replicaShelf({ tier, lifeMs: 5_000, nowMs: () => 1_000 });
}

const { snapshot } = buildPools(
  Array.from({ length: 50 }, (_, rank) => ({
    id: `item-${rank}` as ItemId,
    tags: ["été"],
    vector: Array.from({ length: 64 }, (_unused, axis) => axis - rank),
  })),
  7,
);
const { vectors: _, ...plainFacts } = snapshot.facts;

describe("a shelf of pool replicas", () => {
  it("returns a version as it was kept, and says how long it lives", async ({ expect }) => {
    const tier = new SmallTier("edge");
    const shelf = aShelfOf(tier);
    await shelf.keep("t/7", snapshot);
    expect(await shelf.find("t/7")).toEqual(snapshot);
    expect(await shelf.find("t/8")).toBeUndefined();
    expect(await tier.get("t/7")).toMatchObject({ storedAtMs: 1_000, keepUntilMs: 6_000 });
  });

  it("keeps a version without its vectors where it does not fit with them", async ({ expect }) => {
    const tier = new SmallTier("kv");
    tier.limitBytes = 4_000;
    await aShelfOf(tier).keep("t", snapshot);
    expect(await aShelfOf(tier).find("t")).toEqual({ ...snapshot, facts: plainFacts });
  });

  it("says that a version does not fit at all", async ({ expect }) => {
    const tier = new SmallTier("kv");
    tier.limitBytes = 10;
    await expect(aShelfOf(tier).keep("t", snapshot)).rejects.toThrow(EntryRefusedError);
    await expect(aShelfOf(tier).keep("t", aSnapshot(1))).rejects.toThrow(EntryRefusedError);
  });

  it("that forgives counts each failure, and has nothing", async ({ expect }) => {
    const counters = new Counters();
    const away = () => Promise.reject(new Error("away"));
    const shelf = forgiving({ find: away, keep: away }, () => counters.add("failed.edge"));
    await shelf.keep("t/7", snapshot);
    expect(await shelf.find("t/7")).toBeUndefined();
    expect(counters.all()).toEqual({ "failed.edge": 2 });
  });
});

describe("static lists", () => {
  function setUp() {
    const shelf = {
      list: undefined as PoolSnapshot | undefined,
      away: false,
      reads: 0,
      find(): Promise<PoolSnapshot | undefined> {
        this.reads += 1;
        if (this.away) return Promise.reject(new FailureError("COPIES_UNAVAILABLE", "away"));
        return Promise.resolve(this.list);
      },
      keep: () => Promise.resolve(),
    };
    const running: Promise<unknown>[] = [];
    const background: Background = { run: (_name, work) => void running.push(work()) };
    const lists = new StaticLists(shelf, new Counters());
    const versionAt = async (nowMs: number): Promise<number | undefined> => {
      const list = await lists.find(TENANT, nowMs, background);
      await Promise.all(running);
      return list?.manifest.version;
    };
    return { shelf, versionAt };
  }

  it("are read once a minute, and a newer one behind an answer", async ({ expect }) => {
    const { shelf, versionAt } = setUp();
    shelf.list = aSnapshot(1, { fallback: 3 });
    expect(await versionAt(0)).toBe(1);
    shelf.list = aSnapshot(2, { fallback: 3 });
    expect(await versionAt(59_999)).toBe(1);
    expect(shelf.reads).toBe(1);
    expect(await versionAt(60_000)).toBe(1);
    expect(await versionAt(60_001)).toBe(2);
    expect(shelf.reads).toBe(2);
  });

  it("that are not there are looked for again a minute later", async ({ expect }) => {
    const { shelf, versionAt } = setUp();
    expect(await versionAt(0)).toBeUndefined();
    shelf.list = aSnapshot(1, { fallback: 3 });
    expect(await versionAt(59_999)).toBeUndefined();
    expect(await versionAt(60_000)).toBe(1);
  });

  it("are served however old while the shelf is away", async ({ expect }) => {
    const { shelf, versionAt } = setUp();
    shelf.away = true;
    await expect(versionAt(0)).rejects.toThrow(FailureError);
    shelf.away = false;
    shelf.list = aSnapshot(1, { fallback: 3 });
    expect(await versionAt(2_000)).toBe(1);
    shelf.away = true;
    expect(await versionAt(86_400_000)).toBe(1);
  });
});
