import { describe, it } from "vitest";
import type { TenantId } from "../../src/domain/ids.ts";
import type { Background } from "../../src/platform/background.ts";
import { MemoryPoolStore } from "../../src/pools/memory-pool-store.ts";
import { PoolReplicas } from "../../src/pools/pool-replicas.ts";
import type { PoolManifest, PoolSnapshot } from "../../src/pools/pool-store.ts";
import { aShelf, aSnapshot } from "../support/pool-builders.ts";

const TENANT = "t" as TenantId;

class CountingStore extends MemoryPoolStore {
  away = false;
  loads = 0;
  asked = 0;
  override current(tenant: TenantId): Promise<PoolManifest | undefined> {
    this.asked += 1;
    if (this.away) return Promise.reject(new Error("away"));
    return super.current(tenant);
  }
  override load(tenant: TenantId, version: number): Promise<PoolSnapshot | undefined> {
    this.loads += 1;
    return super.load(tenant, version);
  }
}

function setUp() {
  const [store, edge, copies] = [new CountingStore(), aShelf(), aShelf()];
  const replicas = new PoolReplicas({ edge, copies });
  const running: Promise<unknown>[] = [];
  const background: Background = {
    run: (_, work) => void running.push(work().catch(() => undefined)),
  };
  return { store, edge, copies, replicas, background, settled: () => Promise.all(running) };
}

describe("pool replicas", () => {
  it("asks the store once and serves from memory while fresh", async ({ expect }) => {
    const { store, replicas, background } = setUp();
    await store.publish(TENANT, aSnapshot(1, { l1d: 3 }));
    for (const nowMs of [0, 5_000, 14_000]) {
      const current = await replicas.current(TENANT, store, nowMs, background);
      expect(current?.pools.size("l1d")).toBe(3);
    }
    expect(store.asked).toBe(1);
  });

  it("serves the old version while it looks for a new one behind the answer", async ({
    expect,
  }) => {
    const { store, replicas, background, settled } = setUp();
    await store.publish(TENANT, aSnapshot(1, { l1d: 3 }));
    await replicas.current(TENANT, store, 0, background);
    await store.publish(TENANT, aSnapshot(2, { l1d: 5 }));
    const stale = await replicas.current(TENANT, store, 20_000, background);
    expect(stale?.pools.manifest.version).toBe(1);
    await settled();
    const fresh = await replicas.current(TENANT, store, 20_001, background);
    expect(fresh?.pools.manifest.version).toBe(2);
  });

  it("takes a version from the edge cache before it loads it", async ({ expect }) => {
    const { store, edge, replicas, background } = setUp();
    const snapshot = aSnapshot(1, { l1d: 3 });
    await store.publish(TENANT, snapshot);
    await edge.keep(`${TENANT}/1`, snapshot);
    await replicas.current(TENANT, store, 0, background);
    expect(store.loads).toBe(0);
  });

  it("keeps what it holds while the store is away, and says that it is stale", async ({
    expect,
  }) => {
    const { store, replicas, background, settled } = setUp();
    await store.publish(TENANT, aSnapshot(1, { l1d: 3 }));
    await replicas.current(TENANT, store, 0, background);
    store.away = true;
    await replicas.current(TENANT, store, 20_000, background);
    await settled();
    const current = await replicas.current(TENANT, store, 20_001, background);
    expect(current).toMatchObject({ stale: true });
    expect(current?.pools.manifest.version).toBe(1);
  });

  it("falls back to the last copy when it holds nothing", async ({ expect }) => {
    const { store, copies, replicas, background } = setUp();
    await copies.keep(TENANT, aSnapshot(7, { l1d: 2 }));
    store.away = true;
    const current = await replicas.current(TENANT, store, 0, background);
    expect(current).toMatchObject({ stale: true });
    expect(current?.pools.manifest.version).toBe(7);
  });

  it("finds an older version without making it current, and keeps two", async ({ expect }) => {
    const { store, edge, replicas, background } = setUp();
    edge.find = () => Promise.resolve(undefined);
    for (const version of [1, 2, 3, 4]) {
      await store.publish(TENANT, aSnapshot(version, { l1d: version }));
    }
    await replicas.current(TENANT, store, 0, background);
    const loaded = store.loads;
    const older = await replicas.version(TENANT, store, 1);
    expect(older?.size("l1d")).toBe(1);
    expect(await replicas.version(TENANT, store, 1)).toBe(older);
    const current = await replicas.current(TENANT, store, 1, background);
    expect(current?.pools.manifest.version).toBe(4);
    expect(await replicas.version(TENANT, store, 4)).toBe(current?.pools);
    expect(store.loads).toBe(loaded + 1);
    await replicas.version(TENANT, store, 2);
    await replicas.version(TENANT, store, 1);
    await replicas.version(TENANT, store, 3);
    expect(await replicas.version(TENANT, store, 1)).toBe(older);
    expect(store.loads).toBe(loaded + 3);
    await replicas.version(TENANT, store, 2);
    expect(store.loads).toBe(loaded + 4);
  });

  it("says when an older version is gone, and takes the copy when the store is away", async ({
    expect,
  }) => {
    const { store, copies, replicas } = setUp();
    await store.publish(TENANT, aSnapshot(2, { l1d: 1 }));
    expect(await replicas.version(TENANT, store, 1)).toBeUndefined();
    await copies.keep(TENANT, aSnapshot(7, { l1d: 5 }));
    store.load = () => Promise.reject(new Error("away"));
    expect((await replicas.version(TENANT, store, 7))?.size("l1d")).toBe(5);
    await expect(replicas.version(TENANT, store, 6)).rejects.toThrow("away");
  });

  it("fails when there is neither store nor copy", async ({ expect }) => {
    const { store, replicas, background } = setUp();
    store.away = true;
    await expect(replicas.current(TENANT, store, 0, background)).rejects.toThrow("away");
  });
});
