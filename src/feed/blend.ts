/**
 * The blend: how many items of each source a page has, and in which order. Pure.
 */
import type { ItemId } from "../domain/ids.ts";
import type { SourceName } from "../domain/slices.ts";
import type { Want } from "../users/user-store.ts";

export const REC_TYPES = ["mixed", "popularity", "freshness"] as const;
export type RecType = (typeof REC_TYPES)[number];

export interface Served {
  readonly id: ItemId;
  readonly source: SourceName;
}

/** What the blend needs to know of an item. */
interface Sourced {
  readonly source: SourceName;
}

/**
 * How many items of each feed make a page of `count`. This is the one place where the share is rounded:
 * popularity to the nearest whole item, halves up; freshness is the rest.
 */
export function wantOf(recType: RecType, count: number, popularityShare: number): Want {
  switch (recType) {
    case "mixed": {
      const popularity = Math.round(count * popularityShare);
      return { popularity, freshness: count - popularity, carryOver: true };
    }
    case "popularity":
      return { popularity: count, freshness: 0, carryOver: false };
    case "freshness":
      return { popularity: 0, freshness: count, carryOver: false };
  }
}

/**
 * Interleaves popularity and freshness so that every prefix holds them in the ratio of the whole page, to within
 * one item; the fallback follows. The items of each source keep their order.
 */
export function blend<Item extends Sourced>(items: readonly Item[]): readonly Item[] {
  const popularity = items.filter((item) => item.source === "popularity");
  const freshness = items.filter((item) => item.source === "freshness");
  const total = popularity.length + freshness.length;
  const blended: Item[] = [];
  let taken = 0;
  for (let position = 1; position <= total; position += 1) {
    const popular = Math.round((position * popularity.length) / total) > taken;
    const item = popular ? popularity[taken] : freshness[position - 1 - taken];
    if (popular) taken += 1;
    if (item !== undefined) blended.push(item);
  }
  for (const item of items) if (item.source === "fallback") blended.push(item);
  return blended;
}
