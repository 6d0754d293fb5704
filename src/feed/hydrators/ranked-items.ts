import type { Hydrator } from "../../pipeline/stages.ts";
import { goOnWithout } from "../go-on-without.ts";
import { nameIn } from "../name-in.ts";
import type { FoundItem, RankedItem, RankedRequest, RankedState } from "../ranked-state.ts";

/** Codes to ids and facts, by the newest pools, or for an older slate by the pools that it was ranked with. */
export const rankedItems: Hydrator<RankedRequest, RankedState, FoundItem, RankedItem> = {
  name: "ranked_items",
  hydrate(request, { pools }, found) {
    const named = found.map((item) => nameIn(item, pools));
    const { cursor } = request;
    const moved = cursor !== undefined && cursor.poolsVersion !== pools?.manifest.version;
    if (!moved || named.every(({ index }) => index !== undefined)) return named;
    return withOlderPools(request, cursor.poolsVersion, named);
  },
};

async function withOlderPools(
  { ports, key, background }: RankedRequest,
  version: number,
  named: readonly RankedItem[],
): Promise<readonly RankedItem[]> {
  const older = await ports.replicas
    .version(key.tenant, ports.pools, version)
    .catch(goOnWithout("older-pools", background));
  return named.map((item) => (item.index === undefined ? nameIn(item, older) : item));
}
