/** Warm-ups: a user's answer is made anew before it ends, by one of all who would. */
import { TENANT_ID_PATTERN, type TenantId, USER_ID_PATTERN, type UserId } from "../domain/ids.ts";
import { DEFAULT_INPUTS } from "../feed/video-inputs.ts";
import { readAsks } from "../feed/video-asks.ts";
import { clockMs } from "../platform/clock.ts";
import { randomToken } from "../platform/token.ts";
import type { DueWarmUp } from "../profiles/profile-desk.ts";
import { type WarmUpEnd, warmUpUser } from "../profiles/warm-up.ts";
import * as z from "zod";
import type { JobContext } from "./run-job.ts";

export const WARM_UPS_QUEUE = "nearfeed-warm-ups";

/** The next try, while the old answer is good for about a minute. */
const RETRY_SECONDS = 15;

const messageSchema = z.object({
  tenant: z.string().regex(TENANT_ID_PATTERN) as unknown as z.ZodType<TenantId>,
  user: z.string().regex(USER_ID_PATTERN) as unknown as z.ZodType<UserId>,
  asks: z.string().optional().catch(undefined),
});

/** Makes what the user asked last. `tenant_gone`: nobody is left to make it for. */
async function warmUp(
  { services, background }: JobContext,
  { tenant: id, user, asks }: Pick<DueWarmUp, "tenant" | "user"> & { asks?: string | undefined },
): Promise<WarmUpEnd | "busy" | "tenant_gone"> {
  const { profiles, tenants, videos } = services;
  const nowMs = clockMs();
  const tenant = await tenants.find(id, nowMs, background);
  if (tenant === undefined) return "tenant_gone";
  const { inputs, country } = readAsks(asks) ?? { inputs: DEFAULT_INPUTS, country: undefined };
  const caller = { user, nowMs, background, country: () => country };
  const call = videos.callOf(tenant, services.feedCallOf(tenant, caller));
  const make = () => videos.answers.warm(call, inputs);
  return warmUpUser(profiles, { key: { tenant: id, user }, owner: randomToken(), make });
}

/** Side by side: each message is a user's own. */
export async function consumeWarmUps(batch: MessageBatch, context: JobContext): Promise<void> {
  await Promise.all(batch.messages.map((message) => consumeWarmUp(message, context)));
}

async function consumeWarmUp(message: Message, context: JobContext): Promise<void> {
  const { services, log } = context;
  const parsed = messageSchema.safeParse(message.body);
  if (!parsed.success) {
    log.error("unreadable warm-up message dropped", { id: message.id });
    message.ack();
    return;
  }
  const { counters } = services;
  try {
    const outcome = await warmUp(context, parsed.data);
    counters.add(`warm_up.${outcome}`);
    if (outcome === "failed") message.retry({ delaySeconds: RETRY_SECONDS });
    else message.ack();
  } catch (error) {
    counters.add("warm_up.failed");
    log.warn("warm-up failed", { tenant: parsed.data.tenant, error });
    message.retry({ delaySeconds: RETRY_SECONDS });
  }
}
