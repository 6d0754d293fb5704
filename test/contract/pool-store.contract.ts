/** What every PoolStore promises. Nothing here needs Node, so that the suite runs in workerd too. */
import { describe, it } from "vitest";

import type { PoolStore } from "../../src/pools/pool-store.ts";
import { replicaText } from "../../src/pools/replica-text.ts";
import { aSnapshot } from "../support/pool-builders.ts";
import { aTenant } from "../support/user-requests.ts";

const V1 = 1_800_000_000_001;

export function poolStoreContract(
  name: string,
  makeStore: () => PoolStore | Promise<PoolStore>,
): void {
  describe(`pool store: ${name}`, () => {
    it("has no current version before the first publish", async ({ expect }) => {
      const store = await makeStore();
      const tenant = aTenant();
      expect(await store.current(tenant)).toBeUndefined();
      expect(await store.load(tenant, V1)).toBeUndefined();
    });

    it("returns what was published, in its order", async ({ expect }) => {
      const store = await makeStore();
      const tenant = aTenant();
      const snapshot = aSnapshot(V1, { "99_100": 3, l1d: 2, fallback: 50 });
      expect(await store.publish(tenant, snapshot)).toBe("published");
      const manifest = await store.current(tenant);
      expect(manifest).toEqual(snapshot.manifest);
      expect(await store.load(tenant, snapshot.manifest.version)).toEqual(snapshot);
    });

    it("moves on to a newer version and keeps the old one readable", async ({ expect }) => {
      const store = await makeStore();
      const tenant = aTenant();
      const [first, second] = [aSnapshot(V1, { l1d: 2 }), aSnapshot(V1 + 1, { l7d: 3 })];
      await store.publish(tenant, first);
      expect(await store.publish(tenant, second)).toBe("published");
      expect(await store.current(tenant)).toEqual(second.manifest);
      expect(await store.load(tenant, first.manifest.version)).toEqual(first);
      expect(await store.load(tenant, second.manifest.version)).toEqual(second);
    });

    it("refuses an older version", async ({ expect }) => {
      const store = await makeStore();
      const tenant = aTenant();
      const newer = aSnapshot(V1 + 5, { l1d: 2 });
      await store.publish(tenant, newer);
      expect(await store.publish(tenant, aSnapshot(V1, { l1d: 9 }))).toBe("superseded");
      expect(await store.current(tenant)).toEqual(newer.manifest);
      expect(await store.load(tenant, newer.manifest.version)).toEqual(newer);
    });

    it("changes nothing when a publish is repeated", async ({ expect }) => {
      const store = await makeStore();
      const tenant = aTenant();
      const snapshot = aSnapshot(V1, { l1d: 2 });
      await store.publish(tenant, snapshot);
      expect(await store.publish(tenant, snapshot)).toBe("published");
      expect(await store.load(tenant, snapshot.manifest.version)).toEqual(snapshot);
    });

    it("ends with the newest of many concurrent publishes", async ({ expect }) => {
      const store = await makeStore();
      const tenant = aTenant();
      const versions = [V1 + 2, V1, V1 + 3, V1 + 1];
      const outcomes = await Promise.all(
        versions.map((version) => store.publish(tenant, aSnapshot(version, { l1d: 4 }))),
      );
      expect(outcomes[2]).toBe("published");
      expect((await store.current(tenant))?.version).toBe(V1 + 3);
    });

    it("holds a tenant of 100,000 items", async ({ expect }) => {
      const store = await makeStore();
      const tenant = aTenant();
      const snapshot = aSnapshot(V1, { "0_10": 60_000, "10_20": 20_000, l90d: 20_000 });
      await store.publish(tenant, snapshot);
      const loaded = await store.load(tenant, snapshot.manifest.version);
      // Not toEqual: it compares 100,000 strings one by one.
      expect(loaded && replicaText(loaded) === replicaText(snapshot)).toBe(true);
    });

    it("shows no tenant the pools of another", async ({ expect }) => {
      const store = await makeStore();
      const snapshot = aSnapshot(V1, { l1d: 2 });
      await store.publish(aTenant(), snapshot);
      const other = aTenant();
      expect(await store.current(other)).toBeUndefined();
      expect(await store.load(other, snapshot.manifest.version)).toBeUndefined();
    });
  });
}
