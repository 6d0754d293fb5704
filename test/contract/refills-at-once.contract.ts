/** Refills of one user that start from the same state at the same moment, as two isolates' would. */
import { it } from "vitest";
import type { ItemId } from "../../src/domain/ids.ts";
import { eachCode, joinCodes } from "../../src/domain/item-code.ts";
import { refillUser } from "../../src/feed/refill-user.ts";
import { buildPools } from "../../src/pools/build-pools.ts";
import { PoolReplica } from "../../src/pools/pool-replica.ts";
import { aPolicy, aTake, aUser, NOW, wanting } from "../support/user-requests.ts";
import type { MakeStore } from "./user-store.contract.ts";

const policy = aPolicy();
const pools = new PoolReplica(
  buildPools(
    Array.from({ length: 3_000 }, (_, rank) => ({
      id: `item-${rank}` as ItemId,
      publishedAtMs: NOW * 1000 - (rank % 90) * 86_400_000,
    })),
    NOW * 1000,
  ).snapshot,
);

export function refillsAtOnceContract(makeStore: MakeStore): void {
  it("fills the queues once, to the brim, when ten refills run at once", async ({ expect }) => {
    const [store, key] = [await makeStore(), aUser()];
    const short = await store.take(key, aTake());
    const step = {
      key,
      store,
      pools,
      policy,
      popularityShare: 0.6,
      allows: () => true,
      nowSeconds: NOW,
    };
    const refills = await Promise.all(Array.from({ length: 10 }, () => refillUser(step, short)));
    const { valid } = await store.stats(key, NOW, policy);
    expect(valid).toEqual({ popularity: policy.capacity, freshness: policy.capacity });
    const want = wanting(valid.popularity, valid.freshness, false);
    const { page, outcome } = await store.take(key, aTake({ want }));
    expect(outcome).toBe("taken");
    const items = [...eachCode(joinCodes(page.popularity, page.freshness))];
    expect(new Set(items).size).toBe(items.length);
    const added = refills.map((refill) => refill.added.popularity + refill.added.freshness);
    expect(added.reduce((sum, each) => sum + each, 0)).toBe(items.length);
  });
}
