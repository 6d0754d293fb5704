import type { Hydrator } from "../../pipeline/stages.ts";
import type { PoolReplica } from "../../pools/pool-replica.ts";
import { goOnWithout } from "../go-on-without.ts";
import { nameIn } from "../name-in.ts";
import type { NamedItem, PageItem, PageState, PageRequest } from "../page-state.ts";
import { poolsIfAny } from "../user-refills.ts";

/** Codes to ids, by the newest pools at hand, or by newer ones when the page names items that these do not know. */
export const namedItems: Hydrator<PageRequest, PageState, PageItem, NamedItem> = {
  name: "named_items",
  async hydrate(request, state, found) {
    state.found += found.length;
    if (state.tier !== "static") await choosePools(request, state, found);
    const { pools } = state;
    return found.map((item) => nameIn(item, pools));
  },
};

async function choosePools(
  request: PageRequest,
  state: PageState,
  found: readonly PageItem[],
): Promise<void> {
  const { ports, key, nowMs, background } = request;
  let current = await poolsIfAny(request);
  const behind = (current?.pools.manifest.version ?? 0) < state.poolsVersion;
  if (behind && !namesAll(current?.pools, found)) {
    const newer = await ports.replicas
      .reload(key.tenant, ports.pools, nowMs)
      .catch(goOnWithout("pools", background));
    current = newer ?? current;
  }
  if (current === undefined) {
    state.degraded ??= "no_pools";
    return;
  }
  state.pools = current.pools;
  if (current.stale) state.degraded ??= "pools_stale";
}

const namesAll = (pools: PoolReplica | undefined, found: readonly PageItem[]): boolean =>
  pools !== undefined && found.every(({ code }) => pools.indexOf(code) !== undefined);
