/**
 * Builds one version of a tenant's global pools from its catalogue. Pure: the same items and time give the
 * same pools.
 */
import type { RankedItem } from "../catalogue/catalogue.ts";
import type { ItemId } from "../domain/ids.ts";
import { itemCode } from "../domain/item-code.ts";
import { bucketOfRank, type SliceName, windowOfAge } from "../domain/slices.ts";
import type { PoolSnapshot } from "./pool-store.ts";
import { bySlice } from "./slice-text.ts";

/**
 * The fallback pool: the most popular items, whatever their age. Six pages of 500 for a user whose queues
 * have run dry.
 */
const FALLBACK_ITEMS = 3_000;
const DAY_MS = 86_400_000;

export interface BuiltPools {
  readonly snapshot: PoolSnapshot;
  /** Items left out because a more popular one has the same code. */
  readonly collisions: readonly ItemId[];
  /** Items left out because their time of publication is still to come. */
  readonly unpublished: number;
}

/** `ranked` is ordered by falling popularity; windows measure age from `nowMs`. */
export function buildPools(ranked: readonly RankedItem[], nowMs: number): BuiltPools {
  const slices: Record<SliceName, ItemId[]> = bySlice(() => []);
  const collisions: ItemId[] = [];
  const codes = new Set<string>();
  const eligible: RankedItem[] = [];
  for (const item of ranked) {
    if (item.publishedAtMs !== undefined && item.publishedAtMs > nowMs) continue;
    const code = itemCode(item.id);
    if (codes.has(code)) collisions.push(item.id);
    else eligible.push(item);
    codes.add(code);
  }
  eligible.forEach((item, rank) => {
    slices[bucketOfRank(rank, eligible.length)].push(item.id);
    if (rank < FALLBACK_ITEMS) slices.fallback.push(item.id);
    if (item.publishedAtMs === undefined) return;
    const window = windowOfAge((nowMs - item.publishedAtMs) / DAY_MS);
    if (window !== undefined) slices[window].push(item.id);
  });
  return {
    snapshot: {
      manifest: {
        version: nowMs,
        items: eligible.length,
        sizes: bySlice((slice) => slices[slice].length),
      },
      slices,
    },
    collisions,
    unpublished: ranked.length - eligible.length - collisions.length,
  };
}
