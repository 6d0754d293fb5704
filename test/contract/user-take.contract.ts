import { it } from "vitest";

import { eachCode, sliceCodes } from "../../src/domain/item-code.ts";
import {
  aPage,
  aPolicy,
  aRefill,
  aTake,
  aUser,
  codes,
  cursorsAt,
  DAY,
  NOW,
  wanting,
} from "../support/user-requests.ts";
import type { MakeStore } from "./user-store.contract.ts";

export function takeContract(makeStore: MakeStore): void {
  it("gives a new user nothing and grants the refill", async ({ expect }) => {
    const store = await makeStore();
    const result = await store.take(aUser(), aTake());
    expect(result).toEqual({
      outcome: "short",
      page: aPage(),
      levels: { popularity: 0, freshness: 0 },
      cursors: {
        popularity: { version: 0, position: 0, total: 0, untilSeconds: 0 },
        freshness: { version: 0, position: 0, total: 0, untilSeconds: 0 },
      },
      refillGranted: true,
    });
  });

  it("removes exactly the page it returns, from the front", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const popularity = codes("p", 10);
    const freshness = codes("f", 8);
    await store.refill(user, aRefill({ candidates: { popularity, freshness } }));

    const first = await store.take(user, aTake());
    expect(first.outcome).toBe("taken");
    expect(first.page).toEqual(
      aPage({ popularity: sliceCodes(popularity, 0, 3), freshness: sliceCodes(freshness, 0, 2) }),
    );
    expect(first.levels).toEqual({ popularity: 7, freshness: 6 });

    const second = await store.take(user, aTake());
    expect(second.page).toEqual(
      aPage({ popularity: sliceCodes(popularity, 3, 6), freshness: sliceCodes(freshness, 2, 4) }),
    );
    expect(second.levels).toEqual({ popularity: 4, freshness: 4 });
  });

  it("makes a short feed up from the other one", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const popularity = codes("p", 10);
    const freshness = codes("f", 1);
    await store.refill(user, aRefill({ candidates: { popularity, freshness } }));
    const result = await store.take(user, aTake({ want: wanting(3, 4) }));
    expect(result.outcome).toBe("taken");
    expect(result.page).toEqual(aPage({ popularity: sliceCodes(popularity, 0, 6), freshness }));
  });

  it("makes up popularity from freshness too", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const freshness = codes("f", 9);
    await store.refill(user, aRefill({ candidates: { freshness } }));
    const result = await store.take(user, aTake({ want: wanting(3, 4) }));
    expect(result.page).toEqual(aPage({ freshness: sliceCodes(freshness, 0, 7) }));
  });

  it("does not carry over when the page forbids it", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    await store.refill(
      user,
      aRefill({ candidates: { popularity: codes("p", 10), freshness: codes("f", 1) } }),
    );
    const result = await store.take(user, aTake({ want: wanting(3, 2, false) }));
    expect(result.outcome).toBe("short");
    expect(result.levels).toEqual({ popularity: 10, freshness: 1 });
  });

  it("takes nothing when the page would not be whole", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    await store.refill(user, aRefill({ candidates: { popularity: codes("p", 4) } }));
    const result = await store.take(user, aTake());
    expect(result.outcome).toBe("short");
    expect(result.page).toEqual(aPage());
    expect(result.levels).toEqual({ popularity: 4, freshness: 0 });
  });

  it("finds the page of a repeated token and changes nothing", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    await store.refill(
      user,
      aRefill({ candidates: { popularity: codes("p", 20), freshness: codes("f", 20) } }),
    );
    const first = await store.take(user, aTake({ token: "page-1" }));
    await store.take(user, aTake({ token: "page-2" }));
    const again = await store.take(user, aTake({ token: "page-1", lookback: 4 }));
    expect(again.outcome).toBe("repeated");
    expect(again.page).toEqual(first.page);
    expect(again.levels).toEqual({ popularity: 14, freshness: 16 });
    expect(again.refillGranted).toBe(false);
  });

  it("looks back no further than it is told", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    await store.refill(user, aRefill({ candidates: { popularity: codes("p", 40) } }));
    await store.take(user, aTake({ token: "old" }));
    await store.take(user, aTake());
    const again = await store.take(user, aTake({ token: "old", lookback: 1 }));
    expect(again.outcome).toBe("taken");
  });

  it("does not take one token for the beginning of another", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    await store.refill(user, aRefill({ candidates: { popularity: codes("p", 40) } }));
    await store.take(user, aTake({ token: "page-12" }));
    const result = await store.take(user, aTake({ token: "page-1", lookback: 4 }));
    expect(result.outcome).toBe("taken");
  });

  it("drops entries whose time is over", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const policy = aPolicy({ entryLifeSeconds: 100 });
    const late = codes("late", 5);
    await store.refill(user, aRefill({ policy, candidates: { popularity: codes("p", 5) } }));
    await store.refill(
      user,
      aRefill({ policy, nowSeconds: NOW + 60, candidates: { popularity: late } }),
    );
    const result = await store.take(user, aTake({ policy, nowSeconds: NOW + 100 }));
    expect(result.page).toEqual(aPage({ popularity: late }));
    expect(result.levels).toEqual({ popularity: 0, freshness: 0 });
  });

  it("grants the refill to one of many callers while a feed is low", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    await store.refill(user, aRefill({ candidates: { popularity: codes("p", 300) } }));
    const results = await Promise.all(Array.from({ length: 12 }, () => store.take(user, aTake())));
    expect(results.filter(({ refillGranted }) => refillGranted)).toHaveLength(1);
    const later = await store.take(user, aTake({ nowSeconds: NOW + 10 }));
    expect(later.refillGranted).toBe(true);
  });

  it("grants no refill while both feeds are above the low-water mark", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const policy = aPolicy({ lowWaterMark: 5 });
    await store.refill(
      user,
      aRefill({ candidates: { popularity: codes("p", 9), freshness: codes("f", 7) } }),
    );
    const above = await store.take(user, aTake({ policy }));
    expect(above.levels).toEqual({ popularity: 6, freshness: 5 });
    expect(above.refillGranted).toBe(false);
    const below = await store.take(user, aTake({ policy, want: wanting(0, 1) }));
    expect(below.refillGranted).toBe(true);
  });

  it("keeps the cursors of the last refill", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    await store.refill(
      user,
      aRefill({
        cursors: cursorsAt(40, 3),
        candidates: { popularity: codes("p", 10), freshness: codes("f", 5) },
      }),
    );
    const result = await store.take(user, aTake());
    expect(result.cursors).toEqual(cursorsAt(50, 8));
  });

  it("keeps serving when the clock jumps back", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    await store.refill(user, aRefill({ candidates: { popularity: codes("p", 50) } }));
    await store.take(user, aTake());
    const result = await store.take(user, aTake({ nowSeconds: NOW - 30 * DAY }));
    expect(result.outcome).toBe("taken");
    expect(result.levels.popularity).toBe(40);
  });

  it("never shares an item between 64 concurrent clients", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    await store.refill(
      user,
      aRefill({ candidates: { popularity: codes("p", 200), freshness: codes("f", 100) } }),
    );
    const results = await Promise.all(Array.from({ length: 64 }, () => store.take(user, aTake())));
    const served = results.flatMap(({ page }) => [
      ...eachCode(page.popularity),
      ...eachCode(page.freshness),
    ]);
    expect(served).toHaveLength(300);
    expect(new Set(served).size).toBe(300);
    expect(results.filter(({ outcome }) => outcome === "taken")).toHaveLength(60);
  });
}
