/** The queue consumers: jobs that cron and operators put on their queue, warm-ups, and events. */
import type { TenantId } from "../domain/ids.ts";
import type { Bindings } from "../env.ts";
import { consoleLog } from "../observability/log.ts";
import { backgroundOf } from "../platform/background.ts";
import { clockMs } from "../platform/clock.ts";
import { servicesOf } from "../services.ts";
import {
  consumeDeadEvents,
  consumeEvents,
  DEAD_EVENTS_QUEUE,
  EVENTS_QUEUE,
} from "./consume-events.ts";
import { deliverEvents, OUTBOX_QUEUE } from "./deliver-events.ts";
import { jobMessageSchema } from "./enqueue.ts";
import { type JobContext, runJob } from "./run-job.ts";
import { consumeSteps, STEPS_QUEUE } from "./similar-steps.ts";
import { consumeWarmUps, WARM_UPS_QUEUE } from "./warm-up.ts";

const RETRY_SECONDS = 30;
/** Ten seconds apart: a lease of a run that died ends within ten minutes. */
const TRIES = 60;

export async function consume(
  batch: MessageBatch,
  env: Bindings,
  context: ExecutionContext,
): Promise<void> {
  const background = backgroundOf((promise) => {
    context.waitUntil(promise);
  }, consoleLog);
  const jobContext = { services: servicesOf(env), log: consoleLog, background };
  if (batch.queue === EVENTS_QUEUE) await consumeEvents(batch, jobContext);
  else if (batch.queue === DEAD_EVENTS_QUEUE) await consumeDeadEvents(batch, jobContext);
  else if (batch.queue === STEPS_QUEUE) await consumeSteps(batch, jobContext);
  else if (batch.queue === WARM_UPS_QUEUE) await consumeWarmUps(batch, jobContext);
  else if (batch.queue === OUTBOX_QUEUE) await deliverEvents(batch, jobContext);
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
      const { id, job, tries } = parsed.data;
      const tenant = parsed.data.tenant as TenantId;
      const outcome = await runJob(jobContext, { id, job, tenant, asked: tries !== undefined });
      // A change asked for this run, and the one that was under way may have begun before the change.
      if (tries !== undefined && tries < TRIES && (outcome === "skipped" || outcome === "failed")) {
        const { sources } = jobContext.services;
        // One of several that are to come would do: a run that failed may have asked for its next one already.
        const due = await sources.dueRuns.ask(tenant, job, clockMs());
        if (due || outcome === "skipped") {
          await sources.runSoon(tenant, job, tries + 1, clockMs());
        }
      }
      message.ack();
    } catch (error) {
      // The record itself could not be written: D1 is away, and the message comes again.
      consoleLog.error("job could not be recorded", { error });
      message.retry({ delaySeconds: RETRY_SECONDS });
    }
  }
}
