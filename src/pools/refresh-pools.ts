/** The job that rebuilds a tenant's global pools from its catalogue. */
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { TenantId } from "../domain/ids.ts";
import { BUCKETS, WINDOWS } from "../domain/slices.ts";
import { buildPools } from "./build-pools.ts";
import type { PoolReplicas } from "./pool-replicas.ts";
import type { PoolStore } from "./pool-store.ts";

/**
 * Items that pools hold at most: the most popular ones. At 150 bytes each while a version is built, they stay
 * far below the 128 MB of an isolate (docs/decisions/0004-pool-limit.md).
 */
const POOL_ITEMS_LIMIT = 200_000;

export type RefreshOutcome =
  | { readonly outcome: "published" | "superseded"; readonly counts: Record<string, number> }
  /** The catalogue gave nothing: the version that is current stays. */
  | { readonly outcome: "empty"; readonly counts: Record<string, number> };

export async function refreshPools(
  ports: {
    readonly catalogue: Catalogue;
    readonly pools: PoolStore;
    readonly replicas: PoolReplicas;
  },
  tenant: TenantId,
  nowMs: number,
): Promise<RefreshOutcome> {
  const ranked = await ports.catalogue.ranked(tenant, POOL_ITEMS_LIMIT);
  const { snapshot, collisions, unpublished } = buildPools(ranked, nowMs);
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
  if (outcome === "published") await ports.replicas.adopt(tenant, snapshot, nowMs);
  return { outcome, counts };
}
