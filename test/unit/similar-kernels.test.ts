import fc from "fast-check";
import { describe, it } from "vitest";
import { judge } from "../../scripts/evaluate/ranking.ts";
import { rangesOfWork, itemWork, STRENGTH_OF_LIKE } from "../../src/similar/interaction-matrix.ts";
import { neighbourRows, type Weighting } from "../../src/similar/neighbours.ts";
import { listsByUsersLike, similarityOf, usersLikeIn } from "../../src/similar/similar-users.ts";
import { TopK } from "../../src/similar/top-k.ts";
import { aMatrix, rowsOf } from "../support/interaction-rows.ts";

type Row = ReadonlyMap<number, number>;

const aWeighting: fc.Arbitrary<Weighting> = fc.oneof(
  fc.record({
    formula: fc.constant("rp3beta" as const),
    alpha: fc.constantFrom(0, 0.6, 1),
    beta: fc.constantFrom(0, 0.3),
  }),
  fc.record({ formula: fc.constant("jaccard" as const), significance: fc.constantFrom(1, 3, 20) }),
);

function naiveWeight(rows: readonly Row[], i: number, j: number, weighting: Weighting): number {
  const both = rows.filter((row) => row.has(i) && row.has(j));
  const degree = (item: number): number => rows.filter((row) => row.has(item)).length;
  if (both.length === 0) return 0;
  if (weighting.formula === "jaccard") {
    if (both.length < 2) return 0;
    const union = degree(i) + degree(j) - both.length;
    return (both.length / union) * (both.length / Math.max(weighting.significance, both.length));
  }
  const walks = both.reduce(
    (sum, row) =>
      sum +
      ((row.get(i) ?? 0) / STRENGTH_OF_LIKE) * (row.get(j) ?? 0) * row.size ** -weighting.alpha,
    0,
  );
  return walks * degree(j) ** -weighting.beta;
}

function naiveUsersLike(
  rows: readonly Row[],
  user: number,
): { user: number; similarity: number }[] {
  const own = rows[user] ?? new Map<number, number>();
  return rows
    .map((row, other) => {
      const overlap = [...row.keys()].filter((item) => own.has(item)).length;
      return { user: other, overlap, similarity: similarityOf(overlap, own.size, row.size) };
    })
    .filter((other) => other.user !== user && other.overlap >= 2)
    .toSorted((a, b) => b.similarity - a.similarity || a.user - b.user)
    .slice(0, 20)
    .map(({ user: other, similarity }) => ({ user: other, similarity }));
}

describe("neighbours of items", () => {
  it("are the best of every pair, as a naive computation finds them", ({ expect }) => {
    fc.assert(
      fc.property(aMatrix, aWeighting, fc.integer({ min: 1, max: 5 }), (matrix, weighting, k) => {
        const rows = neighbourRows(matrix, { from: 0, to: matrix.items, k, weighting });
        const naive = rowsOf(matrix);
        for (let item = 0; item < matrix.items; item += 1) {
          const all = Array.from({ length: matrix.items }, (_, other) =>
            other === item ? 0 : naiveWeight(naive, item, other, weighting),
          );
          const best = all
            .filter((weight) => weight > 0)
            .toSorted((a, b) => b - a)
            .slice(0, k);
          const sum = weighting.formula === "jaccard" ? 1 : best.reduce((a, b) => a + b, 0);
          const count = rows.counts[item] ?? 0;
          expect(count).toBe(best.length);
          for (let rank = 0; rank < count; rank += 1) {
            const other = rows.items[item * k + rank] ?? -1;
            expect(rows.weights[item * k + rank]).toBeCloseTo((best[rank] ?? 0) / sum, 5);
            expect(all[other]).toBeCloseTo(best[rank] ?? 0, 5);
          }
        }
      }),
    );
  });

  it("are the same bit by bit, however the items are cut into ranges", ({ expect }) => {
    fc.assert(
      fc.property(
        aMatrix,
        aWeighting,
        fc.integer({ min: 1, max: 40 }),
        (matrix, weighting, limit) => {
          const whole = neighbourRows(matrix, { from: 0, to: matrix.items, k: 3, weighting });
          const ranges = rangesOfWork(itemWork(matrix), limit);
          const parts = ranges.map(([from, to]) =>
            neighbourRows(matrix, { from, to, k: 3, weighting }),
          );
          expect(parts.flatMap((part) => [...part.counts])).toEqual([...whole.counts]);
          expect(parts.flatMap((part) => [...part.items])).toEqual([...whole.items]);
          expect(parts.flatMap((part) => [...part.weights])).toEqual([...whole.weights]);
        },
      ),
    );
  });
});

describe("similar users", () => {
  it("are the twenty most similar of all users", ({ expect }) => {
    fc.assert(
      fc.property(aMatrix, (matrix) => {
        const naive = rowsOf(matrix);
        const usersLike = usersLikeIn(matrix);
        for (let user = 0; user < matrix.users; user += 1)
          expect(usersLike(user)).toEqual(naiveUsersLike(naive, user));
      }),
    );
  });

  it("are met over rare items alone where there are too many, and compared over all", ({
    expect,
  }) => {
    fc.assert(
      fc.property(aMatrix, fc.integer({ min: 1, max: 12 }), (matrix, meetings) => {
        const naive = rowsOf(matrix);
        const usersLike = usersLikeIn(matrix, meetings);
        for (let user = 0; user < matrix.users; user += 1) {
          const all = naiveUsersLike(naive, user);
          const found = usersLike(user);
          expect(all).toEqual(expect.arrayContaining([...found]));
          // Fewer, but in the same order.
          const ranks = found.map((like) => all.findIndex((other) => other.user === like.user));
          expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it("give what most of them liked first, and nothing that the user has had", ({ expect }) => {
    fc.assert(
      fc.property(aMatrix, (matrix) => {
        const naive = rowsOf(matrix);
        const listOf = listsByUsersLike(matrix);
        for (let user = 0; user < matrix.users; user += 1) {
          const like = naiveUsersLike(naive, user);
          const { items, weights } = listOf(user);
          const counts = [...items].map(
            (item) => like.filter((other) => naive[other.user]?.has(item)).length,
          );
          expect([...weights].map(Math.floor)).toEqual(counts);
          expect([...weights]).toEqual([...weights].toSorted((a, b) => b - a));
          const wanted = new Set(like.flatMap((other) => [...(naive[other.user]?.keys() ?? [])]));
          for (const item of naive[user]?.keys() ?? []) wanted.delete(item);
          expect(new Set(items)).toEqual(wanted);
        }
      }),
    );
  });
});

describe("the best K", () => {
  it("are those of a full sort, the lower index first among equals", ({ expect }) => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4 })),
        fc.integer({ min: 1, max: 8 }),
        (weights, k) => {
          const best = new TopK(k);
          for (const [index, weight] of [...weights.entries()].toReversed())
            best.offer(index, weight);
          const indexes = new Uint32Array(k);
          const count = best.drain(indexes, new Float64Array(k), 0);
          const sorted = [...weights.entries()].toSorted(([a, x], [b, y]) => y - x || a - b);
          expect([...indexes.subarray(0, count)]).toEqual(
            sorted.slice(0, k).map(([index]) => index),
          );
        },
      ),
    );
  });
});

describe("the evaluator", () => {
  it("counts hits over what was wanted, and discounts them by rank", ({ expect }) => {
    const test = new Map([
      [0, [1, 2]],
      [1, [9]],
    ]);
    const lists = [[5, 1], [3]];
    const { recall, ndcg } = judge(test, (user) => lists[user] ?? []);
    expect(recall).toBeCloseTo((1 / 2 + 0) / 2);
    expect(ndcg).toBeCloseTo(1 / Math.log2(3) / (1 + 1 / Math.log2(3)) / 2);
  });
});
