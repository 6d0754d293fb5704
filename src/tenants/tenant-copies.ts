/**
 * Copies of records for a cold isolate while the registry does not answer. Never asked otherwise: a copy may be
 * a minute behind, and an isolate that holds a record holds a newer one.
 */
import type { TenantId } from "../domain/ids.ts";
import type { DeploymentRecord, TenantRecord } from "./tenant-registry.ts";

export interface TenantCopies {
  find(id: TenantId): Promise<TenantRecord | undefined>;
  findDeployment(): Promise<DeploymentRecord | undefined>;
  keep(record: TenantRecord | DeploymentRecord): Promise<void>;
}
