/**
 * The consumer of the outbox. An event becomes one delivery a webhook; a delivery is one attempt, and the next one a
 * message of its own with the queue's delay. At least once: whoever dies between the send and the record is repeated
 * with the same id.
 */
import { digestOf } from "../domain/digest.ts";
import type { OutEvent } from "./out-event.ts";
import type { OutboxMessage, SendLater } from "./outbox.ts";
import { delaySeconds, disabledReason } from "./retry-plan.ts";
import { bodyOf, type SendPorts, type Sent, sendEvent } from "./send-event.ts";
import {
  type Delivery,
  type DeliveryOutcome,
  QUEUE_URL,
  type Webhook,
  type Webhooks,
} from "./webhook.ts";

export interface DeliverPorts extends SendPorts {
  readonly webhooks: Webhooks;
  readonly send: SendLater;
  /** The Queue that another Worker consumes; absent where none is bound. */
  readonly forward: ((event: OutEvent) => Promise<void>) | undefined;
  readonly random: () => number;
}

/** Throws when a store or the queue does not answer: the message then comes again. */
export async function deliver(ports: DeliverPorts, message: OutboxMessage): Promise<void> {
  const { tenant, event, webhook: id, attempt = 1 } = message;
  if (id === undefined) {
    const webhooks = await ports.webhooks.list(tenant);
    const wanted = webhooks.filter(({ enabled, types }) => enabled && types.includes(event.type));
    for (const { id: webhook } of wanted) await ports.send({ tenant, event, webhook, attempt: 1 });
    return;
  }
  const webhook = await ports.webhooks.find(tenant, id);
  if (webhook === undefined) return;
  await attemptDelivery(ports, webhook, event, attempt);
}

/** One attempt, recorded. Returns what is recorded of it. A trial is not repeated, and its failure counts as none. */
export async function attemptDelivery(
  ports: DeliverPorts,
  webhook: Webhook,
  event: OutEvent,
  attempt: number,
  trial = false,
): Promise<Delivery> {
  const attemptedAtMs = ports.nowMs();
  const record = async (
    outcome: DeliveryOutcome,
    more: Partial<Pick<Delivery, "status" | "error" | "nextAtMs">> = {},
  ): Promise<Delivery> => {
    const delivery: Delivery = {
      event: event.id,
      type: event.type,
      attempt,
      attemptedAtMs,
      durationMs: ports.nowMs() - attemptedAtMs,
      outcome,
      digest: digestOf(bodyOf(event)),
      ...more,
    };
    await ports.webhooks.record(webhook, delivery);
    return delivery;
  };
  // A test is for whoever mends a webhook that is off.
  if (!webhook.enabled && !trial) return record("dropped", { error: "the webhook is disabled" });
  const sent = await sendTo(ports, webhook, event);
  if (sent.ok) return record("delivered", { status: sent.status });
  const { status, error, retryAfterSeconds } = sent;
  const said = { error, ...(status === undefined ? {} : { status }) };
  const delay = trial ? undefined : delaySeconds(attempt, ports.random(), retryAfterSeconds);
  const gone = status === 410;
  if (delay === undefined || gone) {
    const delivery = await record(trial ? "dropped" : "given_up", said);
    if (!trial) await judge(ports, webhook, status);
    return delivery;
  }
  const next = { tenant: webhook.tenant, event, webhook: webhook.id, attempt: attempt + 1 };
  await ports.send(next, delay);
  const delivery = await record("retrying", { ...said, nextAtMs: ports.nowMs() + delay * 1_000 });
  await judge(ports, webhook, status);
  return delivery;
}

async function sendTo(ports: DeliverPorts, webhook: Webhook, event: OutEvent): Promise<Sent> {
  if (webhook.url !== QUEUE_URL) return sendEvent(ports, webhook, event);
  const { forward } = ports;
  if (forward === undefined) {
    return { ok: false, status: undefined, error: "this deployment has no queue for events" };
  }
  try {
    await forward(event);
  } catch {
    return { ok: false, status: undefined, error: "the queue did not take it" };
  }
  return { ok: true, status: 202 };
}

/** After a failure: is the webhook to be disabled? */
async function judge(
  { webhooks, nowMs }: DeliverPorts,
  { tenant, id }: Webhook,
  status: number | undefined,
): Promise<void> {
  const webhook = await webhooks.find(tenant, id);
  if (webhook === undefined) return;
  const reason = disabledReason(webhook, status, nowMs());
  if (reason !== undefined) await webhooks.disable(tenant, id, reason, nowMs());
}
