/**
 * The blend: how many items of each source a page has, and in which order. Pure.
 */
import type { ItemId } from "../domain/ids.ts";
import type { SourceName } from "../domain/slices.ts";
import type { Want } from "../users/user-store.ts";

export const REC_TYPES = ["mixed", "popularity", "freshness"] as const;
export type RecType = (typeof REC_TYPES)[number];

/** System A's mix: 60 % popularity, 40 % freshness. */
export const POPULARITY_SHARE = 0.6;

export interface Served {
  readonly id: ItemId;
  readonly source: SourceName;
}

/**
 * How many items of each feed make a page of `count`. This is the one place where the share is rounded:
 * popularity to the nearest whole item, halves up; freshness is the rest.
 */
export function wantOf(recType: RecType, count: number): Want {
  switch (recType) {
    case "mixed": {
      const popularity = Math.round(count * POPULARITY_SHARE);
      return { popularity, freshness: count - popularity, carryOver: true };
    }
    case "popularity":
      return { popularity: count, freshness: 0, carryOver: false };
    case "freshness":
      return { popularity: 0, freshness: count, carryOver: false };
  }
}

/**
 * Interleaves two lists so that every prefix holds popularity and freshness in the ratio of the whole page, to
 * within one item; the fallback follows. Each list keeps its order.
 */
export function blend(parts: Readonly<Record<SourceName, readonly ItemId[]>>): readonly Served[] {
  const { popularity, freshness, fallback } = parts;
  const total = popularity.length + freshness.length;
  const served: Served[] = [];
  let taken = 0;
  for (let position = 1; position <= total; position += 1) {
    const popular = Math.round((position * popularity.length) / total) > taken;
    const id = popular ? popularity[taken] : freshness[position - 1 - taken];
    if (popular) taken += 1;
    if (id !== undefined) served.push({ id, source: popular ? "popularity" : "freshness" });
  }
  for (const id of fallback) served.push({ id, source: "fallback" });
  return served;
}
