/** The queue of steps: each a part of what `update-similarities` computes. */
import { TENANT_ID_PATTERN, type TenantId } from "../domain/ids.ts";
import { clockMs } from "../platform/clock.ts";
import { runStep } from "../similar/run-step.ts";
import { PHASES } from "../similar/similar-version.ts";
import * as z from "zod";
import type { JobContext } from "./run-job.ts";
import { similarPortsOf } from "./similar-ports.ts";

export const STEPS_QUEUE = "nearfeed-steps";

const RETRY_SECONDS = 30;

const messageSchema = z.object({
  tenant: z.string().regex(TENANT_ID_PATTERN) as unknown as z.ZodType<TenantId>,
  version: z.int().min(1),
  phase: z.enum(PHASES),
  index: z.int().min(0),
});

/** One after another: each may take what an isolate has. */
export async function consumeSteps(
  batch: MessageBatch,
  { services, log }: JobContext,
): Promise<void> {
  for (const message of batch.messages) {
    const parsed = messageSchema.safeParse(message.body);
    if (!parsed.success) {
      log.error("unreadable step message dropped", { id: message.id });
      message.ack();
      continue;
    }
    try {
      const outcome = await runStep(similarPortsOf(services), parsed.data, clockMs());
      services.counters.add(`similar_step.${outcome}`);
      message.ack();
    } catch (error) {
      services.counters.add("similar_step.failed");
      log.warn("step failed", { ...parsed.data, error });
      message.retry({ delaySeconds: RETRY_SECONDS });
    }
  }
}
