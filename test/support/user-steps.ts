/** Random operations on one user, for tests that compare two stores. */
import fc from "fast-check";

import { type ItemCodes, joinCodes, sliceCodes } from "../../src/domain/item-code.ts";
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
  codes,
  cursorsAt,
  DAY,
  wanting,
} from "./user-requests.ts";

export type Step = (store: UserStore, user: UserKey, nowSeconds: number) => Promise<unknown>;

/** Few items, so that offers, pages and marks meet. */
const someCodes = fc
  .array(fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 12 })), { maxLength: 4 })
  .map((runs) => joinCodes(...runs.map(([from, count]): ItemCodes => codes("i", count, from))));
const someToken = fc.constantFrom("a", "ab", "d-4_Z");
const someWant = fc
  .tuple(fc.nat(6), fc.nat(6), fc.boolean())
  .map(([popularity, freshness, carryOver]) => wanting(popularity, freshness, carryOver));
const somePolicy = fc
  .record({
    capacity: fc.constantFrom(5, 20, 60),
    lowWaterMark: fc.constantFrom(0, 3, 10),
    entryLifeSeconds: fc.constantFrom(50, 1001, 3 * DAY),
    cooldownSeconds: fc.constantFrom(600, 3000, DAY),
    refillLeaseSeconds: fc.constantFrom(1, 10),
  })
  .map(aPolicy);
const somePage = fc
  .record({ popularity: someCodes, freshness: someCodes, fallback: someCodes })
  .map(aPage);

/** Enough to fill layers and to overfill the cooldown. */
const someBatch = fc.nat(5).map((batch) => codes(`batch-${batch}`, 900));

/** A counterexample shows what was asked, not the source of a closure. */
const named = (kind: string, asked: object, run: Step): Step =>
  Object.assign(run, { [fc.toStringMethod]: () => `${kind} ${JSON.stringify(asked)}` });

const takeStep = fc
  .record({ token: someToken, lookback: fc.nat(4), want: someWant, policy: somePolicy })
  .map((take) =>
    named("take", take, (store, user, nowSeconds) =>
      store.take(user, aTake({ ...take, nowSeconds })),
    ),
  );

const refillStep = fc
  .record({
    candidates: somePage,
    position: fc.nat(90),
    readOn: fc.option(fc.nat(40), { nil: undefined }),
    capacity: fc.record({ popularity: fc.nat(60), freshness: fc.nat(60) }),
    take: fc.option(fc.record({ token: someToken, want: someWant }), { nil: undefined }),
    policy: somePolicy,
  })
  .map((asked) => {
    const { candidates, capacity, position, readOn, take, policy } = asked;
    const cursors = cursorsAt(position, position * 2);
    return named("refill", asked, (store, user, nowSeconds) =>
      store.refill(
        user,
        aRefill({
          nowSeconds,
          candidates,
          capacity,
          cursors,
          policy,
          ...(readOn === undefined
            ? {}
            : { readTo: { popularity: position + readOn, freshness: position * 2 + readOn } }),
          ...(take && { take }),
        }),
      ),
    );
  });

const leaseStep = fc
  .record({
    commit: fc.option(fc.record({ token: someToken, page: somePage }), { nil: undefined }),
    next: fc.option(fc.record({ token: someToken, want: someWant }), { nil: undefined }),
    forSeconds: fc.constantFrom(0, 100, 5000),
    policy: somePolicy,
  })
  .map((asked) => {
    const { commit, next, forSeconds, policy } = asked;
    return named("lease", asked, (store, user, nowSeconds) =>
      leaseOne(
        store,
        user,
        aLease({
          nowSeconds,
          policy,
          ...(commit && { commit }),
          ...(next && { next: { ...next, untilSeconds: nowSeconds + forSeconds } }),
        }),
      ),
    );
  });

const peekStep = fc
  .record({
    limits: fc.record({ popularity: fc.nat(60), freshness: fc.nat(60) }),
    candidates: fc.oneof(
      someCodes,
      someBatch.map((batch) => sliceCodes(batch, 0, 500)),
    ),
    perSecond: fc.constantFrom(1, 2, 50),
    policy: somePolicy,
  })
  .map((peek) =>
    named("peek", peek, (store, user, nowSeconds) =>
      store.peek(user, aPeek({ ...peek, nowSeconds })),
    ),
  );

const markStep = fc
  .record({
    codes: fc.oneof(someCodes, someBatch),
    as: fc.constantFrom<"watched" | "cooldown">("watched", "cooldown"),
    policy: somePolicy,
  })
  .map((mark) =>
    named("mark", mark, (store, user, nowSeconds) =>
      store.mark(user, aMark({ ...mark, nowSeconds })),
    ),
  );

const forgetStep = fc.constant(
  named("forget", {}, async (store, user) => {
    await store.forget(user);
  }),
);

const step = fc.oneof(
  { weight: 8, arbitrary: takeStep },
  { weight: 8, arbitrary: refillStep },
  { weight: 8, arbitrary: leaseStep },
  { weight: 6, arbitrary: peekStep },
  { weight: 5, arbitrary: markStep },
  { weight: 1, arbitrary: forgetStep },
);
/** Mostly forward by a little, at times by weeks, now and then back. */
const elapsed = fc.oneof(
  { weight: 20, arbitrary: fc.nat(20) },
  { weight: 3, arbitrary: fc.integer({ min: 300, max: 2 * DAY }) },
  { weight: 1, arbitrary: fc.integer({ min: 10 * DAY, max: 50 * DAY }) },
  { weight: 1, arbitrary: fc.integer({ min: -2 * DAY, max: -1 }) },
);
/** Operations, each with the seconds that pass before it. */
export const someSequence = fc.array(fc.tuple(elapsed, step), { minLength: 1, maxLength: 30 });
