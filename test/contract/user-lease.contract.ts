import { it } from "vitest";

import { eachCode, joinCodes, sliceCodes } from "../../src/domain/item-code.ts";
import type { UserKey, UserStore } from "../../src/users/user-store.ts";
import {
  leaseOne,
  aLease,
  aMark,
  aPage,
  aPolicy,
  aRefill,
  aTake,
  aUser,
  codes,
  NOW,
  wanting,
} from "../support/user-requests.ts";
import type { MakeStore } from "./user-store.contract.ts";

const POPULARITY = codes("p", 10);
const FRESHNESS = codes("f", 10);
const LEASED = aPage({
  popularity: sliceCodes(POPULARITY, 0, 3),
  freshness: sliceCodes(FRESHNESS, 0, 2),
});
const NEXT = { token: "lease-1", want: wanting(3, 2), untilSeconds: NOW + 60 };

async function withItems(store: UserStore): Promise<UserKey> {
  const user = aUser();
  await store.refill(
    user,
    aRefill({ candidates: { popularity: POPULARITY, freshness: FRESHNESS } }),
  );
  return user;
}

export function leaseContract(makeStore: MakeStore): void {
  it("sets a page aside", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    const result = await leaseOne(store, user, aLease({ next: NEXT }));
    expect(result.outcome).toBe("leased");
    expect(result.page).toEqual(LEASED);
    expect(result.levels).toEqual({ popularity: 7, freshness: 8 });
    const taken = await store.take(user, aTake());
    expect(taken.page.popularity).toBe(sliceCodes(POPULARITY, 3, 6));
  });

  it("holds one lease at a time", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await leaseOne(store, user, aLease({ next: NEXT }));
    const second = await leaseOne(store, user, aLease({ next: { ...NEXT, token: "lease-2" } }));
    expect(second.outcome).toBe("held");
    expect(second.page).toEqual(aPage());
    expect(second.levels).toEqual({ popularity: 7, freshness: 8 });
  });

  it("leases only a whole page", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    const result = await leaseOne(store, user, aLease({ next: { ...NEXT, want: wanting(20, 1) } }));
    expect(result.outcome).toBe("short");
    expect(result.levels).toEqual({ popularity: 10, freshness: 10 });
  });

  it("starts the cooldown of a committed page", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await leaseOne(store, user, aLease({ next: NEXT }));
    const committed = await leaseOne(
      store,
      user,
      aLease({ commit: { token: NEXT.token, page: LEASED } }),
    );
    expect(committed.outcome).toBe("none");
    const after = await store.refill(
      user,
      aRefill({ nowSeconds: NOW + 61, candidates: { popularity: LEASED.popularity } }),
    );
    expect(after.known).toBe(3);
    expect(after.levels.popularity).toBe(7);
    expect((await store.stats(user, NOW, aPolicy())).coolingDown).toBe(5);
  });

  it("commits one page and leases the next in one step", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await leaseOne(store, user, aLease({ next: NEXT }));
    const result = await leaseOne(
      store,
      user,
      aLease({
        commit: { token: NEXT.token, page: LEASED },
        next: { ...NEXT, token: "lease-2" },
      }),
    );
    expect(result.outcome).toBe("leased");
    expect(result.page.popularity).toBe(sliceCodes(POPULARITY, 3, 6));
    expect(result.levels).toEqual({ popularity: 4, freshness: 6 });
  });

  it("serves a commit once, however often it is repeated", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await leaseOne(store, user, aLease({ next: NEXT }));
    const commit = { token: NEXT.token, page: LEASED };
    await leaseOne(store, user, aLease({ commit }));
    await leaseOne(store, user, aLease({ commit }));
    expect((await store.stats(user, NOW, aPolicy())).coolingDown).toBe(5);
  });

  it("returns an expired lease to the front", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await leaseOne(store, user, aLease({ next: NEXT }));
    const before = await store.take(user, aTake({ nowSeconds: NOW + 59 }));
    expect(before.page.popularity).toBe(sliceCodes(POPULARITY, 3, 6));
    const after = await store.take(user, aTake({ nowSeconds: NOW + 60 }));
    expect(after.page).toEqual(LEASED);
    expect(after.levels).toEqual({ popularity: 4, freshness: 6 });
  });

  it("does not prolong the life of returned entries", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const policy = aPolicy({ entryLifeSeconds: 50 });
    await store.refill(
      user,
      aRefill({ policy, candidates: { popularity: POPULARITY, freshness: FRESHNESS } }),
    );
    await leaseOne(store, user, aLease({ policy, next: NEXT }));
    const result = await store.take(user, aTake({ policy, nowSeconds: NOW + 60 }));
    expect(result.outcome).toBe("short");
    expect(result.levels).toEqual({ popularity: 0, freshness: 0 });
  });

  it("takes a page that was committed too late out of the queues", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await leaseOne(store, user, aLease({ next: NEXT }));
    await leaseOne(store, user, aLease({ nowSeconds: NOW + 61 }));
    const late = await leaseOne(
      store,
      user,
      aLease({ nowSeconds: NOW + 62, commit: { token: NEXT.token, page: LEASED } }),
    );
    expect(late.levels).toEqual({ popularity: 7, freshness: 8 });
    const next = await store.take(user, aTake({ nowSeconds: NOW + 63 }));
    expect(next.page.popularity).toBe(sliceCodes(POPULARITY, 3, 6));
  });

  it("gives the leased page to a take with its token", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await leaseOne(store, user, aLease({ next: NEXT }));
    const taken = await store.take(user, aTake({ token: NEXT.token }));
    expect(taken.outcome).toBe("taken");
    expect(taken.page).toEqual(LEASED);
    expect(taken.levels).toEqual({ popularity: 7, freshness: 8 });
    const again = await store.take(user, aTake({ token: NEXT.token, lookback: 1 }));
    expect(again.outcome).toBe("repeated");
  });

  it("grants a refill like a take does", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    const [first, second] = [
      await leaseOne(store, user, aLease({ next: NEXT })),
      await store.take(user, aTake()),
    ];
    expect(first.refillGranted).toBe(true);
    expect(second.refillGranted).toBe(false);
  });

  it("makes a leased page whole again when one of its items was watched", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await leaseOne(store, user, aLease({ next: NEXT }));
    expect(await store.mark(user, aMark({ codes: sliceCodes(POPULARITY, 0, 1) }))).toBe(1);
    const taken = await store.take(user, aTake({ token: NEXT.token, want: NEXT.want }));
    expect(taken.outcome).toBe("taken");
    expect(taken.page.popularity).toBe(sliceCodes(POPULARITY, 1, 4));
    expect(taken.page.freshness).toBe(LEASED.freshness);
    expect(taken.levels).toEqual({ popularity: 6, freshness: 8 });
  });

  it("does not bring a served page back when a mark overtakes its commit", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await leaseOne(store, user, aLease({ next: NEXT }));
    await store.mark(user, aMark({ as: "cooldown", codes: sliceCodes(POPULARITY, 0, 1) }));
    const between = await store.take(user, aTake({ want: wanting(3, 2) }));
    await leaseOne(store, user, aLease({ commit: { token: NEXT.token, page: LEASED } }));
    const after = await store.take(user, aTake({ want: wanting(4, 6) }));
    for (const { page } of [between, after]) {
      for (const code of eachCode(joinCodes(LEASED.popularity, LEASED.freshness))) {
        expect(page.popularity).not.toContain(code);
        expect(page.freshness).not.toContain(code);
      }
    }
  });

  it("keeps a leased page when other items were watched", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await leaseOne(store, user, aLease({ next: NEXT }));
    expect(await store.mark(user, aMark({ codes: sliceCodes(POPULARITY, 8, 10) }))).toBe(2);
    const claimed = await store.take(user, aTake({ token: NEXT.token }));
    expect(claimed.page).toEqual(LEASED);
  });
}
