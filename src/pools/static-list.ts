/**
 * The static list: a tenant's most popular items that policy allows to everybody, as a version of their own. It is
 * what a feed is made of when nothing else can be had, so it must be safe without another look at policy.
 */
import type { ItemId } from "../domain/ids.ts";
import type { SliceName } from "../domain/slices.ts";
import { factsAt, FactsBuilder } from "./facts-builder.ts";
import type { PoolReplica } from "./pool-replica.ts";
import type { PoolSnapshot } from "./pool-store.ts";
import { bySlice } from "./slice-text.ts";

/** Two pages of 50, the most that a ranked feed gives at once. */
const STATIC_ITEMS = 100;
/** The slices that hold the list: a walk of popularity finds it, and the fallback does. */
const FILLED: readonly SliceName[] = ["99_100", "fallback"];

/** `allowed` is asked by index, in order of rank, until the list is full. */
export function staticListOf(
  pools: PoolReplica,
  allowed: (index: number) => boolean,
  limit = STATIC_ITEMS,
): PoolSnapshot {
  const ids: ItemId[] = [];
  const facts = new FactsBuilder();
  for (let index = 0; index < pools.facts.count && ids.length < limit; index += 1) {
    const id = allowed(index) ? pools.idAt(index) : undefined;
    if (id === undefined) continue;
    ids.push(id);
    facts.add(factsAt(pools.facts, index));
  }
  const slices = bySlice((slice) => (FILLED.includes(slice) ? ids : []));
  return {
    manifest: {
      version: pools.manifest.version,
      items: ids.length,
      sizes: bySlice((slice) => slices[slice].length),
    },
    slices,
    facts: facts.build(),
  };
}
