/* oxlint-disable typescript/no-non-null-assertion -- indexes stay within their arrays, and `?? 0` costs inner loops a branch */
/**
 * Which users are like a user, and what those liked that the user has not had: system E's early version, with every
 * pair of users instead of those within a batch of 50.
 */
import { columnsOf, degreesOf, type InteractionMatrix } from "./interaction-matrix.ts";
import { TopK } from "./top-k.ts";

/** Users like a user whose items are looked at. */
const USERS_LIKE = 20;
/** Users with one item in common say nothing of each other. */
const OVERLAP_AT_LEAST = 2;
/** With fewer items in common than this, a similarity counts in proportion. */
const SIGNIFICANT_OVERLAP = 20;
/** Items a user is given at most. */
const LIST_LIMIT = 100;
/**
 * Users met a user, over the user's items from the rarest on: what everybody likes tells nobody apart, and two items of
 * 100,000 users each would cost more than all the rest.
 */
const MEETINGS_LIMIT = 20_000;
/** Where that left out items, so many of the best are compared over all their items. */
const CANDIDATES = 200;

export interface ItemList {
  /** Most similar users first, then the most similar of them. */
  readonly items: Uint32Array;
  /** Similar users that liked the item, plus the mean similarity of all 20, below 1, where an absent one counts 0. */
  readonly weights: Float32Array;
}

/** Overlap / max(20, overlap), times the cosine of the two sets. 0 to 1. */
export const similarityOf = (overlap: number, a: number, b: number): number =>
  ((overlap / Math.max(SIGNIFICANT_OVERLAP, overlap)) * overlap) / Math.sqrt(a * b);

/** For one user after another; all arrays are used again. 9 bytes an interaction beside the matrix, at most. */
export function listsByUsersLike(matrix: InteractionMatrix): (user: number) => ItemList {
  const usersLike = usersLikeIn(matrix);
  const { starts, columns } = matrix;
  const sums = new Float64Array(matrix.items);
  const touched = new Uint32Array(matrix.items);
  const best = new TopK(LIST_LIMIT);
  const items = new Uint32Array(LIST_LIMIT);
  const weights = new Float32Array(LIST_LIMIT);
  return (user) => {
    let seen = 0;
    for (const { user: other, similarity } of usersLike(user)) {
      for (let at = starts[other]!; at < starts[other + 1]!; at += 1) {
        const item = columns[at]!;
        if (sums[item] === 0) touched[seen++] = item;
        sums[item]! += 1 + similarity / (USERS_LIKE + 1);
      }
    }
    for (let at = starts[user]!; at < starts[user + 1]!; at += 1) sums[columns[at]!] = 0;
    for (let at = 0; at < seen; at += 1) {
      const item = touched[at]!;
      const sum = sums[item]!;
      sums[item] = 0;
      if (sum > 0) best.offer(item, sum);
    }
    const count = best.drain(items, weights, 0);
    return { items: items.slice(0, count), weights: weights.slice(0, count) };
  };
}

interface UserLike {
  readonly user: number;
  readonly similarity: number;
}

/** Best first, {@link USERS_LIKE} at most; of equals the one with the lower number. */
export function usersLikeIn(
  matrix: InteractionMatrix,
  meetings = MEETINGS_LIMIT,
): (user: number) => readonly UserLike[] {
  const { starts, columns } = matrix;
  const degrees = degreesOf(matrix);
  const postings = columnsOf(matrix, 0, matrix.items, (item) => degrees[item]! > meetings);
  const overlaps = new Uint16Array(matrix.users);
  const touched = new Uint32Array(matrix.users);
  const candidates = new TopK(CANDIDATES);
  const best = new TopK(USERS_LIKE);
  const found = new Uint32Array(CANDIDATES);
  const scores = new Float64Array(CANDIDATES);
  const lengthOf = (user: number): number => starts[user + 1]! - starts[user]!;
  return (user) => {
    const row = columns.subarray(starts[user], starts[user + 1]);
    const rarest = row.toSorted((a, b) => degrees[a]! - degrees[b]! || a - b);
    let seen = 0;
    let met = 0;
    let left = rarest.length;
    for (const item of rarest) {
      met += degrees[item]!;
      if (met > meetings) break;
      left -= 1;
      for (let at = postings.starts[item]!; at < postings.starts[item + 1]!; at += 1) {
        const other = postings.rows[at]!;
        if (overlaps[other] === 0) touched[seen++] = other;
        overlaps[other]! += 1;
      }
    }
    const whole = left === 0;
    const shelf = whole ? best : candidates;
    for (let at = 0; at < seen; at += 1) {
      const other = touched[at]!;
      const overlap = overlaps[other]!;
      overlaps[other] = 0;
      if (other === user || (whole && overlap < OVERLAP_AT_LEAST)) continue;
      shelf.offer(other, similarityOf(overlap, row.length, lengthOf(other)));
    }
    if (!whole) {
      const count = candidates.drain(found, scores, 0);
      for (const other of found.subarray(0, count)) {
        const overlap = sharedOf(row, columns.subarray(starts[other], starts[other + 1]));
        if (overlap >= OVERLAP_AT_LEAST)
          best.offer(other, similarityOf(overlap, row.length, lengthOf(other)));
      }
    }
    const count = best.drain(found, scores, 0);
    return Array.from({ length: count }, (_, at) => ({
      user: found[at]!,
      similarity: scores[at]!,
    }));
  };
}

/** Steps that each user takes at most. */
export function userWork(matrix: InteractionMatrix): Float64Array {
  const degrees = degreesOf(matrix);
  const work = new Float64Array(matrix.users);
  for (let user = 0; user < matrix.users; user += 1) {
    let met = 0;
    for (let at = matrix.starts[user]!; at < matrix.starts[user + 1]!; at += 1)
      met += degrees[matrix.columns[at]!]!;
    work[user] = Math.min(met, MEETINGS_LIMIT) + CANDIDATES;
  }
  return work;
}

/** Numbers that two ascending lists share. */
function sharedOf(a: Uint32Array, b: Uint32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const difference = a[i]! - b[j]!;
    if (difference === 0) shared += 1;
    if (difference <= 0) i += 1;
    if (difference >= 0) j += 1;
  }
  return shared;
}
