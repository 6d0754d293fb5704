/** The queue consumers: jobs that cron and operators put on their queue, and warm-ups that profiles ask for. */
import type { TenantId } from "../domain/ids.ts";
import type { Bindings } from "../env.ts";
import { consoleLog } from "../observability/log.ts";
import { backgroundOf } from "../platform/background.ts";
import { servicesOf } from "../services.ts";
import { jobMessageSchema } from "./enqueue.ts";
import { type JobContext, runJob } from "./run-job.ts";
import { consumeWarmUps, WARM_UPS_QUEUE } from "./warm-up.ts";

const RETRY_SECONDS = 30;

export async function consume(
  batch: MessageBatch,
  env: Bindings,
  context: ExecutionContext,
): Promise<void> {
  const background = backgroundOf((promise) => {
    context.waitUntil(promise);
  }, consoleLog);
  const jobContext = { services: servicesOf(env), log: consoleLog, background };
  if (batch.queue === WARM_UPS_QUEUE) await consumeWarmUps(batch, jobContext);
  else await consumeJobs(batch, jobContext);
}

async function consumeJobs(batch: MessageBatch, jobContext: JobContext): Promise<void> {
  for (const message of batch.messages) {
    const parsed = jobMessageSchema.safeParse(message.body);
    if (!parsed.success) {
      consoleLog.error("unreadable job message dropped", { id: message.id });
      message.ack();
      continue;
    }
    try {
      const { id, job, tenant } = parsed.data;
      await runJob(jobContext, { id, job, tenant: tenant as TenantId });
      message.ack();
    } catch (error) {
      // The record itself could not be written: D1 is away, and the message comes again.
      consoleLog.error("job could not be recorded", { error });
      message.retry({ delaySeconds: RETRY_SECONDS });
    }
  }
}
