/** The port for tenant records; D1 is the source of truth. */
import type { TenantId } from "../domain/ids.ts";

export interface Tenant {
  readonly id: TenantId;
  readonly name: string;
  /** Where this tenant's user state and pools live; `default` follows the deployment. */
  readonly l2: "default" | "embedded" | "redis";
}

export interface TenantSummary extends Tenant {
  readonly items: number;
}

export interface TenantRegistry {
  /** Answers while the registry can be reached; throws otherwise. */
  ping(): Promise<void>;
  find(id: TenantId): Promise<Tenant | undefined>;
  /** All tenants by id, with the size of their catalogue. */
  list(): Promise<readonly TenantSummary[]>;
  /** Creates the tenant, or changes what `change` names. Says which. */
  put(
    id: TenantId,
    change: Partial<Omit<Tenant, "id">>,
    nowMs: number,
  ): Promise<{ readonly tenant: Tenant; readonly created: boolean }>;
}
