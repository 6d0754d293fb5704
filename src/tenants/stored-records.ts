/** Records as D1 and KV keep them, and back. */
import type { Log } from "../observability/log.ts";
import { type DeploymentConfig, deploymentConfigSchema } from "./deployment-record.ts";
import { readLeniently } from "./lenient-record.ts";
import { type TenantConfig, tenantConfigSchema } from "./tenant-config.ts";
import type { VersionedRecord } from "./versioned-record.ts";

/** The columns of a record, in D1 and in a copy. */
export interface RecordRow {
  readonly id: string;
  readonly version: number;
  readonly revision: number;
  readonly config: string;
  readonly changed_at: number;
  readonly changed_by: string;
}

export type ReadConfig<Config> = (id: string, text: string) => Config;

export interface ConfigReaders {
  readonly tenant: ReadConfig<TenantConfig>;
  readonly deployment: ReadConfig<DeploymentConfig>;
}

/** What stands in for a field that cannot be read: nobody gets in by it, and nothing is shown by it. */
const CLOSED = {
  auth: { mode: "keys" },
  kill_switch: true,
  "filters.max_maturity": "G",
  "filters.stock": "in_stock",
} as const;

/** What cannot be read of a record is left out and logged; a tenant does not go down for it. */
export function configReaders(log: Log): ConfigReaders {
  return {
    tenant(id, text) {
      const { config, dropped } = readLeniently(tenantConfigSchema, text, {
        otherwise: { name: id, auth: CLOSED.auth, filters: { max_maturity: "G" } },
        closed: CLOSED,
      });
      if (dropped.length > 0) log.error("tenant record read in part", { tenant: id, dropped });
      return config;
    },
    deployment(_, text) {
      const options = { otherwise: {}, closed: { kill_switch: true } };
      const { config, dropped } = readLeniently(deploymentConfigSchema, text, options);
      if (dropped.length > 0) log.error("deployment record read in part", { dropped });
      return config;
    },
  };
}

export const readRecord = <Id extends string, Config>(
  row: RecordRow,
  read: ReadConfig<Config>,
): VersionedRecord<Id, Config> => ({
  id: row.id as Id,
  version: row.version,
  revision: row.revision,
  config: read(row.id, row.config),
  changedAtMs: row.changed_at,
  changedBy: row.changed_by,
});

export const recordRow = (record: VersionedRecord<string, unknown>): RecordRow => ({
  id: record.id,
  version: record.version,
  revision: record.revision,
  config: JSON.stringify(record.config),
  changed_at: record.changedAtMs,
  changed_by: record.changedBy,
});
