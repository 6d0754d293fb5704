/**
 * The last published version of each tenant's pools in KV: read only when the pool store is down and neither
 * memory nor the Cache API has them. One value a tenant, so that KV's one write a second a key never binds.
 */
import type { TenantId } from "../domain/ids.ts";
import type { PoolSnapshot } from "./pool-store.ts";
import type { ReplicaShelf } from "./pool-replicas.ts";
import { parseReplicaText, replicaText } from "./replica-text.ts";

const keyOf = (tenant: TenantId): string => `pools:${tenant}`;

export class KvReplicaShelf implements ReplicaShelf {
  readonly #namespace: KVNamespace;

  constructor(namespace: KVNamespace) {
    this.#namespace = namespace;
  }

  async find(tenant: TenantId): Promise<PoolSnapshot | undefined> {
    const text = await this.#namespace.get(keyOf(tenant), "text");
    return text === null ? undefined : parseReplicaText(text);
  }

  async keep(tenant: TenantId, snapshot: PoolSnapshot): Promise<void> {
    await this.#namespace.put(keyOf(tenant), replicaText(snapshot));
  }
}
