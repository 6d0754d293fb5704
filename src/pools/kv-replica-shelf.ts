/**
 * One version of each tenant's pools in KV, read only when the pool store is down: the last one that was published,
 * or the static list. One value a tenant, so that KV's one write a second a key never binds.
 */
import type { TenantId } from "../domain/ids.ts";
import type { PoolSnapshot } from "./pool-store.ts";
import type { ReplicaShelf } from "./pool-replicas.ts";
import { parseReplicaText, replicaText } from "./replica-text.ts";

/** What KV takes; the text is ASCII. */
const VALUE_LIMIT_CHARACTERS = 25 * 1024 * 1024;

/** `pools`: the last published version. `static`: the static list, some 10 KB. */
type ShelfName = "pools" | "static";

export class KvReplicaShelf implements ReplicaShelf {
  readonly #namespace: KVNamespace;
  readonly #name: ShelfName;

  constructor(namespace: KVNamespace, name: ShelfName) {
    this.#namespace = namespace;
    this.#name = name;
  }

  async find(tenant: TenantId): Promise<PoolSnapshot | undefined> {
    const text = await this.#namespace.get(this.#keyOf(tenant), "text");
    return text === null ? undefined : parseReplicaText(text);
  }

  async keep(tenant: TenantId, snapshot: PoolSnapshot): Promise<void> {
    const text = replicaText(snapshot);
    await this.#namespace.put(
      this.#keyOf(tenant),
      text.length <= VALUE_LIMIT_CHARACTERS ? text : replicaText(withoutVectors(snapshot)),
    );
  }

  #keyOf(tenant: TenantId): string {
    return `${this.#name}:${tenant}`;
  }
}

/** Two thirds of the biggest versions are vectors, and a feed in an outage can do without. */
function withoutVectors(snapshot: PoolSnapshot): PoolSnapshot {
  const { vectors: _, ...facts } = snapshot.facts;
  return { ...snapshot, facts };
}
