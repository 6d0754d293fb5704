import { it } from "vitest";

import { codeCount, joinCodes, sliceCodes } from "../../src/domain/item-code.ts";
import { COOLDOWN_LIMIT } from "../../src/users/user-policy.ts";
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
  cursorsAt,
  DAY,
  NOW,
  wanting,
} from "../support/user-requests.ts";
import type { MakeStore } from "./user-store.contract.ts";

export function refillContract(makeStore: MakeStore): void {
  it("adds what is new and moves the cursors by what it examined", async ({ expect }) => {
    const store = await makeStore();
    const result = await store.refill(
      aUser(),
      aRefill({
        cursors: cursorsAt(10, 20),
        candidates: { popularity: codes("p", 6), freshness: codes("f", 4) },
      }),
    );
    expect(result).toEqual({
      added: { popularity: 6, freshness: 4 },
      examined: { popularity: 6, freshness: 4 },
      known: 0,
      watched: 0,
      page: aPage(),
      levels: { popularity: 6, freshness: 4 },
      cursors: cursorsAt(16, 24),
      refillGranted: false,
    });
  });

  it("moves a cursor to the end of what was read only when all of it was examined", async ({
    expect,
  }) => {
    const store = await makeStore();
    const result = await store.refill(
      aUser(),
      aRefill({
        cursors: cursorsAt(10, 20),
        readTo: { popularity: 110, freshness: 220 },
        capacity: { popularity: 6, freshness: 3 },
        candidates: { popularity: codes("p", 6), freshness: codes("f", 4) },
      }),
    );
    expect(result.cursors).toEqual(cursorsAt(110, 23));
  });

  it("moves a cursor over what policy refused whole", async ({ expect }) => {
    const store = await makeStore();
    const result = await store.refill(
      aUser(),
      aRefill({ cursors: cursorsAt(10, 20), readTo: { popularity: 110, freshness: 20 } }),
    );
    expect(result.cursors).toEqual(cursorsAt(110, 20));
  });

  it("refuses what is queued, in either feed or twice in one offer", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const first = codes("p", 5);
    await store.refill(user, aRefill({ candidates: { popularity: first } }));
    const result = await store.refill(
      user,
      aRefill({
        candidates: {
          popularity: joinCodes(first, codes("q", 2), codes("q", 2)),
          freshness: joinCodes(codes("q", 2), first, codes("f", 1)),
        },
      }),
    );
    expect(result.added).toEqual({ popularity: 2, freshness: 1 });
    expect(result.known).toBe(5 + 2 + 2 + 5);
    expect(result.watched).toBe(0);
  });

  it("refuses what is leased, of either feed", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const [popularity, freshness] = [codes("p", 5), codes("f", 4)];
    await store.refill(user, aRefill({ candidates: { popularity, freshness } }));
    await leaseOne(
      store,
      user,
      aLease({ next: { token: "a", want: wanting(5, 4), untilSeconds: NOW + 60 } }),
    );
    const result = await store.refill(user, aRefill({ candidates: { popularity, freshness } }));
    expect(result.known).toBe(9);
    expect(result.levels).toEqual({ popularity: 0, freshness: 0 });
  });

  it("refuses what cools down, and accepts it when the cooldown is over", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const items = codes("p", 5);
    const policy = aPolicy({ cooldownSeconds: 1000 });
    await store.refill(user, aRefill({ candidates: { popularity: items } }));
    await store.take(user, aTake({ policy, want: wanting(5, 0) }));

    const offer = (nowSeconds: number) =>
      store.refill(user, aRefill({ policy, nowSeconds, candidates: { popularity: items } }));
    expect((await offer(NOW + 999)).known).toBe(5);
    expect((await offer(NOW + 1000)).added.popularity).toBe(5);
  });

  it("refuses what cools down until its own time, in whatever order it was served", async ({
    expect,
  }) => {
    const store = await makeStore();
    const user = aUser();
    const long = aPolicy({ cooldownSeconds: 5000 });
    const short = aPolicy({ cooldownSeconds: 100 });
    const [a, b, c] = [codes("a", 3), codes("b", 3), codes("c", 3)];
    await store.mark(user, aMark({ as: "cooldown", codes: a, policy: long }));
    await store.mark(user, aMark({ as: "cooldown", codes: b, policy: short }));
    await store.mark(user, aMark({ as: "cooldown", codes: c, policy: long }));
    const offer = { popularity: joinCodes(a, b, c) };
    const result = await store.refill(user, aRefill({ nowSeconds: NOW + 100, candidates: offer }));
    expect(result.added.popularity).toBe(3);
    expect(result.known).toBe(6);
    expect((await store.stats(user, NOW + 100, long)).coolingDown).toBe(6);
    expect((await store.stats(user, NOW + 5000, long)).coolingDown).toBe(0);
  });

  it("refuses what was watched, of late or long ago", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const watched = codes("w", 100);
    await store.mark(user, aMark({ codes: watched }));
    const result = await store.refill(user, aRefill({ candidates: { popularity: watched } }));
    expect(result.added.popularity).toBe(0);
    expect(result.known).toBe(64);
    expect(result.watched).toBe(36);
  });

  it("stops at the capacity and leaves the cursor where it stopped", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const policy = aPolicy({ capacity: 10 });
    const result = await store.refill(
      user,
      aRefill({ policy, candidates: { popularity: codes("p", 25), freshness: codes("f", 4) } }),
    );
    expect(result.added).toEqual({ popularity: 10, freshness: 4 });
    expect(result.examined).toEqual({ popularity: 10, freshness: 4 });
    expect(result.cursors.popularity.position).toBe(10);
    const full = await store.refill(
      user,
      aRefill({ policy, candidates: { popularity: codes("q", 3) } }),
    );
    expect(full.examined.popularity).toBe(0);
    expect(full.levels.popularity).toBe(10);
  });

  it("takes what is there in the same step and makes it up from the fallback", async ({
    expect,
  }) => {
    const store = await makeStore();
    const user = aUser();
    const popularity = codes("p", 2);
    const fallback = codes("x", 9);
    const result = await store.refill(
      user,
      aRefill({
        candidates: { popularity, fallback: joinCodes(popularity, fallback) },
        take: { token: "first", want: wanting(3, 2) },
      }),
    );
    expect(result.page).toEqual(aPage({ popularity, fallback: sliceCodes(fallback, 0, 3) }));
    expect(result.known).toBe(2);
    expect(result.levels).toEqual({ popularity: 0, freshness: 0 });
    const again = await store.take(user, aTake({ token: "first", lookback: 2 }));
    expect(again.outcome).toBe("repeated");
    expect(again.page).toEqual(result.page);
  });

  it("answers a repeated token with its page and still refills", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const take = { token: "first", want: wanting(2, 0) };
    const first = await store.refill(
      user,
      aRefill({ candidates: { popularity: codes("p", 4) }, take }),
    );
    const again = await store.refill(
      user,
      aRefill({ candidates: { popularity: codes("q", 4) }, take }),
    );
    expect(again.page).toEqual(first.page);
    expect(again.levels.popularity).toBe(6);
  });

  it("ends the refill, so that the next low feed is granted one", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    expect((await store.take(user, aTake())).refillGranted).toBe(true);
    expect((await store.take(user, aTake())).refillGranted).toBe(false);
    await store.refill(user, aRefill({ candidates: { popularity: codes("p", 10) } }));
    expect((await store.take(user, aTake())).refillGranted).toBe(true);
  });

  it("moves the oldest pages of an overfull cooldown to the watched filter", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const policy = aPolicy({ cooldownSeconds: DAY });
    // Without the first page the others fill the cooldown exactly.
    const pages = [1000, 1024, 1024, 1024, 1024].map((size, page) => codes(`page${page}`, size));
    for (const page of pages) {
      await store.mark(user, aMark({ as: "cooldown", codes: page, policy }));
    }
    const oldest = pages[0] ?? codes("none", 0);
    const result = await store.refill(
      user,
      aRefill({ policy, candidates: { popularity: oldest, freshness: pages[4] ?? oldest } }),
    );
    expect(result.added).toEqual({ popularity: 0, freshness: 0 });
    expect(result.watched).toBe(1000);
    expect(result.known).toBe(1024);
    const stats = await store.stats(user, NOW, policy);
    expect(stats.coolingDown).toBe(COOLDOWN_LIMIT);
    expect(stats.watchedLayers.map(({ items }) => items)).toEqual([codeCount(oldest)]);
    const later = await store.refill(
      user,
      aRefill({ policy, nowSeconds: NOW + 2 * DAY, candidates: { popularity: oldest } }),
    );
    expect(later.watched).toBe(1000);
  });
}
