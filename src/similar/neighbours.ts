/* oxlint-disable typescript/no-non-null-assertion -- indexes stay within their arrays, and `?? 0` costs inner loops a branch */
/**
 * Which items go with an item: every pair that some user makes, one row at a time, with one accumulator of all items.
 * Work is the sum of squares of the users' row lengths; a range of items is a step of its own and gives the same rows.
 */
import {
  columnsOf,
  degreesOf,
  type InteractionMatrix,
  STRENGTH_OF_LIKE,
} from "./interaction-matrix.ts";
import { TopK } from "./top-k.ts";

/**
 * `rp3beta`: W_ij = |U_i|^-alpha |U_j|^-beta sum over shared users of s_ui s_uj |S_u|^-alpha (Paudel et al. 2017): a
 * walk from the item to a user and on to an item, popular ones held back. `jaccard`: co / (a + b - co), times
 * co / max(significance, co), for pairs of two users at least (system E, with the weighting of its similar users).
 */
export type Weighting =
  | { readonly formula: "rp3beta"; readonly alpha: number; readonly beta: number }
  | { readonly formula: "jaccard"; readonly significance: number };

export interface NeighbourRows {
  readonly from: number;
  readonly to: number;
  /** Slots a row. */
  readonly k: number;
  /** Used slots of each row; at most `k`. */
  readonly counts: Uint16Array;
  /** Best first. */
  readonly items: Uint32Array;
  /** Of `rp3beta`, a row sums up to 1; of `jaccard`, 0 to 1. */
  readonly weights: Float32Array;
}

export interface RowsOrder {
  readonly from: number;
  readonly to: number;
  readonly k: number;
  readonly weighting: Weighting;
}

export function neighbourRows(matrix: InteractionMatrix, order: RowsOrder): NeighbourRows {
  const { from, to, k, weighting } = order;
  const { starts, columns, strengths } = matrix;
  const degrees = degreesOf(matrix);
  const range = columnsOf(matrix, from, to);
  const byWalk = weighting.formula === "rp3beta";
  const userFactor = byWalk ? userFactors(matrix, weighting.alpha) : undefined;
  const itemFactor = byWalk ? powers(degrees, -weighting.beta) : undefined;
  const sums = new Float64Array(matrix.items);
  const touched = new Uint32Array(matrix.items);
  const best = new TopK(k);
  const rows: NeighbourRows = {
    from,
    to,
    k,
    counts: new Uint16Array(to - from),
    items: new Uint32Array((to - from) * k),
    weights: new Float32Array((to - from) * k),
  };
  for (let item = from; item < to; item += 1) {
    const index = item - from;
    let seen = 0;
    for (let place = range.starts[index]!; place < range.starts[index + 1]!; place += 1) {
      const user = range.rows[place]!;
      const end = starts[user + 1]!;
      if (userFactor === undefined) {
        for (let at = starts[user]!; at < end; at += 1) {
          const other = columns[at]!;
          if (sums[other] === 0) touched[seen++] = other;
          sums[other]! += 1;
        }
        continue;
      }
      const factor = (userFactor[user]! * range.strengths[place]!) / STRENGTH_OF_LIKE;
      for (let at = starts[user]!; at < end; at += 1) {
        const other = columns[at]!;
        const sum = sums[other]!;
        if (sum === 0) touched[seen++] = other;
        sums[other] = sum + factor * strengths[at]!;
      }
    }
    for (let at = 0; at < seen; at += 1) {
      const other = touched[at]!;
      const sum = sums[other]!;
      sums[other] = 0;
      if (other === item) continue;
      if (itemFactor !== undefined) best.offer(other, sum * itemFactor[other]!);
      else if (weighting.formula === "jaccard" && sum > 1)
        best.offer(other, jaccard(sum, degrees[item]! + degrees[other]!, weighting.significance));
    }
    rows.counts[index] = best.drain(rows.items, rows.weights, index * k);
    if (byWalk) normalise(rows.weights, index * k, rows.counts[index]);
  }
  return rows;
}

const jaccard = (both: number, total: number, significance: number): number =>
  (both / (total - both)) * (both / Math.max(significance, both));

function userFactors(matrix: InteractionMatrix, alpha: number): Float64Array {
  const factors = new Float64Array(matrix.users);
  for (let user = 0; user < matrix.users; user += 1) {
    const length = matrix.starts[user + 1]! - matrix.starts[user]!;
    factors[user] = length === 0 ? 0 : length ** -alpha;
  }
  return factors;
}

function powers(values: Uint32Array, exponent: number): Float64Array {
  return Float64Array.from(values, (value) => (value === 0 ? 0 : value ** exponent));
}

/** The row's own factor |U_i|^-alpha falls out here. */
function normalise(weights: Float32Array, at: number, count: number): void {
  let sum = 0;
  for (let place = at; place < at + count; place += 1) sum += weights[place]!;
  if (sum === 0) return;
  for (let place = at; place < at + count; place += 1) weights[place]! /= sum;
}
