/**
 * The walk: the order in which one user's refills read the global pools.
 *
 * Each slice is read in an order of the user's own, a permutation that is computed and never stored, so that a
 * refill samples without drawing an item twice and knows when a slice is used up. System A drew at random with
 * replacement: 5 draws of 200 from 1,000 gave 690 distinct items, and the draws never told it to descend.
 */
import { hashPair } from "../domain/hash.ts";
import type { UserId } from "../domain/ids.ts";
import { type ItemCodes, joinCodes } from "../domain/item-code.ts";
import { BUCKETS, type SliceName, WINDOWS } from "../domain/slices.ts";
import type { Cursor } from "../users/user-store.ts";
import type { PoolReplica } from "./pool-replica.ts";

export interface Walk {
  readonly slices: readonly SliceName[];
  /** How long a position stays: after it the walk starts again at the top. */
  readonly lifeSeconds: number;
  /** When the pools change, go on from the top of the slice that was being read, or from the first one. */
  readonly onNewVersion: "same-slice" | "first-slice";
}

const DAY_SECONDS = 86_400;

/** Downward from the most popular bucket; back to the top after a day. */
export const POPULARITY_WALK: Walk = {
  slices: BUCKETS,
  lifeSeconds: DAY_SECONDS,
  onNewVersion: "same-slice",
};
/** From the newest window, again with every version of the pools. */
export const FRESHNESS_WALK: Walk = {
  slices: WINDOWS,
  lifeSeconds: DAY_SECONDS,
  onNewVersion: "first-slice",
};
/** The less popular half: what few have been shown. */
export const EXPLORATION_WALK: Walk = {
  slices: BUCKETS.slice(6),
  lifeSeconds: DAY_SECONDS,
  onNewVersion: "first-slice",
};
export const FALLBACK_WALK: Walk = {
  slices: ["fallback"],
  lifeSeconds: DAY_SECONDS,
  onNewVersion: "first-slice",
};

/** Where a stored cursor stands in this version of the pools. */
export function resume(walk: Walk, pools: PoolReplica, stored: Cursor, nowSeconds: number): Cursor {
  const { version } = pools.manifest;
  const total = walk.slices.reduce((sum, slice) => sum + pools.size(slice), 0);
  const top: Cursor = {
    version,
    position: 0,
    total,
    untilSeconds: nowSeconds + walk.lifeSeconds,
  };
  if (stored.version === 0 || nowSeconds >= stored.untilSeconds) return top;
  if (stored.position >= stored.total) return top;
  if (stored.version === version) return { ...stored, total };
  if (walk.onNewVersion === "first-slice") return top;
  const position = startOfSlice(walk, pools, (stored.position / stored.total) * total);
  return { version, position, total, untilSeconds: stored.untilSeconds };
}

/** A cursor somewhere in the walk, with `count` candidates after it where there are so many. */
export function startAt(walk: Walk, pools: PoolReplica, chance: number, count: number): Cursor {
  const total = walk.slices.reduce((sum, slice) => sum + pools.size(slice), 0);
  const position = chance % Math.max(1, total - count + 1);
  return { version: pools.manifest.version, position, total, untilSeconds: 0 };
}

/** The next `count` candidates from the cursor on, across the slices. */
export function candidates(
  walk: Walk,
  pools: PoolReplica,
  cursor: Cursor,
  count: number,
  user: UserId,
): ItemCodes {
  const codes: ItemCodes[] = [];
  let sliceStart = 0;
  for (const slice of walk.slices) {
    const size = pools.size(slice);
    const from = Math.max(0, cursor.position + codes.length - sliceStart);
    if (from < size && codes.length < count) {
      const order = permutation(size, `${user} ${slice} ${cursor.version}`);
      const until = Math.min(size, from + count - codes.length);
      for (let i = from; i < until; i += 1) codes.push(pools.codeIn(slice, order(i)));
    }
    sliceStart += size;
  }
  return joinCodes(...codes);
}

/** `count` of what is under-exposed or trending, or all there is, in the user's order from a place that `chance` names. */
export function discoveries(
  pools: PoolReplica,
  chance: number,
  count: number,
  user: UserId,
): ItemCodes {
  const found = pools.discoveries;
  const size = found.length;
  const order = permutation(size, `${user} discoveries ${pools.manifest.version}`);
  const codes = Array.from({ length: Math.min(count, size) }, (_, at) =>
    pools.codeAtIndex(found[order((chance + at) % size)] ?? 0),
  );
  return joinCodes(...codes);
}

/** The slice that a cursor reads next; none when the walk is over or the pools are empty. */
export function sliceAt(walk: Walk, pools: PoolReplica, position: number): SliceName | undefined {
  let end = 0;
  return walk.slices.find((slice) => {
    end += pools.size(slice);
    return position < end;
  });
}

function startOfSlice(walk: Walk, pools: PoolReplica, position: number): number {
  let start = 0;
  for (const slice of walk.slices) {
    const size = pools.size(slice);
    if (position < start + size) return start;
    start += size;
  }
  return start;
}

/**
 * A permutation of 0 … size-1 as a function of the position, chosen by the seed: a Feistel network of four rounds
 * over the next even power of two, walked on until it lands inside (Black and Rogaway, "Ciphers with arbitrary
 * finite domains", 2002). On average fewer than two turns, at most four times the size away.
 */
export function permutation(size: number, seed: string): (index: number) => number {
  const keys = [...hashPair(seed), ...hashPair(seed, 0x6a09e667)];
  const halfBits = Math.max(1, Math.ceil(Math.log2(Math.max(2, size)) / 2));
  const mask = 2 ** halfBits - 1;
  const scramble = (value: number): number => {
    let left = value >>> halfBits;
    let right = value & mask;
    for (const key of keys) {
      const mixed = Math.imul((right ^ key) + 0x9e3779b9, 0x85ebca6b);
      [left, right] = [right, (left ^ (mixed >>> 15) ^ mixed) & mask];
    }
    return left * (mask + 1) + right;
  };
  return (index) => {
    let place = scramble(index);
    while (place >= size) place = scramble(place);
    return place;
  };
}
