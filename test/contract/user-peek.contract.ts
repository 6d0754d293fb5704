import { it } from "vitest";

import { joinCodes, NO_CODES, sliceCodes } from "../../src/domain/item-code.ts";
import type { UserKey, UserStore } from "../../src/users/user-store.ts";
import {
  leaseOne,
  aLease,
  aMark,
  aPage,
  aPeek,
  aPolicy,
  aRefill,
  aTake,
  aUser,
  codes,
  DAY,
  NOW,
  wanting,
} from "../support/user-requests.ts";
import type { MakeStore } from "./user-store.contract.ts";

const POPULARITY = codes("p", 10);
const FRESHNESS = codes("f", 10);
const ALL = joinCodes(POPULARITY, FRESHNESS);
/** The heads of both queues: what a take or a lease of 3 and 2 gets. */
const PAGE = aPage({
  popularity: sliceCodes(POPULARITY, 0, 3),
  freshness: sliceCodes(FRESHNESS, 0, 2),
});
const PAGE_CODES = joinCodes(PAGE.popularity, PAGE.freshness);
const LEASED = { token: "lease-1", want: wanting(3, 2), untilSeconds: NOW + 60 };
const CALM = aPolicy({ lowWaterMark: 0 });

async function withItems(store: UserStore): Promise<UserKey> {
  const user = aUser();
  await store.refill(
    user,
    aRefill({ candidates: { popularity: POPULARITY, freshness: FRESHNESS } }),
  );
  return user;
}

export function peekContract(makeStore: MakeStore): void {
  it("shows the heads of the queues as a take would serve them", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    const seen = await store.peek(user, aPeek({ limits: { popularity: 3, freshness: 2 } }));
    expect(seen.outcome).toBe("peeked");
    expect(seen.waiting).toEqual({ popularity: PAGE.popularity, freshness: PAGE.freshness });
    expect(seen.levels).toEqual({ popularity: 10, freshness: 10 });
    expect(seen.cursors.popularity.position).toBe(10);
    const { page } = await store.take(user, aTake({ want: wanting(3, 2) }));
    expect(page).toEqual(PAGE);
  });

  it("shows what there is when more is asked for", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    const seen = await store.peek(user, aPeek());
    expect(seen.waiting).toEqual({ popularity: POPULARITY, freshness: FRESHNESS });
    const none = await store.peek(user, aPeek({ limits: { popularity: 0, freshness: 0 } }));
    expect(none.waiting).toEqual({ popularity: NO_CODES, freshness: NO_CODES });
    expect(none.levels).toEqual({ popularity: 10, freshness: 10 });
  });

  it("does not show entries whose time is over", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const policy = aPolicy({ entryLifeSeconds: 50 });
    await store.refill(user, aRefill({ policy, candidates: { popularity: POPULARITY } }));
    const later = codes("later", 4);
    await store.refill(user, aRefill({ nowSeconds: NOW + 20, candidates: { popularity: later } }));
    const seen = await store.peek(user, aPeek({ nowSeconds: NOW + 50 }));
    expect(seen.waiting.popularity).toBe(later);
    expect(seen.levels.popularity).toBe(4);
  });

  it("changes nothing while no queue is low", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await store.mark(user, aMark({ codes: codes("w", 100) }));
    await leaseOne(store, user, aLease({ next: LEASED, policy: CALM }));
    const before = await store.stats(user, NOW, CALM);
    const first = await store.peek(user, aPeek({ candidates: ALL, policy: CALM }));
    const second = await store.peek(user, aPeek({ candidates: ALL, policy: CALM }));
    expect(first.refillGranted).toBe(false);
    expect(second).toEqual(first);
    expect(await store.stats(user, NOW, CALM)).toEqual(before);
  });

  it("says of a served item that it cools down, until it may be served again", async ({
    expect,
  }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await store.take(user, aTake({ want: wanting(3, 2) }));
    const candidates = joinCodes(codes("new", 2), PAGE_CODES, codes("new", 2, 2));
    const early = await store.peek(user, aPeek({ nowSeconds: NOW + DAY - 1, candidates }));
    expect(early.cooling).toBe(PAGE_CODES);
    expect(early.watched).toBe(NO_CODES);
    const late = await store.peek(user, aPeek({ nowSeconds: NOW + DAY, candidates }));
    expect(late.cooling).toBe(NO_CODES);
  });

  it("does not call a waiting item cooling or watched", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    const seen = await store.peek(user, aPeek({ candidates: ALL }));
    expect(seen).toMatchObject({ cooling: NO_CODES, watched: NO_CODES });
  });

  it("says of a leased page that it cools down, and shows it again when the lease is over", async ({
    expect,
  }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await leaseOne(store, user, aLease({ next: LEASED }));
    const during = await store.peek(user, aPeek({ nowSeconds: NOW + 59, candidates: ALL }));
    expect(during.cooling).toBe(PAGE_CODES);
    expect(during.waiting.popularity).toBe(sliceCodes(POPULARITY, 3));
    const after = await store.peek(user, aPeek({ nowSeconds: NOW + 60, candidates: ALL }));
    expect(after.cooling).toBe(NO_CODES);
    expect(after.waiting).toEqual({ popularity: POPULARITY, freshness: FRESHNESS });
    expect(after.levels).toEqual({ popularity: 10, freshness: 10 });
  });

  it("no longer shows items that were committed after it showed them", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    const seen = await store.peek(user, aPeek({ limits: { popularity: 3, freshness: 2 } }));
    const fallback = codes("elsewhere", 2);
    const page = aPage({ ...seen.waiting, fallback });
    await leaseOne(store, user, aLease({ commit: { token: "chosen", page } }));
    const next = await store.peek(user, aPeek({ candidates: joinCodes(ALL, fallback) }));
    expect(next.waiting).toEqual({
      popularity: sliceCodes(POPULARITY, 3),
      freshness: sliceCodes(FRESHNESS, 2),
    });
    expect(next.cooling).toBe(joinCodes(PAGE_CODES, fallback));
    const again = await store.take(user, aTake({ token: "chosen", lookback: 1 }));
    expect(again).toMatchObject({ outcome: "repeated", page });
  });

  it("lets items from the middle of the queues be committed", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    const page = aPage({ popularity: codes("p", 2, 4), freshness: codes("f", 1, 7) });
    await leaseOne(store, user, aLease({ commit: { token: "chosen", page } }));
    const { waiting } = await store.peek(user, aPeek());
    expect(waiting).toEqual({
      popularity: joinCodes(codes("p", 4), codes("p", 4, 6)),
      freshness: joinCodes(codes("f", 7), codes("f", 2, 8)),
    });
  });

  it("tells watched candidates, recent ones and those of the filter", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const watched = codes("w", 100);
    await store.mark(user, aMark({ codes: watched }));
    const seen = await store.peek(user, aPeek({ candidates: watched }));
    expect(seen.watched).toBe(watched);
    expect(seen.cooling).toBe(NO_CODES);
    expect(seen.recentlyWatched).toBe(sliceCodes(watched, 36));
  });

  it("calls an item that is watched and cooling down watched", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await store.take(user, aTake({ want: wanting(3, 2) }));
    const watched = sliceCodes(PAGE.popularity, 1, 2);
    await store.mark(user, aMark({ codes: watched }));
    const seen = await store.peek(user, aPeek({ candidates: PAGE_CODES }));
    expect(seen.watched).toBe(watched);
    expect(seen.cooling).toBe(joinCodes(codes("p", 1), codes("p", 1, 2), PAGE.freshness));
  });

  it("calls what was folded from an overfull cooldown into the filter watched", async ({
    expect,
  }) => {
    const store = await makeStore();
    const user = aUser();
    const pages = [codes("a", 1500), codes("b", 1500), codes("c", 1500)];
    for (const page of pages) {
      await store.mark(user, aMark({ as: "cooldown", codes: page, policy: CALM }));
    }
    const [oldest, newest] = [codes("a", 250), codes("c", 250)];
    const candidates = joinCodes(oldest, newest);
    const before = await store.peek(user, aPeek({ candidates }));
    expect(before).toMatchObject({ cooling: candidates, watched: NO_CODES });
    await store.refill(user, aRefill());
    const after = await store.peek(user, aPeek({ candidates: oldest }));
    expect(after).toMatchObject({ cooling: NO_CODES, watched: oldest, recentlyWatched: NO_CODES });
    // The filter may take up to 1 % of them for watched.
    const { cooling } = await store.peek(user, aPeek({ candidates: newest }));
    expect(cooling.length).toBeGreaterThan(newest.length * 0.95);
  });

  it("forgets with the filter", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const old = codes("old", 50);
    await store.mark(user, aMark({ codes: joinCodes(old, codes("then", 64)) }));
    const at = (day: number) => aPeek({ nowSeconds: NOW + day * DAY, candidates: old });
    expect((await store.peek(user, at(44))).watched).toBe(old);
    expect((await store.peek(user, at(45))).watched).toBe(NO_CODES);
  });

  it("grants a refill to exactly one caller while a queue is low", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    const seen = await Promise.all(Array.from({ length: 10 }, () => store.peek(user, aPeek())));
    expect(seen.filter(({ refillGranted }) => refillGranted)).toHaveLength(1);
    const during = await store.take(user, aTake({ nowSeconds: NOW + 9 }));
    expect(during.refillGranted).toBe(false);
    const after = await store.peek(user, aPeek({ nowSeconds: NOW + 10 }));
    expect(after.refillGranted).toBe(true);
  });

  it("keeps a lease that is out when it grants a refill", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await leaseOne(store, user, aLease({ next: LEASED, policy: CALM }));
    expect((await store.peek(user, aPeek())).refillGranted).toBe(true);
    const taken = await store.take(user, aTake({ token: LEASED.token, want: LEASED.want }));
    expect(taken).toMatchObject({ page: PAGE, levels: { popularity: 7, freshness: 8 } });
  });

  it("refuses more peeks than a second allows, and tells nothing then", async ({ expect }) => {
    const store = await makeStore();
    const user = await withItems(store);
    await store.mark(user, aMark({ codes: codes("w", 3) }));
    const ask = (nowSeconds: number) =>
      store.peek(user, aPeek({ nowSeconds, perSecond: 2, candidates: ALL }));
    const outcomes = [await ask(NOW), await ask(NOW), await ask(NOW), await ask(NOW + 1)].map(
      ({ outcome }) => outcome,
    );
    expect(outcomes).toEqual(["peeked", "peeked", "refused", "peeked"]);
    const cursor = { version: 0, position: 0, total: 0, untilSeconds: 0 };
    expect(await ask(NOW)).toEqual({
      outcome: "refused",
      waiting: { popularity: NO_CODES, freshness: NO_CODES },
      cooling: NO_CODES,
      watched: NO_CODES,
      recentlyWatched: NO_CODES,
      known: false,
      levels: { popularity: 0, freshness: 0 },
      cursors: { popularity: cursor, freshness: cursor },
      refillGranted: false,
    });
  });

  it("does not count a peek that names no limit", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const outcomes: string[] = [];
    for (const limit of [{}, {}, { perSecond: 1 }, {}, { perSecond: 1 }]) {
      outcomes.push((await store.peek(user, aPeek(limit))).outcome);
    }
    expect(outcomes).toEqual(["peeked", "peeked", "peeked", "peeked", "refused"]);
  });

  it("counts the peeks of each user alone", async ({ expect }) => {
    const store = await makeStore();
    const [one, other] = [aUser(), aUser()];
    const neighbour = { ...one, user: `${one.user}2` as UserKey["user"] };
    const outcomes = await Promise.all(
      [one, other, neighbour].map(
        async (user) => (await store.peek(user, aPeek({ perSecond: 1 }))).outcome,
      ),
    );
    expect(outcomes).toEqual(["peeked", "peeked", "peeked"]);
  });

  it("leaves a refill to the next caller when it refuses", async ({ expect }) => {
    const store = await makeStore();
    const user = aUser();
    const refused = await store.peek(user, aPeek({ perSecond: 0 }));
    expect(refused).toMatchObject({ outcome: "refused", refillGranted: false });
    expect((await store.stats(user, NOW, CALM)).known).toBe(false);
    expect((await store.peek(user, aPeek())).refillGranted).toBe(true);
  });

  it("knows a user of whom it holds queues, pages or watched items", async ({ expect }) => {
    const store = await makeStore();
    const known = async (user: UserKey, nowSeconds = NOW) =>
      (await store.peek(user, aPeek({ nowSeconds, policy: CALM }))).known;
    const [stranger, watcher, served] = [aUser(), aUser(), aUser()];
    await store.mark(watcher, aMark({ codes: codes("w", 1) }));
    await store.mark(served, aMark({ as: "cooldown", codes: codes("c", 1) }));
    expect(await known(await withItems(store))).toBe(true);
    expect(await known(watcher)).toBe(true);
    expect(await known(served)).toBe(true);
    expect(await known(served, NOW + DAY)).toBe(false);
    expect(await known(stranger)).toBe(false);
    expect(await known(stranger)).toBe(false);
  });
}
