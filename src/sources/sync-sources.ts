/** The job that runs a tenant's sources, one after the other: one that fails does not keep the others. */
import type { TenantId } from "../domain/ids.ts";
import { runSource, type RunPorts } from "./run-source.ts";

export interface SyncResult {
  readonly counts: Record<string, number>;
  /** Names and reasons, for the tenant's operator. */
  readonly failures: readonly string[];
  /** A source has more than one run may take. */
  readonly more: boolean;
}

export async function syncSources(ports: RunPorts, tenant: TenantId): Promise<SyncResult> {
  const counts: Record<string, number> = { sources: 0 };
  const failures: string[] = [];
  let more = false;
  for (const source of await ports.records.list(tenant)) {
    if (!source.config.enabled) continue;
    const report = await runSource(ports, tenant, source, { dryRun: false });
    counts["sources"] = (counts["sources"] ?? 0) + 1;
    for (const [name, count] of Object.entries(report.counts)) {
      counts[name] = (counts[name] ?? 0) + count;
    }
    if (report.error !== undefined) failures.push(`${source.name}: ${report.error}`);
    more ||= report.outcome === "partial";
  }
  return { counts, failures, more };
}
