/** A shelf of replicas behind a guard, with the deadline of the tenant whose pools are asked for. */
import type { TenantId } from "../domain/ids.ts";
import type { Guard } from "../platform/guard.ts";
import type { ReplicaShelf } from "./pool-replicas.ts";
import type { PoolSnapshot } from "./pool-store.ts";

/** A copy of 8 MB is uploaded by a job that waits for it. */
const KEEP_DEADLINE_MS = 30_000;

export class GuardedReplicaShelf implements ReplicaShelf {
  readonly #shelf: ReplicaShelf;
  readonly #guardOf: (tenant: TenantId) => Guard;

  constructor(shelf: ReplicaShelf, guardOf: (tenant: TenantId) => Guard) {
    this.#shelf = shelf;
    this.#guardOf = guardOf;
  }

  find(tenant: TenantId, version?: number): Promise<PoolSnapshot | undefined> {
    return this.#guardOf(tenant).call(() => this.#shelf.find(tenant, version));
  }

  keep(tenant: TenantId, snapshot: PoolSnapshot): Promise<void> {
    return this.#guardOf(tenant).call(() => this.#shelf.keep(tenant, snapshot), KEEP_DEADLINE_MS);
  }
}
