import type { ItemId } from "../domain/ids.ts";
import { eachCode, type ItemCodes, joinCodes } from "../domain/item-code.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import type { PageCodes } from "../users/user-store.ts";
import { blend, type Served } from "./blend.ts";

/** A page of codes as ids in serving order. What the pools cannot name is left out. */
export function servedOf(page: PageCodes, pools: PoolReplica): readonly Served[] {
  const ids = (codes: ItemCodes): ItemId[] => {
    const found: ItemId[] = [];
    for (const code of eachCode(codes)) {
      const id = pools.resolve(code);
      if (id !== undefined) found.push(id);
    }
    return found;
  };
  return blend({
    popularity: ids(page.popularity),
    freshness: ids(page.freshness),
    fallback: ids(page.fallback),
  });
}

/** True when this version can name every item of the page. */
export const holdsAll = (page: PageCodes, pools: PoolReplica): boolean => {
  const codes = joinCodes(page.popularity, page.freshness, page.fallback);
  return [...eachCode(codes)].every((code) => pools.resolve(code));
};
