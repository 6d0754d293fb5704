/** Global pools in the memory of one process. */
import type { TenantId } from "../domain/ids.ts";
import type { Probe } from "../users/user-store.ts";
import { SUPERSEDED_LIFE_SECONDS } from "./pool-policy.ts";
import type { PoolManifest, PoolSnapshot, PoolStore, PublishOutcome } from "./pool-store.ts";

interface TenantPools {
  readonly current: PoolSnapshot;
  readonly superseded: readonly { readonly snapshot: PoolSnapshot; readonly untilMs: number }[];
}

export class MemoryPoolStore implements PoolStore, Probe {
  readonly #tenants = new Map<TenantId, TenantPools>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  async publish(tenant: TenantId, snapshot: PoolSnapshot): Promise<PublishOutcome> {
    const pools = this.#tenants.get(tenant);
    const current = pools?.current.manifest.version ?? 0;
    if (current > snapshot.manifest.version) return "superseded";
    if (current === snapshot.manifest.version) return "published";
    const nowMs = this.#nowMs();
    const untilMs = nowMs + SUPERSEDED_LIFE_SECONDS * 1000;
    const superseded = (pools?.superseded ?? []).filter((old) => old.untilMs > nowMs);
    this.#tenants.set(tenant, {
      current: snapshot,
      superseded: pools === undefined ? [] : [...superseded, { snapshot: pools.current, untilMs }],
    });
    return "published";
  }

  async current(tenant: TenantId): Promise<PoolManifest | undefined> {
    return this.#tenants.get(tenant)?.current.manifest;
  }

  async load(tenant: TenantId, version: number): Promise<PoolSnapshot | undefined> {
    const pools = this.#tenants.get(tenant);
    if (pools?.current.manifest.version === version) return pools.current;
    const nowMs = this.#nowMs();
    return pools?.superseded.find(
      ({ snapshot, untilMs }) => snapshot.manifest.version === version && untilMs > nowMs,
    )?.snapshot;
  }

  async ping(): Promise<void> {}
}
