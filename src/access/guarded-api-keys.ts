/** Look-ups of keys behind the registry's guard: while D1 is down, nobody waits for it a second time. */
import type { TenantId } from "../domain/ids.ts";
import type { Guard } from "../platform/guard.ts";
import type { ApiKey } from "./api-key.ts";
import type { KnownKeys } from "./api-keys.ts";

export class GuardedApiKeys implements KnownKeys {
  readonly #keys: KnownKeys;
  readonly #guardOf: (tenant: TenantId) => Guard;

  constructor(keys: KnownKeys, guardOf: (tenant: TenantId) => Guard) {
    this.#keys = keys;
    this.#guardOf = guardOf;
  }

  find(tenant: TenantId, id: string): Promise<ApiKey | undefined> {
    return this.#guardOf(tenant).call(() => this.#keys.find(tenant, id));
  }

  recordUse(tenant: TenantId, id: string, nowMs: number): Promise<void> {
    return this.#guardOf(tenant).call(() => this.#keys.recordUse(tenant, id, nowMs));
  }
}
