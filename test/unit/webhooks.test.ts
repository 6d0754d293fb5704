import { afterEach, describe, it } from "vitest";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import { deliver, type DeliverPorts } from "../../src/webhooks/deliver.ts";
import { MemoryWebhooks } from "../../src/webhooks/memory-webhooks.ts";
import { type OutEvent, recommendationsRefreshed } from "../../src/webhooks/out-event.ts";
import { Outbox, type OutboxMessage } from "../../src/webhooks/outbox.ts";
import { ATTEMPTS } from "../../src/webhooks/retry-plan.ts";
import { secretOf } from "../../src/webhooks/signature.ts";
import { QUEUE_URL, type Webhook } from "../../src/webhooks/webhook.ts";
import { aReceiver, isSignedBy, type Receiver } from "../support/webhook-receiver.ts";

const TENANT = "acme" as TenantId;
const START = Date.parse("2026-05-20T12:00:00Z");
const DAY_MS = 86_400_000;
const occasion = { tenant: TENANT, id: "event-1", nowMs: START };
const EVENT = recommendationsRefreshed(occasion, "ana" as UserId, ["a", "b"], "videos/1");

const aWebhook = (url: string, more: Partial<Webhook> = {}): Webhook => ({
  tenant: TENANT,
  id: "hook",
  url,
  description: "",
  types: ["RecommendationsRefreshed"],
  enabled: true,
  secret: secretOf(new Uint8Array(32).fill(7)),
  createdAtMs: START,
  createdBy: "operator",
  givenUp: 0,
  ...more,
});

const receivers: Receiver[] = [];
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});

/** Webhooks, a queue whose messages come when the test says so, and a clock that jumps to them. */
async function aWorld(more: Partial<Webhook> = {}) {
  const receiver = await aReceiver();
  receivers.push(receiver);
  const webhooks = new MemoryWebhooks();
  await webhooks.add(aWebhook(receiver.url, more));
  const queue: { message: OutboxMessage; delay: number }[] = [];
  const forwarded: OutEvent[] = [];
  let nowMs = START;
  const ports: DeliverPorts = {
    webhooks,
    send: async (message, delay = 0) => {
      queue.push({ message, delay });
    },
    forward: async (event) => {
      forwarded.push(event);
    },
    fetch: (url, init) => fetch(url, init),
    nowMs: () => nowMs,
    random: () => 0.5,
    allowLocalHttp: true,
    deadlineMs: 300,
  };
  return {
    receiver,
    webhooks,
    queue,
    forwarded,
    ports,
    pass: (ms: number) => {
      nowMs += ms;
    },
    hook: async () => webhooks.find(TENANT, "hook"),
    log: async () => webhooks.deliveries(TENANT, "hook", 100),
    /** Delivers the event and all that follows from it, `most` messages at most. */
    play: async (event: OutEvent = EVENT, most = 100) => {
      await deliver(ports, { tenant: TENANT, event });
      for (let played = 0; played < most; played += 1) {
        const next = queue.shift();
        if (next === undefined) return;
        nowMs += next.delay * 1_000;
        await deliver(ports, next.message);
      }
    },
  };
}

describe("a webhook", () => {
  it("gets a CloudEvent that is signed, with the event's id", async ({ expect }) => {
    const { receiver, play, hook, log } = await aWorld();
    await play();
    const [got] = receiver.received;
    if (got === undefined) throw new Error("nothing came");
    expect(got.headers).toMatchObject({
      "content-type": "application/cloudevents+json; charset=utf-8",
      "webhook-id": "event-1",
      "webhook-timestamp": String(START / 1_000),
    });
    expect(isSignedBy((await hook())?.secret ?? "", got)).toBe(true);
    expect(isSignedBy(secretOf(new Uint8Array(32)), got)).toBe(false);
    expect(JSON.parse(got.body)).toEqual({
      specversion: "1.0",
      id: "event-1",
      source: "/t/acme",
      type: "RecommendationsRefreshed",
      time: "2026-05-20T12:00:00.000Z",
      datacontenttype: "application/json",
      subject: "ana",
      data: {
        user_id: "ana",
        recommendation_ids: ["a", "b"],
        model_id: "videos/1",
        timestamp: "2026-05-20T12:00:00.000Z",
      },
    });
    expect(await log()).toMatchObject([{ attempt: 1, outcome: "delivered", status: 204 }]);
  });

  it("gets nothing that it did not ask for", async ({ expect }) => {
    const { receiver, play } = await aWorld({ types: ["JobFailed"] });
    await play();
    expect(receiver.received).toEqual([]);
  });

  it("is told again after an error, a cut, a redirect and silence, with the same id", async ({
    expect,
  }) => {
    const { receiver, play, log, hook } = await aWorld();
    const elsewhere = { status: 302, headers: { Location: "http://127.0.0.1:1/" } };
    receiver.misbehave({ status: 500 }, "cut", elsewhere, "hang");
    await play();
    expect(receiver.received.map(({ headers }) => headers["webhook-id"])).toEqual(
      Array.from({ length: 5 }, () => "event-1"),
    );
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect((await log()).map(({ outcome, error }) => error ?? outcome)).toEqual([
      "delivered",
      "no answer within 300 ms",
      "the receiver answered 302",
      "the receiver could not be reached",
      "the receiver answered 500",
    ]);
    expect(await hook()).not.toHaveProperty("failingSinceMs");
  });

  it("is given up after the last attempt, and stays enabled for other events", async ({
    expect,
  }) => {
    const { receiver, play, log, hook } = await aWorld();
    receiver.misbehave(...Array.from({ length: ATTEMPTS }, () => ({ status: 503 })));
    await play();
    expect(receiver.received.length).toBe(ATTEMPTS);
    expect((await log())[0]).toMatchObject({ attempt: ATTEMPTS, outcome: "given_up" });
    expect(await hook()).toMatchObject({ enabled: true, givenUp: 1 });
  });

  it("is disabled when nothing succeeded for five days, and not by a burst", async ({ expect }) => {
    const { receiver, play, hook, pass } = await aWorld();
    receiver.misbehave(...Array.from({ length: 200 }, () => ({ status: 500 })));
    for (let at = 0; at < 60; at += 1) await play({ ...EVENT, id: `burst-${at}` }, 1);
    expect(await hook()).toMatchObject({ enabled: true });
    pass(5 * DAY_MS);
    await play({ ...EVENT, id: "later" }, 1);
    expect(await hook()).toMatchObject({
      enabled: false,
      disabledReason: "no delivery succeeded for 5 days",
    });
  });

  it("is disabled at once when the receiver says that it is gone", async ({ expect }) => {
    const { receiver, play, hook, queue } = await aWorld();
    receiver.misbehave({ status: 410 });
    await play();
    expect(await hook()).toMatchObject({ enabled: false });
    expect(queue).toEqual([]);
    await play({ ...EVENT, id: "later" });
    expect(receiver.received.length).toBe(1);
  });

  it("signs with both secrets while one takes over from the other", async ({ expect }) => {
    const former = { secret: secretOf(new Uint8Array(32).fill(1)), untilMs: START + 1_000 };
    const { receiver, play, hook, pass } = await aWorld({ former });
    await play();
    pass(1_000);
    await play({ ...EVENT, id: "event-2" });
    const secret = (await hook())?.secret ?? "";
    const signed = receiver.received.map((got) => [
      isSignedBy(secret, got),
      isSignedBy(former.secret, got),
    ]);
    expect(signed).toEqual([
      [true, true],
      [true, false],
    ]);
  });

  it("may be the queue that another Worker consumes", async ({ expect }) => {
    const { play, forwarded, log } = await aWorld({ url: QUEUE_URL });
    await play();
    expect(forwarded).toEqual([EVENT]);
    expect(await log()).toMatchObject([{ outcome: "delivered" }]);
  });
});

describe("the outbox", () => {
  it("asks once, and costs a tenant without subscribers nothing", async ({ expect }) => {
    const webhooks = new MemoryWebhooks();
    let [asked, built] = [0, 0];
    const sent: OutboxMessage[] = [];
    const outbox = new Outbox({
      webhooks: {
        list: (tenant) => {
          asked += 1;
          return webhooks.list(tenant);
        },
      },
      send: async (message) => {
        sent.push(message);
      },
    });
    const works: Promise<unknown>[] = [];
    const background = {
      run: (_: string, work: () => Promise<unknown>) => {
        works.push(work());
      },
    };
    const emit = async (nowMs: number) => {
      const build = () => {
        built += 1;
        return EVENT;
      };
      outbox.emitBehind(TENANT, EVENT.type, build, { nowMs, background });
      await Promise.all(works.splice(0));
    };
    await emit(START);
    await emit(START + 1);
    await emit(START + 29_000);
    expect([asked, built, sent.length]).toEqual([1, 1, 0]);
    await webhooks.add(aWebhook("https://example.com/hook"));
    await emit(START + 30_000);
    expect([asked, built]).toEqual([2, 2]);
    expect(sent).toEqual([{ tenant: TENANT, event: EVENT }]);
  });
});
