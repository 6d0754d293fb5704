/** The job that rebuilds a tenant's global pools from its catalogue. */
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Background } from "../platform/background.ts";
import { BUCKETS, WINDOWS } from "../domain/slices.ts";
import { PoolBuilder } from "./build-pools.ts";
import { PoolReplica } from "./pool-replica.ts";
import type { PoolReplicas } from "./pool-replicas.ts";
import type { PoolStore } from "./pool-store.ts";
import { staticListOf } from "./static-list.ts";
import type { StaticLists } from "./static-lists.ts";

/**
 * Items that pools hold at most: the most popular ones. At 240 bytes each while a version is built, and 150 more
 * with a vector of 64 dimensions, they stay below the 128 MB of an isolate (docs/decisions/0004-pool-limit.md).
 */
const POOL_ITEMS_LIMIT = 200_000;

export type RefreshOutcome =
  | { readonly outcome: "published" | "superseded"; readonly counts: Record<string, number> }
  /** The catalogue gave nothing: the version that is current stays. */
  | { readonly outcome: "empty"; readonly counts: Record<string, number> };

/**
 * Publishes a new version, and leaves a copy of it and a static list for when the pool store is away. `allowsIn` says
 * what the list may hold: what the tenant's policy allows to everybody. A version that is published stays so when its
 * copies cannot be written: the next refresh writes them again.
 */
export async function refreshPools(
  ports: {
    readonly catalogue: Catalogue;
    readonly pools: PoolStore;
    readonly replicas: PoolReplicas;
    readonly staticLists: StaticLists;
    readonly background: Background;
  },
  tenant: TenantId,
  allowsIn: (pools: PoolReplica) => (index: number) => boolean,
  nowMs: number,
): Promise<RefreshOutcome> {
  const builder = new PoolBuilder(nowMs);
  for await (const page of ports.catalogue.ranked(tenant, POOL_ITEMS_LIMIT)) builder.add(page);
  const { snapshot, collisions, unpublished } = builder.build();
  const { sizes, items } = snapshot.manifest;
  const sum = (slices: readonly (typeof BUCKETS | typeof WINDOWS)[number][]): number =>
    slices.reduce((total, slice) => total + sizes[slice], 0);
  const counts = {
    items,
    popularity: sum(BUCKETS),
    freshness: sum(WINDOWS),
    fallback: sizes.fallback,
    unpublished,
    collisions: collisions.length,
  };
  if (items === 0) return { outcome: "empty", counts };
  const outcome = await ports.pools.publish(tenant, snapshot);
  if (outcome === "published") {
    const pools = new PoolReplica(snapshot);
    const list = staticListOf(pools, allowsIn(pools));
    const [copied, listed] = await Promise.allSettled([
      ports.replicas.adopt(tenant, snapshot, nowMs),
      ports.staticLists.keep(tenant, list),
    ]);
    reportLost("pool-copy", copied, ports.background);
    reportLost("static-list-copy", listed, ports.background);
  }
  return { outcome, counts };
}

function reportLost(name: string, kept: PromiseSettledResult<void>, background: Background): void {
  if (kept.status === "rejected") background.run(name, () => Promise.reject(kept.reason as Error));
}
