/**
 * Everything that a list of gifts is made of, in columns: one entry an item, in the order of ids. 16,000 items are some
 * 2 MB, 100,000 some 14 MB. Private items are not in it, so that no list can show one.
 *
 * In columns of names and of codes 0 means "the catalogue does not say"; other numbers are positions + 1.
 */
import type { ItemId } from "../domain/ids.ts";
import type { ItemFacts } from "../pools/item-facts.ts";

/** An item may say several values of one attribute: `values[codes[i] - 1]` are those of item `i`, lower case. */
export interface ValueColumn {
  readonly codes: Uint32Array;
  readonly values: readonly (readonly string[])[];
}

/** Scores of the items that have one; both as long. */
export interface SparseScores {
  readonly items: Uint32Array;
  readonly scores: Float32Array;
}

export const ATTRIBUTES = [
  "category",
  "platform",
  "gender",
  "age",
  "suitable_for",
  "acquaintance_level",
  "geo_id",
] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

export interface GiftSnapshot {
  /** When it was built, epoch milliseconds. */
  readonly version: number;
  readonly ids: readonly ItemId[];
  /** What policy decides by; without vectors. */
  readonly facts: ItemFacts;
  /** In the tenant's currency; NaN where it is not known. */
  readonly prices: Float64Array;
  /** Imported popularity: it parts items that events do not. */
  readonly bases: Float64Array;
  /** Indexes by falling `bases`, then by id. */
  readonly byBase: Uint32Array;
  readonly attributes: Readonly<Record<Attribute, ValueColumn>>;
  /** By group (`popularity/groups.ts`); undefined where nobody of it did anything. */
  readonly scores: readonly (Float32Array | undefined)[];
  /** By country, by group: what was done there. Countries with little are not told apart. */
  readonly countries: ReadonlyMap<string, ReadonlyMap<number, SparseScores>>;
  /** Best first, as indexes. */
  readonly trending: Uint32Array;
  readonly underExposed: Uint32Array;
  /** The whole as bytes, which the columns are views of. */
  readonly bytes: Uint8Array;
  /** Undefined for an item that is not in it. */
  readonly indexOf: (id: ItemId) => number | undefined;
}
