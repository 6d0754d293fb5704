/** The registry behind a guard. A request waits for changes only; the rest is for jobs and operators. */
import type { TenantId } from "../domain/ids.ts";
import type { Guard } from "../platform/guard.ts";
import type { RegistryChanges, TenantRegistry, TenantSummary } from "./tenant-registry.ts";

/** An operator would rather wait than ask again; D1 itself ends a statement after 30 s. */
const OPERATOR_DEADLINE_MS = 10_000;

export class GuardedTenantRegistry implements TenantRegistry {
  readonly #registry: TenantRegistry;
  readonly #guardOf: (tenant?: TenantId) => Guard;

  /** `guardOf` gives the tenant's own guard, and the deployment's where no tenant is named. */
  constructor(registry: TenantRegistry, guardOf: (tenant?: TenantId) => Guard) {
    this.#registry = registry;
    this.#guardOf = guardOf;
  }

  ping(): Promise<void> {
    return this.#guardOf().call(() => this.#registry.ping());
  }

  list(): Promise<readonly TenantSummary[]> {
    return this.#guardOf().call(() => this.#registry.list(), OPERATOR_DEADLINE_MS);
  }

  loadChanges(since: number | undefined, wanted?: TenantId): Promise<RegistryChanges> {
    return this.#guardOf(wanted).call(() => this.#registry.loadChanges(since, wanted));
  }
}
