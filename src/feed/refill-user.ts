/**
 * Refill: moves candidates from the global pools to a user's queues, along the user's walk, until they are full
 * or the pools have nothing new.
 */
import { hash32 } from "../domain/hash.ts";
import { type ItemCodes, NO_CODES } from "../domain/item-code.ts";
import { WINDOWS } from "../domain/slices.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import {
  FALLBACK_WALK,
  FRESHNESS_WALK,
  POPULARITY_WALK,
  resume,
  type Walk,
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
import { type AllowedCandidates, drawAllowed, readAllowed } from "./allowed-candidates.ts";

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

export interface RefillStep {
  readonly key: UserKey;
  readonly store: UserStore;
  readonly pools: PoolReplica;
  readonly policy: UserPolicy;
  /** Share of the blend that is popularity. */
  readonly popularityShare: number;
  /** What the tenant's policy allows to be queued. */
  readonly allows: (code: ItemCodes) => boolean;
  readonly nowSeconds: number;
}

/** Offers until both queues are full, the walks bring nothing new, or `most` round trips were made. */
export async function refillUser(
  step: RefillStep,
  start: UserLevel,
  most = STEPS,
): Promise<RefillSummary> {
  let { levels, cursors } = start;
  let added: Levels = { popularity: 0, freshness: 0 };
  let steps = 0;
  const shares = sharesOf(step);
  while (steps < most) {
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
    const { popularity, freshness } = offer.candidates;
    // As far as was read policy refuses everything: the next refill reads on from there.
    if (popularity === NO_CODES && freshness === NO_CODES) break;
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
  step: RefillStep,
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
  const { pools, key, allows } = step;
  const place = { chance: hash32(take.token), reach: spare };
  const fallback = drawAllowed(FALLBACK_WALK, pools, place, spare, key.user, allows);
  return step.store.refill(key, {
    ...request,
    candidates: { ...request.candidates, fallback },
    take,
  });
}

function offerOf(
  step: RefillStep,
  stored: Cursors,
  capacity: Levels,
  counts: Levels,
): RefillRequest {
  const { pools, key, allows, nowSeconds } = step;
  const cursors = {
    popularity: resume(POPULARITY_WALK, pools, stored.popularity, nowSeconds),
    freshness: resume(FRESHNESS_WALK, pools, stored.freshness, nowSeconds),
  };
  const read = (walk: Walk, feed: keyof Levels): AllowedCandidates =>
    readAllowed(walk, pools, cursors[feed], counts[feed], key.user, allows);
  const popularity = read(POPULARITY_WALK, "popularity");
  const freshness = read(FRESHNESS_WALK, "freshness");
  return {
    nowSeconds,
    capacity,
    cursors,
    candidates: { popularity: popularity.codes, freshness: freshness.codes, fallback: NO_CODES },
    readTo: { popularity: popularity.readTo, freshness: freshness.readTo },
    policy: step.policy,
  };
}

/**
 * What each queue may hold. In a small catalogue an item is mostly eligible for both queues, and the one that is
 * offered first would take them all: there each queue gets its share of the blend, so that 60/40 lasts to the end.
 */
function sharesOf({ pools, popularityShare, policy: { capacity } }: RefillStep): Levels {
  const { items, sizes } = pools.manifest;
  const fresh = WINDOWS.reduce((sum, window) => sum + sizes[window], 0);
  const popular = Math.max(Math.ceil(items * popularityShare), items - fresh);
  return {
    popularity: Math.min(capacity, popular),
    freshness: Math.min(capacity, Math.ceil(items * (1 - popularityShare))),
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
