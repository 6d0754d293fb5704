/** What a tenant does not want to keep for ever, and what nobody needs any more. */
import { DAY_MS, dayOf } from "../domain/epoch-time.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Deletions } from "./deletion.ts";
import type { LogPurge } from "./log-purge.ts";

/** Whoever doubts a deletion may check it for so long. */
const RECEIPT_DAYS = 400;
/** Files that one run drops: some minutes of R2 and D1. */
const SLICES = 20;

export interface CleanUpPorts {
  readonly log: Pick<LogPurge, "dropBefore">;
  readonly deletions: Pick<Deletions, "dropCompleted">;
  readonly forgetDeliveries: (tenant: TenantId, beforeMs: number) => Promise<number>;
}

const DELIVERY_DAYS = 14;

/** `eventLogDays`: null keeps the log for ever. */
export async function cleanUp(
  { log, deletions, forgetDeliveries }: CleanUpPorts,
  tenant: TenantId,
  eventLogDays: number | null,
  nowMs: number,
): Promise<{ readonly files: number; readonly receipts: number; readonly deliveries: number }> {
  let files = 0;
  if (eventLogDays !== null) {
    const day = dayOf(nowMs) - eventLogDays;
    for (let slice = 0; slice < SLICES; slice += 1) {
      const dropped = await log.dropBefore(tenant, day);
      files += dropped;
      if (dropped === 0) break;
    }
  }
  return {
    files,
    receipts: await deletions.dropCompleted(tenant, nowMs - RECEIPT_DAYS * DAY_MS),
    deliveries: await forgetDeliveries(tenant, nowMs - DELIVERY_DAYS * DAY_MS),
  };
}
