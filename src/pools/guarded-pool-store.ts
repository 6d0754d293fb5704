/** Global pools behind a guard: while their store is down, replicas serve without asking it. */
import type { TenantId } from "../domain/ids.ts";
import type { Guard } from "../platform/guard.ts";
import { PUBLISH_DEADLINE_MS } from "./pool-policy.ts";
import type { PoolManifest, PoolSnapshot, PoolStore, PublishOutcome } from "./pool-store.ts";

export class GuardedPoolStore implements PoolStore {
  readonly #store: PoolStore;
  readonly #guard: Guard;

  constructor(store: PoolStore, guard: Guard) {
    this.#store = store;
    this.#guard = guard;
  }

  publish(tenant: TenantId, snapshot: PoolSnapshot): Promise<PublishOutcome> {
    return this.#guard.call(() => this.#store.publish(tenant, snapshot), PUBLISH_DEADLINE_MS);
  }

  current(tenant: TenantId): Promise<PoolManifest | undefined> {
    return this.#guard.call(() => this.#store.current(tenant));
  }

  load(tenant: TenantId, version: number): Promise<PoolSnapshot | undefined> {
    return this.#guard.call(() => this.#store.load(tenant, version));
  }
}
