/** Pool replicas in the Cache API of this data centre: versions are immutable, so nothing is revalidated. */
import type { TenantId } from "../domain/ids.ts";
import type { PoolSnapshot } from "./pool-store.ts";
import type { ReplicaShelf } from "./pool-replicas.ts";
import { parseReplicaText, replicaText } from "./replica-text.ts";

/** Versions change hourly; the live one is asked for again by every cold isolate until then. */
const KEEP_SECONDS = 7_200;

/** The host is ours alone: it never leaves the cache. */
const addressOf = (tenant: TenantId, version: number): string =>
  `https://pools.nearfeed.internal/${tenant}/${version}`;

export class CacheApiReplicaShelf implements ReplicaShelf {
  async find(tenant: TenantId, version?: number): Promise<PoolSnapshot | undefined> {
    if (version === undefined) return undefined;
    const kept = await caches.default.match(addressOf(tenant, version));
    return kept === undefined ? undefined : parseReplicaText(await kept.text());
  }

  async keep(tenant: TenantId, snapshot: PoolSnapshot): Promise<void> {
    await caches.default.put(
      addressOf(tenant, snapshot.manifest.version),
      new Response(replicaText(snapshot), {
        headers: { "Cache-Control": `public, max-age=${KEEP_SECONDS}, immutable` },
      }),
    );
  }
}
