import type { AdminClient } from "../admin/admin-client.ts";
import { runJobs } from "../admin/run-job.ts";
import { anchorOf, demoCatalogue } from "./catalogue.ts";

export const DEMO_TENANT = "demo";
export const DEMO_ITEMS = 10_000;
const BATCH_ROWS = 2_000;

export interface PushOptions {
  readonly client: AdminClient;
  readonly tenant: string;
  readonly items: number;
  readonly nowMs: number;
  readonly onProgress?: (pushed: number) => void;
}

/** Creates the tenant, upserts its catalogue, and makes pools and lists of it. Throws when a job fails. */
export async function pushDemoCatalogue(options: PushOptions): Promise<void> {
  const { client, tenant, items, nowMs, onProgress } = options;
  await client.putTenant(tenant, tenant === DEMO_TENANT ? "Demo" : undefined);
  let pushed = 0;
  let lines: string[] = [];
  const flush = async (): Promise<void> => {
    const { accepted, rejected } = await client.postRows(tenant, "items", lines.join("\n"));
    const [first] = rejected;
    if (first !== undefined) throw new Error(`The Worker refused a demo item: ${first.reason}`);
    pushed += accepted;
    lines = [];
    onProgress?.(pushed);
  };
  for (const item of demoCatalogue({ items, anchorMs: anchorOf(nowMs) })) {
    lines.push(JSON.stringify(item));
    if (lines.length === BATCH_ROWS) await flush();
  }
  if (lines.length > 0) await flush();
  await runJobs(client, tenant, ["refresh-pools", "update-popularity"], () => undefined);
}
