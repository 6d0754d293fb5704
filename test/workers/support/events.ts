/** The queue of events in the hands of a test: what was sent is delivered when and as often as the test says. */
import {
  createExecutionContext,
  createMessageBatch,
  getQueueResult,
  runDurableObjectAlarm,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Bindings } from "../../../src/env.ts";
import worker from "../../../src/index.ts";

export interface EventsAnswer {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly index: number; readonly reason: string }[];
}

export interface EventWorker {
  /** Bodies of messages on the queue, oldest first. */
  readonly sent: unknown[];
  send(tenant: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Any path; waits for what is done behind the answer, too. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Takes everything off the queue and hands it to the consumer; what is to be tried again is back on the queue. */
  deliver(): Promise<{ readonly retried: number }>;
}

/** `broken` takes the place of bindings. */
export function anEventWorker(
  broken: () => Partial<Record<string, unknown>> = () => ({}),
): EventWorker {
  const sent: unknown[] = [];
  const EVENTS = {
    sendBatch: (messages: readonly { readonly body: unknown }[]) => {
      sent.push(...messages.map(({ body }) => structuredClone(body)));
      return Promise.resolve();
    },
  };
  const bindings = () => ({ ...env, EVENTS, ...broken() }) as unknown as Bindings;
  const post: EventWorker["post"] = async (path, body, headers = {}) => {
    const context = createExecutionContext();
    const answer = await worker.fetch(
      new Request(`https://nearfeed.test${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
      bindings(),
      context,
    );
    await waitOnExecutionContext(context);
    return answer;
  };
  return {
    sent,
    post,
    send: (tenant, body, headers) => post(`/t/${tenant}/v1/events`, body, headers),
    async deliver() {
      const bodies = sent.splice(0);
      const { retryMessages } = await consume("nearfeed-events", bodies, bindings());
      for (const { msgId } of retryMessages) sent.push(bodies[Number(msgId.split("-")[1])]);
      return { retried: retryMessages.length };
    },
  };
}

export async function consume(
  queue: string,
  bodies: readonly unknown[],
  bindings = env as unknown as Bindings,
) {
  const messages = bodies.map((body, at) => ({
    id: `message-${at}`,
    timestamp: new Date(),
    attempts: 1,
    body: structuredClone(body),
  }));
  const context = createExecutionContext();
  const batch = createMessageBatch(queue, messages);
  await worker.queue(batch, bindings, context);
  return getQueueResult(batch, context);
}

/** As the alarms of the tenant's shards do. Returns how many there were. */
export async function flushShards(tenant: string, shards = 4): Promise<number> {
  let rung = 0;
  for (let shard = 0; shard < shards; shard += 1) {
    const stub = env.EVENTS_DO.get(env.EVENTS_DO.idFromName(`${tenant}/${shard}`));
    if (await runDurableObjectAlarm(stub)) rung += 1;
  }
  return rung;
}

/** What D1 counts of the tenant's items, by item and type. */
export async function countsOf(tenant: string): Promise<Readonly<Record<string, number>>> {
  const { results } = await env.DB.prepare(
    "SELECT item || ' ' || type AS name, sum(count) AS count FROM item_days WHERE tenant = ? GROUP BY name ORDER BY name",
  )
    .bind(tenant)
    .all<{ name: string; count: number }>();
  return Object.fromEntries(results.map(({ name, count }) => [name, count]));
}
