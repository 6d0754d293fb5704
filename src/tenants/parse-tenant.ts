/** What the record of a tenant must be in this deployment, whoever wrote it. */
import type { FieldFault } from "../domain/failure.ts";
import type { TenantId } from "../domain/ids.ts";
import { isJsonObject } from "../domain/json.ts";
import { parseRecord } from "./record-faults.ts";
import { type TenantConfig, tenantConfigSchema } from "./tenant-config.ts";

/** A record without a name has the tenant's id for one. */
export function parseTenantConfig(
  id: TenantId,
  configuredL2s: readonly string[],
  input: unknown,
): TenantConfig {
  const record = isJsonObject(input) ? { name: id, ...input } : input;
  return parseRecord(tenantConfigSchema, record, l2Faults(record, configuredL2s));
}

function l2Faults(record: unknown, configured: readonly string[]): readonly FieldFault[] {
  const l2 = isJsonObject(record) ? record["l2"] : undefined;
  const missing = (l2 === "embedded" || l2 === "redis") && !configured.includes(l2);
  return missing ? [{ path: "body.l2", message: `this deployment has no ${l2} L2` }] : [];
}
