/* oxlint-disable typescript/no-non-null-assertion -- indexes stay within their arrays, and `?? 0` costs inner loops a branch */
/** Full ranking of all items that the user did not train on: the protocol of the public splits of Gowalla and others. */
import { readFileSync } from "node:fs";
import { type InteractionMatrix, STRENGTH_OF_LIKE } from "../../src/similar/interaction-matrix.ts";
import type { NeighbourRows } from "../../src/similar/neighbours.ts";
import { TopK } from "../../src/similar/top-k.ts";

export interface Split {
  readonly train: InteractionMatrix;
  /** Items by user; users without any are left out. */
  readonly test: ReadonlyMap<number, readonly number[]>;
}

/** One user a line: `user item item ...`, counted from 0. */
export function readSplit(trainFile: string, testFile: string): Split {
  const trained = readRows(trainFile);
  const test = readRows(testFile);
  const users = Math.max(-1, ...trained.keys(), ...test.keys()) + 1;
  let items = 0;
  for (const rows of [trained, test]) {
    for (const row of rows.values()) for (const item of row) items = Math.max(items, item + 1);
  }
  return { train: matrixOf(users, items, trained), test };
}

function matrixOf(
  users: number,
  items: number,
  rows: ReadonlyMap<number, readonly number[]>,
): InteractionMatrix {
  const starts = new Uint32Array(users + 1);
  const columns: number[] = [];
  for (let user = 0; user < users; user += 1) {
    const row = [...new Set(rows.get(user))].toSorted((a, b) => a - b);
    for (const item of row) columns.push(item);
    starts[user + 1] = columns.length;
  }
  const strengths = new Uint8Array(columns.length).fill(STRENGTH_OF_LIKE);
  return { users, items, starts, columns: Uint32Array.from(columns), strengths };
}

/** The items that score highest by the sum of the rows of what the user has, without those. Best first. */
export function recommend(
  train: InteractionMatrix,
  rows: NeighbourRows,
  user: number,
  limit: number,
): readonly number[] {
  const has = train.columns.subarray(train.starts[user], train.starts[user + 1]);
  const scores = new Map<number, number>();
  for (const item of has) {
    for (let slot = item * rows.k; slot < item * rows.k + rows.counts[item]!; slot += 1) {
      const other = rows.items[slot]!;
      scores.set(other, (scores.get(other) ?? 0) + rows.weights[slot]!);
    }
  }
  for (const item of has) scores.delete(item);
  const best = new TopK(limit);
  for (const [item, score] of scores) best.offer(item, score);
  const items = new Uint32Array(limit);
  return [...items.subarray(0, best.drain(items, new Float64Array(limit), 0))];
}

/** Recall is hits / |test|; NDCG's ideal is over min(20, |test|) places. Means over users with a test item. */
export function judge(
  test: ReadonlyMap<number, readonly number[]>,
  listOf: (user: number) => readonly number[],
  limit = 20,
): { readonly recall: number; readonly ndcg: number } {
  let recall = 0;
  let ndcg = 0;
  for (const [user, wanted] of test) {
    const relevant = new Set(wanted);
    let hits = 0;
    let gain = 0;
    for (const [rank, item] of listOf(user).slice(0, limit).entries()) {
      if (!relevant.has(item)) continue;
      hits += 1;
      gain += 1 / Math.log2(rank + 2);
    }
    let ideal = 0;
    for (let rank = 0; rank < Math.min(limit, relevant.size); rank += 1)
      ideal += 1 / Math.log2(rank + 2);
    recall += hits / relevant.size;
    ndcg += gain / ideal;
  }
  return { recall: recall / test.size, ndcg: ndcg / test.size };
}

function readRows(file: string): Map<number, readonly number[]> {
  const rows = new Map<number, readonly number[]>();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const [user, ...items] = line.trim().split(/\s+/).map(Number);
    if (user !== undefined && line.trim() !== "" && items.length > 0) rows.set(user, items);
  }
  return rows;
}
