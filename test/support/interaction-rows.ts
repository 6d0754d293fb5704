/** Random matrices of who did what, small enough for a naive computation beside the real one. */
import fc from "fast-check";
import type { InteractionMatrix } from "../../src/similar/interaction-matrix.ts";

export const aMatrix: fc.Arbitrary<InteractionMatrix> = fc
  .integer({ min: 1, max: 12 })
  .chain((items) =>
    fc
      .array(
        fc.dictionary(
          fc.integer({ min: 0, max: items - 1 }).map(String),
          fc.integer({ min: 1, max: 255 }),
          { maxKeys: items },
        ),
        { maxLength: 14 },
      )
      .map((rows) => matrixOfRows(items, rows)),
  );

/** A row is strengths by number of the item. */
function matrixOfRows(
  items: number,
  rows: readonly Readonly<Record<string, number>>[],
): InteractionMatrix {
  const starts = new Uint32Array(rows.length + 1);
  const columns: number[] = [];
  const strengths: number[] = [];
  for (const [user, row] of rows.entries()) {
    for (const [item, strength] of Object.entries(row).toSorted(
      ([a], [b]) => Number(a) - Number(b),
    )) {
      columns.push(Number(item));
      strengths.push(strength);
    }
    starts[user + 1] = columns.length;
  }
  return {
    users: rows.length,
    items,
    starts,
    columns: Uint32Array.from(columns),
    strengths: Uint8Array.from(strengths),
  };
}

/** Strengths by item, of each user. */
export const rowsOf = (matrix: InteractionMatrix): readonly ReadonlyMap<number, number>[] =>
  Array.from({ length: matrix.users }, (_, user) => {
    const row = new Map<number, number>();
    for (let at = matrix.starts[user] ?? 0; at < (matrix.starts[user + 1] ?? 0); at += 1)
      row.set(matrix.columns[at] ?? -1, matrix.strengths[at] ?? 0);
    return row;
  });
