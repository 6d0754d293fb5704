/**
 * A page without user state: cut from the pool replica when L2 does not answer. It keeps the blend; it cannot
 * know what the user has watched, and says so by being degraded.
 */
import { hash32 } from "../domain/hash.ts";
import { codeCount, eachCode, type ItemCodes, joinCodes } from "../domain/item-code.ts";
import type { UserId } from "../domain/ids.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import {
  candidates,
  FALLBACK_WALK,
  FRESHNESS_WALK,
  POPULARITY_WALK,
  startAt,
  type Walk,
} from "../pools/walk.ts";
import type { PageCodes, Want } from "../users/user-store.ts";

/** Candidates read per item wanted: leaves room for what was served before in this outage. */
const SPARE_FACTOR = 4;
const SPARE_CANDIDATES = 200;

/** `token` chooses where the walks start; codes in `served` are passed over. */
export function replicaPage(
  pools: PoolReplica,
  user: UserId,
  want: Want,
  token: string,
  served: ReadonlySet<string>,
): PageCodes {
  const gone = new Set(served);
  const pick = (walk: Walk, count: number): ItemCodes => {
    const reach = count * SPARE_FACTOR + SPARE_CANDIDATES;
    const start = startAt(walk, pools, hash32(token), reach);
    const kept: ItemCodes[] = [];
    for (const code of eachCode(candidates(walk, pools, start, reach, user))) {
      if (kept.length >= count) break;
      if (gone.has(code)) continue;
      gone.add(code);
      kept.push(code);
    }
    return joinCodes(...kept);
  };
  const popularity = pick(POPULARITY_WALK, want.popularity);
  const freshness = pick(FRESHNESS_WALK, want.freshness);
  const missing = want.popularity + want.freshness - codeCount(popularity) - codeCount(freshness);
  return { popularity, freshness, fallback: pick(FALLBACK_WALK, missing) };
}
