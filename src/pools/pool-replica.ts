/**
 * A version of the global pools as an isolate holds it: packed, so that 100,000 items of three tags cost about
 * 9 MB. Translates codes to ids, reads slices by position, and knows the facts of each item by its index.
 *
 * An item's index is its rank: 0 is the most popular one.
 */
import type { ItemId } from "../domain/ids.ts";
import { CODE_WIDTH, codeAt, codeNumber, type ItemCodes, itemCode } from "../domain/item-code.ts";
import { SLICES, type SliceName } from "../domain/slices.ts";
import { factsBytes } from "./facts-builder.ts";
import type { ItemFacts } from "./item-facts.ts";
import type { PoolManifest, PoolSnapshot } from "./pool-store.ts";
import { bySlice } from "./slice-text.ts";

export class PoolReplica {
  readonly manifest: PoolManifest;
  /** By index. */
  readonly facts: ItemFacts;
  /** Indexes of what is under-exposed or trending, best known first. */
  readonly discoveries: Uint32Array;
  /** Distinct items in order of rank, since the buckets come first; a slice is a list of indexes into this. */
  readonly #ids: readonly ItemId[];
  readonly #codes: ItemCodes;
  readonly #slices: Readonly<Record<SliceName, Uint32Array>>;
  /** Open addressing over the codes: index + 1, or 0 for an empty slot. */
  readonly #table: Uint32Array;

  constructor(snapshot: PoolSnapshot) {
    this.manifest = snapshot.manifest;
    this.facts = snapshot.facts;
    this.discoveries = markedIn(snapshot.facts.discoveries);
    const indexes = new Map<ItemId, number>();
    this.#slices = bySlice((slice) =>
      Uint32Array.from(snapshot.slices[slice], (id) => {
        const known = indexes.get(id);
        if (known !== undefined) return known;
        indexes.set(id, indexes.size);
        return indexes.size - 1;
      }),
    );
    this.#ids = [...indexes.keys()];
    const codes = this.#ids.map(itemCode);
    // Not joinCodes: 200,000 arguments are more than a call can take.
    this.#codes = codes.join("") as ItemCodes;
    this.#table = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(2, codes.length * 2))));
    codes.forEach((code, index) => {
      this.#table[this.#slotOf(code)] = index + 1;
    });
  }

  /** The id behind a code, or undefined when this version does not hold the item. */
  resolve(code: ItemCodes): ItemId | undefined {
    const index = this.indexOf(code);
    return index === undefined ? undefined : this.#ids[index];
  }

  /** The rank of the item with this code. */
  indexOf(code: ItemCodes): number | undefined {
    const entry = this.#table[this.#slotOf(code)] ?? 0;
    return entry === 0 ? undefined : entry - 1;
  }

  idAt(index: number): ItemId | undefined {
    return this.#ids[index];
  }

  codeAtIndex(index: number): ItemCodes {
    return codeAt(this.#codes, index);
  }

  /** 1 for the most popular item, falling evenly with rank towards 0. */
  popularityAt(index: number): number {
    return 1 - index / this.#ids.length;
  }

  size(slice: SliceName): number {
    return this.#slices[slice].length;
  }

  codeIn(slice: SliceName, position: number): ItemCodes {
    return codeAt(this.#codes, this.#slices[slice][position] ?? 0);
  }

  idIn(slice: SliceName, position: number): ItemId | undefined {
    return this.#ids[this.#slices[slice][position] ?? -1];
  }

  /** Rough memory of this replica, for the cache that holds it. */
  get sizeBytes(): number {
    const indexed = SLICES.reduce((sum, slice) => sum + this.#slices[slice].length, 0);
    const packed = this.#codes.length + (indexed + this.#table.length) * 4;
    return this.#ids.length * 40 + packed + factsBytes(this.facts);
  }

  /** The slot that holds `code`, or the empty one where it would go. */
  #slotOf(code: ItemCodes): number {
    const mask = this.#table.length - 1;
    let slot = codeNumber(code) & mask;
    for (;;) {
      const entry = this.#table[slot] ?? 0;
      if (entry === 0 || this.#codes.startsWith(code, (entry - 1) * CODE_WIDTH)) return slot;
      slot = (slot + 1) & mask;
    }
  }
}

function markedIn(column: Uint8Array): Uint32Array {
  const marked: number[] = [];
  for (let index = 0; index < column.length; index += 1)
    if (column[index] !== 0) marked.push(index);
  return Uint32Array.from(marked);
}
