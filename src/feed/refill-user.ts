/**
 * Refill: moves candidates from the global pools to a user's queues, along the user's walk, until they are full
 * or the pools have nothing new.
 */
import { hash32 } from "../domain/hash.ts";
import { NO_CODES } from "../domain/item-code.ts";
import { WINDOWS } from "../domain/slices.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import {
  candidates,
  FALLBACK_WALK,
  FRESHNESS_WALK,
  POPULARITY_WALK,
  resume,
  startAt,
} from "../pools/walk.ts";
import type { UserPolicy } from "../users/user-policy.ts";
import type {
  Cursors,
  Levels,
  RefillRequest,
  RefillResult,
  UserKey,
  UserLevel,
  UserStore,
  Want,
} from "../users/user-store.ts";

import { POPULARITY_SHARE } from "./blend.ts";

/**
 * Candidates a step offers beyond what the queue has room for, since some will be known already. A step stays
 * under 1,000 codes: 7 KB of request, and about 1 ms of L2.
 */
const SPARE_CANDIDATES = 40;
const STEP_CANDIDATES = 500;
/** Steps of one background refill: enough to pass 2,000 items that the user has had. */
const STEPS = 5;

export interface RefillSummary {
  readonly steps: number;
  readonly added: Levels;
}

interface Step {
  readonly key: UserKey;
  readonly store: UserStore;
  readonly pools: PoolReplica;
  readonly policy: UserPolicy;
  readonly nowSeconds: number;
}

/** Offers until both queues are full, or the walks bring nothing new. */
export async function refillUser(step: Step, start: UserLevel): Promise<RefillSummary> {
  let { levels, cursors } = start;
  let added: Levels = { popularity: 0, freshness: 0 };
  let steps = 0;
  const shares = sharesOf(step);
  while (steps < STEPS) {
    const room = roomFor(levels, shares);
    if (room.popularity + room.freshness === 0) break;
    const offer = offerOf(step, cursors, shares, {
      popularity: candidatesFor(room.popularity),
      freshness: candidatesFor(room.freshness),
    });
    const result = await step.store.refill(step.key, offer);
    steps += 1;
    added = {
      popularity: added.popularity + result.added.popularity,
      freshness: added.freshness + result.added.freshness,
    };
    ({ levels, cursors } = result);
    if (!morePromised(room, result)) break;
  }
  return { steps, added };
}

/**
 * One step that refills and takes a page at once: for a request that found its queues short. It offers as many
 * candidates as a step may, since a user may know most of them, but fills the queues only some way past the
 * low-water mark: a visitor who never comes back should not leave two full queues behind.
 */
export async function refillAndTake(
  step: Step,
  start: UserLevel,
  take: { readonly token: string; readonly want: Want },
): Promise<RefillResult> {
  const { popularity, freshness } = take.want;
  const { capacity, lowWaterMark } = step.policy;
  const enough = Math.min(capacity, lowWaterMark + 2 * Math.max(popularity, freshness));
  const shares = sharesOf(step);
  // A feed asked for alone may take all there is of it.
  const bound = (share: number, other: number): number =>
    other === 0 ? enough : Math.min(enough, share);
  const request = offerOf(
    step,
    start.cursors,
    {
      popularity: bound(shares.popularity, freshness),
      freshness: bound(shares.freshness, popularity),
    },
    {
      popularity: popularity === 0 ? 0 : STEP_CANDIDATES,
      freshness: freshness === 0 ? 0 : STEP_CANDIDATES,
    },
  );
  // Twice the page: what popularity and freshness leave open is often known to the user already. The start is the
  // token's, so that a user whose queues stay dry sees another part of the fallback with every page.
  const spare = Math.min(STEP_CANDIDATES, 2 * (popularity + freshness));
  const fallback = startAt(FALLBACK_WALK, step.pools, hash32(take.token), spare);
  return step.store.refill(step.key, {
    ...request,
    candidates: {
      ...request.candidates,
      fallback: candidates(FALLBACK_WALK, step.pools, fallback, spare, step.key.user),
    },
    take,
  });
}

function offerOf(step: Step, stored: Cursors, capacity: Levels, counts: Levels): RefillRequest {
  const { pools, nowSeconds, policy, key } = step;
  const popularity = resume(POPULARITY_WALK, pools, stored.popularity, nowSeconds);
  const freshness = resume(FRESHNESS_WALK, pools, stored.freshness, nowSeconds);
  return {
    nowSeconds,
    capacity,
    cursors: { popularity, freshness },
    candidates: {
      popularity: candidates(POPULARITY_WALK, pools, popularity, counts.popularity, key.user),
      freshness: candidates(FRESHNESS_WALK, pools, freshness, counts.freshness, key.user),
      fallback: NO_CODES,
    },
    policy,
  };
}

/**
 * What each queue may hold. In a small catalogue an item is mostly eligible for both queues, and the one that is
 * offered first would take them all: there each queue gets its share of the blend, so that 60/40 lasts to the end.
 */
function sharesOf({ pools, policy: { capacity } }: Step): Levels {
  const { items, sizes } = pools.manifest;
  const fresh = WINDOWS.reduce((sum, window) => sum + sizes[window], 0);
  const popular = Math.max(Math.ceil(items * POPULARITY_SHARE), items - fresh);
  return {
    popularity: Math.min(capacity, popular),
    freshness: Math.min(capacity, Math.ceil(items * (1 - POPULARITY_SHARE))),
  };
}

const roomFor = (levels: Levels, shares: Levels): Levels => ({
  popularity: Math.max(0, shares.popularity - levels.popularity),
  freshness: Math.max(0, shares.freshness - levels.freshness),
});

const candidatesFor = (room: number): number =>
  room === 0 ? 0 : Math.min(room + SPARE_CANDIDATES, STEP_CANDIDATES);

/** True when a feed still has room and its walk has not come to an end in this version of the pools. */
function morePromised(room: Levels, { added, cursors }: RefillResult): boolean {
  const open = (space: number, gained: number, cursor: Cursors["popularity"]): boolean =>
    gained < space && cursor.position < cursor.total;
  return (
    open(room.popularity, added.popularity, cursors.popularity) ||
    open(room.freshness, added.freshness, cursors.freshness)
  );
}
