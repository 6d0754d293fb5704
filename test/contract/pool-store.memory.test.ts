import { describe, it } from "vitest";

import { MemoryPoolStore } from "../../src/pools/memory-pool-store.ts";
import { aSnapshot } from "../support/pool-builders.ts";
import { aTenant } from "../support/user-requests.ts";
import { poolStoreContract } from "./pool-store.contract.ts";

poolStoreContract("memory", () => new MemoryPoolStore());

describe("memory pool store", () => {
  it("keeps a replaced version for an hour, and not for ever", async ({ expect }) => {
    let nowMs = 0;
    const store = new MemoryPoolStore(() => nowMs);
    const tenant = aTenant();
    const [first, second] = [aSnapshot(1, { l1d: 1 }), aSnapshot(2, { l1d: 1 })];
    await store.publish(tenant, first);
    await store.publish(tenant, second);
    nowMs = 3_600_000;
    expect(await store.load(tenant, first.manifest.version)).toEqual(first);
    nowMs = 24 * 3_600_000;
    expect(await store.load(tenant, first.manifest.version)).toBeUndefined();
    expect(await store.load(tenant, second.manifest.version)).toEqual(second);
  });
});
