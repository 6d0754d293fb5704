/** The consumers of events: of the queue that they come through, and of what died there. */
import { parseTenantId, type TenantId } from "../domain/ids.ts";
import type { DeadMessage } from "../events/dead-events.ts";
import { openMessage, packEvents } from "../events/event-message.ts";
import { ingest, unrecorded } from "../events/ingest.ts";
import type { UserEvent } from "../events/user-event.ts";
import { clockMs } from "../platform/clock.ts";
import type { JobContext } from "./run-job.ts";

export const EVENTS_QUEUE = "nearfeed-events";
export const DEAD_EVENTS_QUEUE = "nearfeed-events-dead";

/** 2, 4, 8 … seconds, and 5 minutes from the eighth retry on: the 100 of wrangler.toml are 8 hours. */
const LONGEST_RETRY_SECONDS = 300;

const retryAfter = ({ attempts }: Message): { readonly delaySeconds: number } => ({
  delaySeconds: Math.min(LONGEST_RETRY_SECONDS, 2 ** Math.min(attempts, 9)),
});

interface Opened {
  readonly message: Message;
  readonly events: readonly UserEvent[];
}

/** Tenant by tenant: their events of all messages together, so that a user is one call and a shard few. */
export async function consumeEvents(batch: MessageBatch, context: JobContext): Promise<void> {
  const byTenant = new Map<TenantId, Opened[]>();
  const unreadable: Message[] = [];
  for (const message of batch.messages) {
    const opened = openMessage(message.body);
    if (opened === undefined) {
      unreadable.push(message);
      continue;
    }
    const { tenant, events } = opened;
    const own = byTenant.get(tenant) ?? [];
    own.push({ message, events });
    byTenant.set(tenant, own);
  }
  await buryUnreadable(unreadable, context);
  for (const [tenant, opened] of byTenant) await consumeOf(tenant, opened, context);
}

async function consumeOf(
  id: TenantId,
  opened: readonly Opened[],
  { services, log, background }: JobContext,
): Promise<void> {
  const nowMs = clockMs();
  try {
    const tenant = await services.tenants.find(id, nowMs, background);
    if (tenant === undefined) {
      services.counters.add("events.tenant_gone");
      for (const { message } of opened) message.ack();
      return;
    }
    const all = opened.flatMap(({ events }) => events);
    const { failed } = await ingest(services.events.ingest, tenant, all, nowMs);
    for (const { message, events } of opened) {
      if (events.some((event) => failed.has(event.id))) message.retry(retryAfter(message));
      else message.ack();
    }
  } catch (error) {
    log.warn("events wait", { tenant: id, error });
    services.counters.add("events.batch_failed");
    for (const { message } of opened) message.retry(retryAfter(message));
  }
}

/** Trying them again would not make them readable. */
async function buryUnreadable(
  messages: readonly Message[],
  { services, log }: JobContext,
): Promise<void> {
  if (messages.length === 0) return;
  services.counters.add("events.unreadable", messages.length);
  try {
    await services.events.dead.keep(
      messages.map((message) => deadOf(message, "The message could not be read.", undefined)),
    );
    for (const message of messages) message.ack();
  } catch (error) {
    log.warn("unreadable events wait", { error });
    for (const message of messages) message.retry(retryAfter(message));
  }
}

/** Keeps what died, less what the shards have of it after all. */
export async function consumeDeadEvents(batch: MessageBatch, context: JobContext): Promise<void> {
  const { services, log } = context;
  for (const message of batch.messages) {
    try {
      const opened = openMessage(message.body);
      const left =
        opened && (await unrecorded(services.events.ingest.shards, opened.tenant, opened.events));
      if (left?.length !== 0) {
        services.counters.add("events.dead", left?.length ?? 1);
        const reason = opened === undefined ? "The message could not be read." : "Tried too often.";
        await services.events.dead.keep([deadOf(message, reason, opened && { ...opened, left })]);
      }
      message.ack();
    } catch (error) {
      log.warn("dead events wait", { error });
      message.retry(retryAfter(message));
    }
  }
}

function deadOf(
  { id, body, attempts, timestamp }: Message,
  reason: string,
  opened:
    | { readonly tenant: TenantId; readonly left?: readonly UserEvent[] | undefined }
    | undefined,
): DeadMessage {
  const { tenant, left = [] } = opened ?? {};
  // What is left of one message fits into one.
  const kept = tenant === undefined ? body : packEvents(tenant, left)[0]?.message;
  return {
    id,
    tenant: tenant ?? tenantOf(body),
    arrivedAtMs: timestamp.getTime(),
    attempts,
    reason,
    events: left.length,
    body: JSON.stringify(kept ?? null),
  };
}

function tenantOf(body: unknown): TenantId | "*" {
  const named = (body as { readonly tenant?: unknown } | null | undefined)?.tenant;
  return typeof named === "string" ? (parseTenantId(named) ?? "*") : "*";
}
