import { it } from "vitest";

import type { UserId } from "../../src/domain/ids.ts";
import { codeCount, type ItemCodes, joinCodes, NO_CODES } from "../../src/domain/item-code.ts";
import type { UserKey, UserStore } from "../../src/users/user-store.ts";
import {
  aMark,
  aPage,
  aPeek,
  aPolicy,
  aRefill,
  aTake,
  aTenant,
  aUser,
  codes,
  DAY,
  NOW,
  wanting,
} from "../support/user-requests.ts";
import type { MakeStore } from "./user-store.contract.ts";

/** Recent codes are exact and stand before the filter: so many more fill it to its rated number. */
const RECENT = 64;

async function refusedShare(
  store: UserStore,
  user: UserKey,
  candidates: ItemCodes,
  nowSeconds = NOW,
): Promise<number> {
  const policy = aPolicy({ capacity: 9000 });
  const { watched, known } = await store.refill(
    user,
    aRefill({ policy, nowSeconds, candidates: { popularity: candidates } }),
  );
  return (watched + known) / codeCount(candidates);
}

export function watchedContract(makeStore: MakeStore): void {
  it("takes watched items out of the queues at once", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const [p, f] = [codes("p", 6), codes("f", 6)];
    await store.refill(user, aRefill({ candidates: { popularity: p, freshness: f } }));
    const watched = joinCodes(codes("p", 2, 1), codes("f", 1), codes("other", 3), codes("p", 1, 1));
    expect(await store.mark(user, aMark({ codes: watched }))).toBe(3);
    const result = await store.take(user, aTake({ want: wanting(4, 5) }));
    expect(result.page).toEqual(
      aPage({
        popularity: joinCodes(codes("p", 1), codes("p", 3, 3)),
        freshness: codes("f", 5, 1),
      }),
    );
  });

  it("marks many users at once, each as if alone and in order", async ({ expect }) => {
    const store = await makeStore();
    const tenant = aTenant();
    const users = Array.from({ length: 20 }, (_, n): UserKey => ({
      tenant,
      user: `user-${n}` as UserId,
    }));
    const items = codes("p", 6);
    for (const user of users) {
      await store.refill(user, aRefill({ candidates: { popularity: items } }));
    }
    // The user of each number has watched so many items, and the first one again.
    const entries = users.flatMap((key, n) => [
      { key, request: aMark({ codes: codes("p", n % 7) }) },
      { key, request: aMark({ codes: joinCodes(codes("other", 1), codes("p", 1)) }) },
    ]);
    const removed = await store.markAll(entries);
    expect(removed).toEqual(users.flatMap((_, n) => (n % 7 === 0 ? [0, 1] : [n % 7, 0])));
    for (const [n, user] of users.entries()) {
      const { waiting, recentlyWatched } = await store.peek(user, aPeek({ candidates: items }));
      expect(waiting.popularity).toBe(codes("p", 6 - Math.max(1, n % 7), Math.max(1, n % 7)));
      const before = n % 7 > 1 ? codes("p", (n % 7) - 1, 1) : NO_CODES;
      expect(recentlyWatched).toBe(joinCodes(before, codes("other", 1), codes("p", 1)));
    }
    expect(await store.markAll([])).toEqual([]);
  });

  it("hides items for the cooldown when asked", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const items = codes("p", 4);
    await store.refill(user, aRefill({ candidates: { popularity: items } }));
    expect(await store.mark(user, aMark({ as: "cooldown", codes: items }))).toBe(4);
    const early = await store.refill(
      user,
      aRefill({ nowSeconds: NOW + DAY - 1, candidates: { popularity: items } }),
    );
    expect(early.known).toBe(4);
    const late = await store.refill(
      user,
      aRefill({ nowSeconds: NOW + DAY, candidates: { popularity: items } }),
    );
    expect(late.added.popularity).toBe(4);
  });

  it("has no false negatives and at most 1 % false positives at 1,000 items", async ({
    expect,
  }) => {
    const store = await makeStore();
    const user = aUser();
    const watched = codes("w", 1000 + RECENT);
    await store.mark(user, aMark({ codes: watched }));
    expect(await refusedShare(store, user, watched)).toBe(1);
    expect(await refusedShare(store, user, codes("unseen", 4000))).toBeLessThanOrEqual(0.01);
  });

  it("grows by a bigger layer, without rehashing, and stays under 1 %", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const batches = Array.from({ length: 9 }, (_, batch) => codes(`w${batch}`, 1000));
    for (const batch of batches) await store.mark(user, aMark({ codes: batch }));
    await store.mark(user, aMark({ codes: codes("last", RECENT) }));
    const stats = await store.stats(user, NOW, aPolicy());
    expect(stats.watchedLayers).toEqual([
      { ratedItems: 1000, items: 1000, sizeBytes: 1528, openedAtSeconds: NOW },
      { ratedItems: 8000, items: 8000, sizeBytes: 16_384, openedAtSeconds: NOW },
    ]);
    for (const batch of batches) expect(await refusedShare(store, user, batch)).toBe(1);
    expect(await refusedShare(store, user, codes("unseen", 8000))).toBeLessThanOrEqual(0.01);
  });

  it("opens a smaller layer behind one that stayed nearly empty", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    await store.mark(user, aMark({ codes: codes("w", 1100 + RECENT) }));
    const later = NOW + 15 * DAY;
    await store.mark(user, aMark({ nowSeconds: later, codes: codes("later", 10) }));
    const stats = await store.stats(user, later, aPolicy());
    expect(stats.watchedLayers.map(({ ratedItems, items }) => [ratedItems, items])).toEqual([
      [1000, 1000],
      [8000, 100],
      [1000, 10],
    ]);
  });

  it("remembers for 30 days and forgets after 45", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const first = codes("first", 50);
    await store.mark(user, aMark({ codes: joinCodes(first, codes("then", RECENT)) }));
    const at = (day: number) => NOW + day * DAY;
    // Another layer opens at the first mark after 15 days.
    await store.mark(user, aMark({ nowSeconds: at(16), codes: codes("later", 100) }));
    const layers = async (day: number) =>
      (await store.stats(user, at(day), aPolicy())).watchedLayers.length;
    expect(await layers(16)).toBe(2);
    expect(await layers(44)).toBe(2);
    expect(await layers(45)).toBe(1);
    expect(await refusedShare(store, user, first, at(44))).toBe(1);
    expect(await refusedShare(store, user, first, at(45))).toBeLessThan(0.1);
    await store.mark(user, aMark({ nowSeconds: at(46), codes: codes("new", 1) }));
    expect(await layers(46)).toBe(2);
  });

  it("keeps what is watched when the clock jumps back", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const first = codes("first", 100);
    await store.mark(user, aMark({ codes: first }));
    await store.mark(user, aMark({ nowSeconds: NOW - 90 * DAY, codes: codes("second", 100) }));
    expect(await refusedShare(store, user, first, NOW - 90 * DAY)).toBe(1);
    expect(await refusedShare(store, user, codes("second", 100))).toBe(1);
  });

  it("says what it holds", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const policy = aPolicy();
    await store.refill(
      user,
      aRefill({ candidates: { popularity: codes("p", 10), freshness: codes("f", 8) } }),
    );
    await store.take(user, aTake());
    await store.mark(user, aMark({ codes: codes("w", RECENT + 6) }));
    const stats = await store.stats(user, NOW, policy);
    expect(stats).toMatchObject({
      known: true,
      valid: { popularity: 7, freshness: 6 },
      coolingDown: 5,
      recentlyWatched: RECENT,
      sizeBytes: (13 + 5 + RECENT) * 7 + 1528,
    });
    expect(stats.watchedLayers.map(({ items }) => items)).toEqual([6]);
    expect(stats.cursors.popularity.position).toBe(10);
  });

  it("does not count entries in their last 1 % of life as valid", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const policy = aPolicy({ entryLifeSeconds: 1000 });
    await store.refill(user, aRefill({ policy, candidates: { popularity: codes("p", 3) } }));
    expect((await store.stats(user, NOW + 990, policy)).valid.popularity).toBe(3);
    expect((await store.stats(user, NOW + 991, policy)).valid.popularity).toBe(0);
  });

  it("knows nothing of a user it has not met", async ({ expect }) => {
    const store = await makeStore();
    const stats = await store.stats(aUser(), NOW, aPolicy());
    expect(stats.known).toBe(false);
    expect(stats.sizeBytes).toBe(0);
  });

  it("forgets everything about a user, and nobody else", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const other = { ...user, user: `${user.user}2` as UserKey["user"] };
    for (const key of [user, other]) {
      await store.refill(key, aRefill({ candidates: { popularity: codes("p", 10) } }));
      await store.take(key, aTake({ token: "page" }));
      await store.mark(key, aMark({ codes: codes("w", 100) }));
    }
    await store.forget(user);
    expect((await store.stats(user, NOW, aPolicy())).known).toBe(false);
    expect((await store.stats(other, NOW, aPolicy())).coolingDown).toBe(5);
    const again = await store.refill(user, aRefill({ candidates: { popularity: codes("p", 10) } }));
    expect(again.added.popularity).toBe(10);
    await store.forget(aUser());
  });

  it("does not mix up the users of two tenants", async ({ expect }) => {
    const store = await makeStore();
    const [a, b] = [aUser(), aUser()];
    await store.refill(a, aRefill({ candidates: { popularity: codes("p", 10) } }));
    expect((await store.take(b, aTake())).levels.popularity).toBe(0);
    expect(await store.mark(b, aMark({ codes: NO_CODES }))).toBe(0);
  });
}
