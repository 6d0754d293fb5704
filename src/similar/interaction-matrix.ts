/* oxlint-disable typescript/no-non-null-assertion -- indexes stay within their arrays, and `?? 0` costs inner loops a branch */
/**
 * Who did how much with what: users x items in compressed rows. Typed arrays alone, 5 bytes an interaction, so that
 * 5 M of them take 25 MB of an isolate's 128.
 */
export interface InteractionMatrix {
  readonly users: number;
  readonly items: number;
  /** `users + 1` offsets into the two arrays below. */
  readonly starts: Uint32Array;
  /** Items of a user, ascending, without repeats. */
  readonly columns: Uint32Array;
  /** 1 to 255; {@link STRENGTH_OF_LIKE} is a like. */
  readonly strengths: Uint8Array;
}

/** Half of 128, so that a purchase and a comment still fit above it. */
export const STRENGTH_OF_LIKE = 64;

/** The users of each item of a range. */
export interface ItemColumns {
  readonly from: number;
  /** `to - from + 1` offsets into the two arrays below. */
  readonly starts: Uint32Array;
  /** Users of an item, ascending. */
  readonly rows: Uint32Array;
  /** The strength of each. */
  readonly strengths: Uint8Array;
}

/** Users of each item. Of length `items`. */
export function degreesOf(matrix: InteractionMatrix): Uint32Array {
  const degrees = new Uint32Array(matrix.items);
  const { columns } = matrix;
  for (let at = 0; at < columns.length; at += 1) degrees[columns[at]!]! += 1;
  return degrees;
}

/** Two passes over the matrix; of the result only the range is held. Items that `leavesOut` have no users. */
export function columnsOf(
  matrix: InteractionMatrix,
  from: number,
  to: number,
  leavesOut?: (item: number) => boolean,
): ItemColumns {
  const { columns, strengths: strengthOf, starts: rowStarts } = matrix;
  const sizes = new Uint32Array(to - from);
  for (let at = 0; at < columns.length; at += 1) {
    const item = columns[at]!;
    if (item >= from && item < to) sizes[item - from]! += 1;
  }
  const starts = new Uint32Array(to - from + 1);
  for (let index = 0; index < to - from; index += 1) {
    if (leavesOut?.(from + index) === true) sizes[index] = 0;
    starts[index + 1] = starts[index]! + sizes[index]!;
  }
  const total = starts[to - from]!;
  const rows = new Uint32Array(total);
  const strengths = new Uint8Array(total);
  const next = starts.slice(0, to - from);
  for (let user = 0; user < matrix.users; user += 1) {
    for (let at = rowStarts[user]!; at < rowStarts[user + 1]!; at += 1) {
      const index = columns[at]! - from;
      if (index < 0 || index >= to - from || sizes[index] === 0) continue;
      const place = next[index]!;
      next[index] = place + 1;
      rows[place] = user;
      strengths[place] = strengthOf[at]!;
    }
  }
  return { from, starts, rows, strengths };
}

/** Steps of the kernel that each item's row takes: the lengths of the rows of all its users. */
export function itemWork(matrix: InteractionMatrix): Float64Array {
  const work = new Float64Array(matrix.items);
  const { starts, columns } = matrix;
  for (let user = 0; user < matrix.users; user += 1) {
    const length = starts[user + 1]! - starts[user]!;
    for (let at = starts[user]!; at < starts[user + 1]!; at += 1) work[columns[at]!]! += length;
  }
  return work;
}

/** Cuts 0..n into ranges of about `limit` work each, one value at least in each. Returns the bounds. */
export function rangesOfWork(work: Float64Array, limit: number): readonly [number, number][] {
  const ranges: [number, number][] = [];
  let from = 0;
  let sum = 0;
  for (let index = 0; index < work.length; index += 1) {
    if (index > from && sum + work[index]! > limit) {
      ranges.push([from, index]);
      from = index;
      sum = 0;
    }
    sum += work[index]!;
  }
  if (from < work.length) ranges.push([from, work.length]);
  return ranges;
}
