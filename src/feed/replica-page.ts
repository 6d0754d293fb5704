/**
 * A page without user state: cut from the pool replica when L2 does not answer. It keeps the blend; it cannot
 * know what the user has watched, and says so by being degraded.
 */
import { hash32 } from "../domain/hash.ts";
import { codeCount, eachCode, type ItemCodes } from "../domain/item-code.ts";
import type { UserId } from "../domain/ids.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import { FALLBACK_WALK, FRESHNESS_WALK, POPULARITY_WALK, type Walk } from "../pools/walk.ts";
import type { PageCodes, Want } from "../users/user-store.ts";
import { drawAllowed } from "./allowed-candidates.ts";

/** Candidates behind the start per item wanted: leaves room for what was served before in this outage. */
const SPARE_FACTOR = 4;
const SPARE_CANDIDATES = 200;

/** `token` chooses where the walks start; codes in `served`, and those that `allows` refuses, are passed over. */
export function replicaPage(
  pools: PoolReplica,
  user: UserId,
  want: Want,
  token: string,
  served: ReadonlySet<string>,
  allows: (code: ItemCodes) => boolean,
): PageCodes {
  const gone = new Set(served);
  const pick = (walk: Walk, count: number): ItemCodes => {
    const reach = count * SPARE_FACTOR + SPARE_CANDIDATES;
    const place = { chance: hash32(token), reach };
    const open = (code: ItemCodes): boolean => !gone.has(code) && allows(code);
    const drawn = drawAllowed(walk, pools, place, count, user, open);
    for (const code of eachCode(drawn)) gone.add(code);
    return drawn;
  };
  const popularity = pick(POPULARITY_WALK, want.popularity);
  const freshness = pick(FRESHNESS_WALK, want.freshness);
  const missing = want.popularity + want.freshness - codeCount(popularity) - codeCount(freshness);
  return { popularity, freshness, fallback: pick(FALLBACK_WALK, missing) };
}
