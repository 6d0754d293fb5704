/** Copies of records behind a guard. */
import type { TenantId } from "../domain/ids.ts";
import type { Guard } from "../platform/guard.ts";
import type { TenantCopies } from "./tenant-copies.ts";
import type { DeploymentRecord, TenantRecord } from "./tenant-registry.ts";

export class GuardedTenantCopies implements TenantCopies {
  readonly #copies: TenantCopies;
  readonly #guardOf: () => Guard;

  constructor(copies: TenantCopies, guardOf: () => Guard) {
    this.#copies = copies;
    this.#guardOf = guardOf;
  }

  find(id: TenantId): Promise<TenantRecord | undefined> {
    return this.#guardOf().call(() => this.#copies.find(id));
  }

  findDeployment(): Promise<DeploymentRecord | undefined> {
    return this.#guardOf().call(() => this.#copies.findDeployment());
  }

  keep(record: TenantRecord | DeploymentRecord): Promise<void> {
    return this.#guardOf().call(() => this.#copies.keep(record));
  }
}
