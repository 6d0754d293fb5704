/** The consumer of the outbox: events to the webhooks that want them. */
import * as z from "zod";
import { TENANT_ID_PATTERN, type TenantId } from "../domain/ids.ts";
import { deliver } from "../webhooks/deliver.ts";
import { OUT_TYPES, type OutEvent } from "../webhooks/out-event.ts";
import type { JobContext } from "./run-job.ts";

export const OUTBOX_QUEUE = "nearfeed-outbox";

/** Of a message that our own stores kept from being handled. */
const RETRY_SECONDS = 30;

const eventSchema = z.looseObject({
  specversion: z.literal("1.0"),
  id: z.string(),
  type: z.enum(OUT_TYPES),
}) as unknown as z.ZodType<OutEvent>;

const messageSchema = z.object({
  tenant: z.string().regex(TENANT_ID_PATTERN) as unknown as z.ZodType<TenantId>,
  event: eventSchema,
  webhook: z.string().optional(),
  attempt: z.number().int().min(1).optional(),
});

/** Side by side: a receiver that hangs for its 10 s holds up nobody else's. */
export async function deliverEvents(batch: MessageBatch, context: JobContext): Promise<void> {
  await Promise.all(batch.messages.map((message) => deliverOne(message, context)));
}

async function deliverOne(message: Message, { services, log }: JobContext): Promise<void> {
  const parsed = messageSchema.safeParse(message.body);
  if (!parsed.success) {
    log.error("unreadable outbox message dropped", { id: message.id });
    message.ack();
    return;
  }
  const { tenant, event, webhook, attempt } = parsed.data;
  try {
    await deliver(services.out.delivery, {
      tenant,
      event,
      ...(webhook === undefined ? {} : { webhook }),
      ...(attempt === undefined ? {} : { attempt }),
    });
    message.ack();
  } catch (error) {
    services.counters.add("outbox.failed");
    log.warn("delivery could not be made", { tenant, event: event.id, error });
    message.retry({ delaySeconds: RETRY_SECONDS });
  }
}
