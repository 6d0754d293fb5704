/**
 * A version of the global pools as an isolate holds it: packed, so that 100,000 items cost about 6 MB.
 * Translates codes to ids, and reads slices by position.
 */
import type { ItemId } from "../domain/ids.ts";
import {
  CODE_WIDTH,
  codeAt,
  codeNumber,
  type ItemCodes,
  itemCode,
  joinCodes,
} from "../domain/item-code.ts";
import { SLICES, type SliceName } from "../domain/slices.ts";
import type { PoolManifest, PoolSnapshot } from "./pool-store.ts";
import { bySlice } from "./slice-text.ts";

export class PoolReplica {
  readonly manifest: PoolManifest;
  /** Distinct items; a slice is a list of indexes into this. */
  readonly #ids: readonly ItemId[];
  readonly #codes: ItemCodes;
  readonly #slices: Readonly<Record<SliceName, Uint32Array>>;
  /** Open addressing over the codes: index + 1, or 0 for an empty slot. */
  readonly #table: Uint32Array;

  constructor(snapshot: PoolSnapshot) {
    this.manifest = snapshot.manifest;
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
    this.#codes = joinCodes(...codes);
    this.#table = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(2, codes.length * 2))));
    codes.forEach((code, index) => {
      this.#table[this.#slotOf(code)] = index + 1;
    });
  }

  /** The id behind a code, or undefined when this version does not hold the item. */
  resolve(code: ItemCodes): ItemId | undefined {
    const entry = this.#table[this.#slotOf(code)] ?? 0;
    return entry === 0 ? undefined : this.#ids[entry - 1];
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
    return this.#ids.length * 40 + this.#codes.length + (indexed + this.#table.length) * 4;
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
