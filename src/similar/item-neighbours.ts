/* oxlint-disable typescript/no-non-null-assertion -- indexes stay within their arrays, and `?? 0` costs inner loops a branch */
/** The neighbours of all items of a tenant, as they lie in R2 and in the memory of an isolate: 16 MB at most. */
import { nameAt, type NameTable, numberOf } from "./name-table.ts";
import type { NeighbourRows } from "./neighbours.ts";
import { packSections, type Sections, unpackSections } from "./sections.ts";
import type { ItemId } from "../domain/ids.ts";

export interface WeighedItem {
  readonly item: ItemId;
  readonly weight: number;
}

export interface PackedRows {
  /** One more than there are rows. */
  readonly starts: Uint32Array;
  readonly items: Uint32Array;
  /** In 255ths of the row's largest. */
  readonly weights: Uint8Array;
  /** The largest weight of each row. */
  readonly scales: Float32Array;
}

const STEPS = 255;

/** Without empty slots, and each weight in a byte: 5 bytes a neighbour instead of 8. */
export function packRows({ from, to, k, counts, items, weights }: NeighbourRows): PackedRows {
  const starts = new Uint32Array(to - from + 1);
  for (let row = 0; row < to - from; row += 1) starts[row + 1] = starts[row]! + counts[row]!;
  const total = starts[to - from]!;
  const packed: PackedRows = {
    starts,
    items: new Uint32Array(total),
    weights: new Uint8Array(total),
    scales: new Float32Array(to - from),
  };
  for (let row = 0; row < to - from; row += 1) {
    const largest = weights[row * k]!;
    packed.scales[row] = largest;
    for (let slot = 0; slot < counts[row]!; slot += 1) {
      const at = starts[row]! + slot;
      packed.items[at] = items[row * k + slot]!;
      // What was kept keeps some weight.
      packed.weights[at] = Math.max(1, Math.round((weights[row * k + slot]! / largest) * STEPS));
    }
  }
  return packed;
}

export const encodeRows = ({ starts, items, weights, scales }: PackedRows): Uint8Array =>
  packSections([starts, items, weights, scales]);

export const decodeRows = (bytes: Uint8Array): PackedRows => rowsFrom(unpackSections(bytes), 0);

/** Rows of ranges that follow each other, as one. */
export function joinRows(parts: readonly PackedRows[]): PackedRows {
  const rows = parts.reduce((sum, { scales }) => sum + scales.length, 0);
  const total = parts.reduce((sum, { items }) => sum + items.length, 0);
  const joined: PackedRows = {
    starts: new Uint32Array(rows + 1),
    items: new Uint32Array(total),
    weights: new Uint8Array(total),
    scales: new Float32Array(rows),
  };
  let row = 0;
  let at = 0;
  for (const part of parts) {
    joined.items.set(part.items, at);
    joined.weights.set(part.weights, at);
    joined.scales.set(part.scales, row);
    for (let each = 1; each < part.starts.length; each += 1)
      joined.starts[row + each] = at + part.starts[each]!;
    row += part.scales.length;
    at += part.items.length;
  }
  return joined;
}

export class ItemNeighbours {
  readonly sizeBytes: number;
  readonly #names: NameTable;
  readonly #rows: PackedRows;

  constructor(names: NameTable, rows: PackedRows) {
    this.#names = names;
    this.#rows = rows;
    this.sizeBytes =
      names.starts.byteLength +
      names.bytes.byteLength +
      rows.starts.byteLength +
      rows.items.byteLength +
      rows.weights.byteLength +
      rows.scales.byteLength;
  }

  /** Best first; undefined for an item that nobody liked. */
  of(item: ItemId): readonly WeighedItem[] | undefined {
    const row = numberOf(this.#names, item);
    if (row === undefined) return undefined;
    const { starts, items, weights, scales } = this.#rows;
    const neighbours: WeighedItem[] = [];
    for (let at = starts[row]!; at < starts[row + 1]!; at += 1) {
      neighbours.push({
        item: nameAt(this.#names, items[at]!) as ItemId,
        weight: (weights[at]! / STEPS) * scales[row]!,
      });
    }
    return neighbours;
  }

  encode(): Uint8Array {
    const { starts, items, weights, scales } = this.#rows;
    const { starts: nameStarts, bytes } = this.#names;
    return packSections([nameStarts, bytes, starts, items, weights, scales]);
  }

  /** Throws for what {@link encode} did not write. */
  static decode(bytes: Uint8Array): ItemNeighbours {
    const sections = unpackSections(bytes);
    const names = { starts: sections.words(0), bytes: sections.bytes(1) };
    return new ItemNeighbours(names, rowsFrom(sections, 2));
  }
}

const rowsFrom = (sections: Sections, first: number): PackedRows => ({
  starts: sections.words(first),
  items: sections.words(first + 1),
  weights: sections.bytes(first + 2),
  scales: sections.floats(first + 3),
});
