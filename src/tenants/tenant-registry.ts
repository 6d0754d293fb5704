/** The port for what is served: tenants, and the deployment that they share. D1 is the source of truth. */
import type { TenantId } from "../domain/ids.ts";
import type { DeploymentConfig, DeploymentId } from "./deployment-record.ts";
import type { TenantConfig } from "./tenant-config.ts";
import type { RecordStore, VersionedRecord } from "./versioned-record.ts";
import type { Withdrawn } from "./withdrawn-items.ts";

/** The same object for as long as nothing of it changed, so that what is made from it can be kept beside it. */
export interface Tenant {
  readonly id: TenantId;
  readonly version: number;
  readonly config: TenantConfig;
  /** Items that pools may still name; `config.filters.excluded_items` of a tenant that is served has them already. */
  readonly withdrawn?: readonly Withdrawn[];
}

export type TenantRecord = VersionedRecord<TenantId, TenantConfig> & Pick<Tenant, "withdrawn">;
export type DeploymentRecord = VersionedRecord<DeploymentId, DeploymentConfig>;
export type TenantRecords = RecordStore<TenantId, TenantConfig>;
export type DeploymentRecords = RecordStore<DeploymentId, DeploymentConfig>;

export interface TenantSummary {
  readonly id: TenantId;
  readonly name: string;
  readonly l2: TenantConfig["l2"];
  readonly items: number;
}

/** What changed after a revision, all as of one moment. */
export interface RegistryChanges {
  /** Ask after this one next time. */
  readonly revision: number;
  /** Whether there is more: ask again now. */
  readonly more: boolean;
  /** Oldest change first; the wanted tenant last. */
  readonly tenants: readonly TenantRecord[];
  /** Absent when it has not changed. */
  readonly deployment?: DeploymentRecord;
}

export interface TenantRegistry {
  /** Answers while the registry can be reached; throws otherwise. */
  ping(): Promise<void>;
  /** All tenants by id, with the size of their catalogue. */
  list(): Promise<readonly TenantSummary[]>;
  /**
   * The tenants that changed after revision `since`, and `wanted` whether it changed or not. Without `since`
   * only `wanted`, the deployment, and the revision to go on from.
   */
  loadChanges(since: number | undefined, wanted?: TenantId): Promise<RegistryChanges>;
}
