import {
  createExecutionContext,
  createMessageBatch,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";
import type { Bindings } from "../../src/env.ts";
import worker from "../../src/index.ts";
import type { OutEvent } from "../../src/webhooks/out-event.ts";
import type { OutboxMessage } from "../../src/webhooks/outbox.ts";
import { type Ask, aTenant, aWorker, makeKey, OPERATOR_KEY } from "./support/access.ts";
import { aTenantWithFeed, anId } from "./support/app.ts";

interface Hook {
  readonly id: string;
  readonly secret?: string;
  readonly enabled: boolean;
}

/** A Worker whose queues are lists. */
function aTeller() {
  const outbox: OutboxMessage[] = [];
  const forwarded: OutEvent[] = [];
  const bindings = {
    ...env,
    OUTBOX: {
      send: async (message: OutboxMessage) => {
        outbox.push(message);
      },
    },
    EVENTS_OUT: {
      send: async (event: OutEvent) => {
        forwarded.push(event);
      },
    },
  } as unknown as Bindings;
  const act = async (work: (context: ExecutionContext) => unknown) => {
    const context = createExecutionContext();
    const result = await work(context);
    await waitOnExecutionContext(context);
    return result;
  };
  const consume = (queue: string, ...bodies: readonly unknown[]) => {
    const messages = bodies.map((body) => ({
      id: anId("message"),
      timestamp: new Date(),
      attempts: 1,
      body,
    }));
    return act((context) => worker.queue(createMessageBatch(queue, messages), bindings, context));
  };
  const ask: Ask = async (path, { credential = OPERATOR_KEY, json, ...init } = {}) => {
    const body = json === undefined ? {} : { body: JSON.stringify(json) };
    const headers = { Authorization: `Bearer ${credential}`, "Content-Type": "application/json" };
    const request = new Request(`https://nearfeed.test${path}`, { headers, ...init, ...body });
    return (await act((context) => worker.fetch(request, bindings, context))) as Response;
  };
  return {
    ask,
    outbox,
    forwarded,
    consume,
    /** Plays the queue until it is empty. */
    drain: async () => {
      for (let next = outbox.shift(); next !== undefined; next = outbox.shift()) {
        await consume("nearfeed-outbox", next);
      }
    },
  };
}

const read = async <Body>(answering: Promise<Response>): Promise<Body> => {
  const answer = await answering;
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
};

const TO_QUEUE = { url: "queue:events-out", types: ["JobSucceeded", "RecommendationsRefreshed"] };

describe("webhooks", () => {
  it("are made with a secret that is shown once, changed, rotated and removed", async ({
    expect,
  }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const { key: credential } = await makeKey(ask, tenant, ["admin"]);
    const path = `/t/${tenant}/admin/webhooks`;
    const order = { url: "https://example.com/hook", types: ["JobFailed", "JobFailed"] };
    const made = await read<Hook>(ask(path, { method: "POST", credential, json: order }));
    expect(made).toMatchObject({ types: ["JobFailed"], enabled: true, given_up: 0 });
    expect(made.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const listed = await read<{ webhooks: Hook[] }>(ask(path, { credential }));
    expect(listed.webhooks).toEqual([expect.not.objectContaining({ secret: expect.anything() })]);
    const one = `${path}/${made.id}`;
    const edit = { ...order, enabled: false, description: "off" };
    expect(await read(ask(one, { method: "PUT", credential, json: edit }))).toMatchObject({
      enabled: false,
      description: "off",
    });
    const rotated = await read<Hook>(
      ask(`${one}/rotate`, { method: "POST", credential, json: {} }),
    );
    expect(rotated.secret).not.toBe(made.secret);
    expect((await ask(one, { method: "DELETE", credential })).status).toBe(204);
    expect((await ask(one, { credential })).status).toBe(404);
  });

  it("do not go to private addresses, nor without TLS", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    for (const url of ["http://example.com/", "https://10.0.0.1/", "https://localhost/"]) {
      const json = { url, types: ["JobFailed"] };
      const answer = await ask(`/t/${tenant}/admin/webhooks`, {
        method: "POST",
        credential: OPERATOR_KEY,
        json,
      });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ errors: [{ path: "body.url" }] });
    }
  });

  it("hear of jobs, and of recommendations when they are made and not when they are kept", async ({
    expect,
  }) => {
    vi.spyOn(console, "info").mockReturnValue(undefined);
    const { ask, consume, drain, forwarded, outbox } = aTeller();
    const tenant = await aTenantWithFeed(60);
    const path = `/t/${tenant}/admin/webhooks`;
    const { id } = await read<Hook>(ask(path, { method: "POST", json: TO_QUEUE }));
    const started = await read<{ id: string }>(
      ask(`/t/${tenant}/admin/jobs/refresh-pools`, { method: "POST" }),
    );
    const job = { id: started.id, tenant, job: "refresh-pools" };
    await consume("nearfeed-jobs", job);
    await drain();
    expect(forwarded).toMatchObject([
      {
        specversion: "1.0",
        id: `run-${started.id}`,
        source: `/t/${tenant}`,
        type: "JobSucceeded",
        data: { job: "refresh-pools", outcome: "succeeded", counts: { items: 60 } },
      },
    ]);
    const videos = `/t/${tenant}/api/v1/video/recommendations/ana`;
    const first = await read<{ data: { recommendations: { id: string }[] } }>(ask(videos));
    await drain();
    expect(forwarded[1]).toMatchObject({
      type: "RecommendationsRefreshed",
      subject: "ana",
      data: { user_id: "ana", model_id: "videos/recommendations" },
    });
    const told = forwarded[1]?.data["recommendation_ids"];
    expect(told).toEqual(
      expect.arrayContaining(first.data.recommendations.map((video) => video.id)),
    );
    await (await ask(videos)).text();
    expect(outbox).toEqual([]);
    const ranked = `/t/${tenant}/v1/feed?user_hash=ana&limit=5`;
    const page = await read<{ items: { id: string }[]; next_cursor: string }>(ask(ranked));
    await drain();
    expect(forwarded[2]?.data).toMatchObject({
      recommendation_ids: page.items.map((item) => item.id),
    });
    await (await ask(`${ranked}&cursor=${page.next_cursor}`)).text();
    expect(outbox).toEqual([]);
    const { deliveries } = await read<{ deliveries: { outcome: string }[] }>(
      ask(`${path}/${id}/deliveries`),
    );
    expect(deliveries.map(({ outcome }) => outcome)).toEqual([
      "delivered",
      "delivered",
      "delivered",
    ]);
  });

  it("can be tried while they are off", async ({ expect }) => {
    const { ask, forwarded } = aTeller();
    const tenant = await aTenantWithFeed(10);
    const path = `/t/${tenant}/admin/webhooks`;
    const json = { ...TO_QUEUE, enabled: false };
    const { id } = await read<Hook>(ask(path, { method: "POST", json }));
    const tried = await read(ask(`${path}/${id}/test`, { method: "POST" }));
    expect(tried).toMatchObject({ type: "WebhookTest", outcome: "delivered" });
    expect(forwarded).toMatchObject([{ type: "WebhookTest", data: { webhook_id: id } }]);
  });

  it("are twenty a tenant at most", async ({ expect }) => {
    const ask = aWorker();
    const tenant = await aTenant(ask);
    const statuses: number[] = [];
    for (let made = 0; made < 21; made += 1) {
      const answer = await ask(`/t/${tenant}/admin/webhooks`, {
        method: "POST",
        credential: OPERATOR_KEY,
        json: TO_QUEUE,
      });
      statuses.push(answer.status);
      await answer.text();
    }
    expect(statuses.filter((status) => status === 201).length).toBe(20);
    expect(statuses.at(-1)).toBe(400);
  });
});
