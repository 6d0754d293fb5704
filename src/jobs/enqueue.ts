/** Puts runs on the queue. Cron and operators both come through here; the work itself runs in the consumer. */
import { type TenantId, TENANT_ID_PATTERN } from "../domain/ids.ts";
import { randomToken } from "../platform/token.ts";
import { type JobName, JOBS } from "../runs/job-runs.ts";
import type { Services } from "../services.ts";
import * as z from "zod";

export const jobMessageSchema = z.object({
  id: z.string(),
  tenant: z.string().regex(TENANT_ID_PATTERN),
  job: z.enum(JOBS),
  /** Of a run that a change asked for: which try this is. */
  tries: z.number().int().optional(),
});
export type JobMessage = z.infer<typeof jobMessageSchema>;

/** A batch of messages is limited to 100. */
const SEND_LIMIT = 100;

/** Records a queued run for each tenant and sends it to the queue. Returns their ids. */
export async function enqueueJob(
  services: Pick<Services, "jobRuns" | "jobQueue">,
  job: JobName,
  tenants: readonly TenantId[],
  startedBy: string,
  nowMs: number,
  delaySeconds = 0,
): Promise<readonly string[]> {
  if (tenants.length === 0) return [];
  const runs = tenants.map((tenant) => ({
    id: randomToken(),
    tenant,
    job,
    startedBy,
    enqueuedAtMs: nowMs,
  }));
  await services.jobRuns.enqueue(runs);
  for (let at = 0; at < runs.length; at += SEND_LIMIT) {
    await services.jobQueue.sendBatch(
      runs.slice(at, at + SEND_LIMIT).map(({ id, tenant }) => ({
        body: { id, tenant, job } satisfies JobMessage,
        ...(delaySeconds === 0 ? {} : { delaySeconds }),
      })),
    );
  }
  return runs.map((run) => run.id);
}
