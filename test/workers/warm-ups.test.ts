import {
  createExecutionContext,
  createMessageBatch,
  getQueueResult,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";
import type { Bindings } from "../../src/env.ts";
import worker from "../../src/index.ts";
import { servicesOf } from "../../src/services.ts";
import { aUser } from "../support/user-requests.ts";
import { type Ask, aTenant, aWorker, OPERATOR_KEY } from "./support/access.ts";
import { aTenantWithFeed } from "./support/app.ts";

interface Videos {
  readonly data: { readonly recommendations: readonly { readonly id: string }[] };
  readonly meta: Readonly<Record<string, unknown>>;
}

interface Due {
  readonly tenant: string;
  readonly user: string;
  readonly asks?: string;
}

const bindings = env as unknown as Bindings;
const MINUTE = 60_000;
const OPEN = { DEFAULT_AUTH: "open" };
const { counters } = servicesOf(bindings);

const pathOf = (tenant: string, user = "ana") =>
  `/t/${tenant}/api/v1/video/recommendations/${user}`;

async function prefetch(ask: Ask, path: string, json?: unknown): Promise<string> {
  const answer = await ask(`${path}/prefetch`, {
    method: "POST",
    ...(json === undefined ? {} : { json }),
  });
  if (answer.status !== 202) throw new Error(await answer.text());
  return (await answer.json<{ status: string }>()).status;
}

async function read(ask: Ask, path: string, country?: string) {
  const answer = await ask(path, country === undefined ? {} : ({ cf: { country } } as RequestInit));
  const body = await answer.json<Videos>();
  return {
    cache: answer.headers.get("X-Cache"),
    ageSeconds: Number(answer.headers.get("Age")),
    ids: body.data.recommendations.map(({ id }) => id),
    meta: body.meta,
  };
}

async function consume(...bodies: readonly unknown[]) {
  const messages = bodies.map((body, at) => ({
    id: `message-${at}`,
    timestamp: new Date(),
    attempts: 1,
    body,
  }));
  const batch = createMessageBatch("nearfeed-warm-ups", messages);
  const context = createExecutionContext();
  await worker.queue(batch, bindings, context);
  return getQueueResult(batch, context);
}

describe("a prefetch", () => {
  it("is one warm-up for 100 of one user at once", async ({ expect }) => {
    const ask = aWorker(OPEN);
    const path = pathOf(await aTenantWithFeed(60));
    const before = counters.all()["cache.answers.made"] ?? 0;
    const statuses = await Promise.all(Array.from({ length: 100 }, () => prefetch(ask, path)));
    expect(statuses.filter((status) => status === "warming")).toHaveLength(1);
    expect(new Set(statuses)).not.toContain("failed");
    expect((counters.all()["cache.answers.made"] ?? 0) - before).toBe(1);
    expect(await prefetch(ask, path)).toBe("warm");
    expect((await read(ask, path)).cache).toBe("memory");
  });

  it("that fails gives its lease back", async ({ expect }) => {
    const ask = aWorker(OPEN);
    // There is nothing to recommend.
    const path = pathOf(await aTenant(ask));
    expect(await prefetch(ask, path)).toBe("warming");
    expect(await prefetch(ask, path)).toBe("warming");
  });

  it("without a body makes what the user asked last, and from where", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const [home, signIn] = [aWorker(OPEN), aWorker(OPEN)];
    const path = pathOf(tenant);
    await read(home, `${path}?max_results=7&include_trending=false`, "DE");
    // What was kept is of no use to anybody any more.
    await feedback(home, tenant, "item-50");
    expect(await prefetch(signIn, path)).toBe("warming");
    const asked = `${path}?max_results=7&include_trending=false`;
    const next = await read(signIn, asked, "DE");
    expect(next.cache).toBe("memory");
    expect(next.ids).toHaveLength(7);
    expect((await read(signIn, asked, "FR")).cache).toBe("miss");
  });

  it("with a body makes what it says, and without either what a plain GET gets", async ({
    expect,
  }) => {
    const ask = aWorker(OPEN);
    const tenant = await aTenantWithFeed(60);
    const [ana, bob] = [pathOf(tenant, "ana"), pathOf(tenant, "bob")];
    await read(ask, `${ana}?max_results=7`);
    expect(await prefetch(ask, ana, { max_results: 9 })).toBe("warming");
    expect((await read(ask, `${ana}?max_results=9`)).cache).toBe("memory");
    expect(await prefetch(ask, bob)).toBe("warming");
    expect((await read(ask, bob)).cache).toBe("memory");
  });
});

describe("the next answer", () => {
  it("follows feedback that another isolate took", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const [here, there] = [aWorker(OPEN), aWorker(OPEN)];
    const path = pathOf(tenant);
    for (let round = 0; round < 3; round += 1) {
      const { ids } = await read(there, path);
      const [disliked = ""] = ids;
      await feedback(here, tenant, disliked);
      const next = await read(there, path);
      expect(next.cache).toBe("miss");
      expect(next.ids).not.toContain(disliked);
    }
  });

  it("follows a personality that another isolate took", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const [here, there] = [aWorker(OPEN), aWorker(OPEN)];
    const path = pathOf(tenant);
    expect((await read(there, path)).meta).toMatchObject({ personality_assumed: true });
    const json = Object.fromEntries(
      ["openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"].map(
        (trait) => [trait, 80],
      ),
    );
    const init = { method: "PUT", json, credential: OPERATOR_KEY };
    const put = await here(`/t/${tenant}/users/ana/personality`, init);
    expect(put.status, await put.text()).toBe(200);
    const next = await read(there, path);
    expect(next.cache).toBe("miss");
    expect(next.meta).toMatchObject({ personality_assumed: false });
  });
});

describe("the queue of warm-ups", () => {
  it("drops what is unreadable, and what is of a tenant that is gone", async ({ expect }) => {
    const gone = counters.all()["warm_up.tenant_gone"] ?? 0;
    const done = await consume(aUser(), { tenant: "Not a tenant" }, "nonsense");
    expect(done.explicitAcks).toEqual(["message-0", "message-1", "message-2"]);
    expect(done.retryMessages).toEqual([]);
    expect(counters.all()["warm_up.tenant_gone"]).toBe(gone + 1);
  });

  it("comes back to what failed, and makes a plain answer of what it cannot read", async ({
    expect,
  }) => {
    const empty = { tenant: await aTenant(aWorker(OPEN)), user: "ana" };
    expect((await consume(empty)).retryMessages).toHaveLength(1);
    const tenant = await aTenantWithFeed(60);
    const warmed = await consume({ tenant, user: "ana", asks: "[of another release" });
    expect(warmed.retryMessages).toEqual([]);
    expect((await read(askHere, pathOf(tenant))).cache).toBe("memory");
  });

  // Last: the clock of an isolate never runs backwards.
  it("is sent users who keep coming before their answer ends, and no idle ones", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(60);
    const [comes, idle] = [pathOf(tenant, "comes"), pathOf(tenant, "idle")];
    const startMs = Date.now();
    const now = vi.spyOn(Date, "now").mockReturnValue(startMs);
    const at = (minutes: number) => now.mockReturnValue(startMs + minutes * MINUTE);
    try {
      await read(askHere, `${comes}?max_results=7`, "DE");
      await read(askHere, `${idle}?max_results=7`, "DE");
      at(5);
      expect((await read(askHere, `${comes}?max_results=7`, "DE")).cache).toBe("memory");
      at(14);
      expect(await rung(tenant, "idle")).toEqual([]);
      const due = await rung(tenant, "comes");
      expect(due).toMatchObject([{ tenant, user: "comes" }]);
      const { explicitAcks } = await consume(...due);
      expect(explicitAcks).toHaveLength(1);
      at(16);
      // By itself it would be 16 minutes old, and stale.
      const warm = await read(askHere, `${comes}?max_results=7`, "DE");
      expect(warm).toMatchObject({ cache: "memory", ageSeconds: 120, meta: { degraded: false } });
      at(28);
      const again = await rung(tenant, "comes");
      expect(again).toHaveLength(1);
      await consume(...again);
      // Nobody came since: a warm-up is no visit.
      at(42);
      expect(await rung(tenant, "comes")).toEqual([]);
      expect(await rung(tenant, "idle")).toEqual([]);
    } finally {
      now.mockRestore();
    }
  });
});

/** The isolate that queues are consumed in. */
const askHere: Ask = async (path, init) => {
  const context = createExecutionContext();
  return worker.fetch(new Request(`https://nearfeed.test${path}`, init), bindings, context);
};

async function feedback(ask: Ask, tenant: string, video: string): Promise<void> {
  const answer = await ask(`/t/${tenant}/api/v1/video/feedback/ana`, {
    method: "POST",
    json: { video_id: video, feedback_type: "dislike" },
  });
  if (!answer.ok) throw new Error(await answer.text());
  await answer.text();
}

/** Rings a user's alarm now, and tells what it sent to the queue. */
function rung(tenant: string, user: string): Promise<readonly Due[]> {
  const namespace = bindings.PROFILES_DO;
  const object = namespace.get(namespace.idFromName(`${tenant}/${user}`)) as DurableObjectStub;
  return runInDurableObject(object, async (instance) => {
    const { env: own } = instance as unknown as { env: Bindings };
    const send = vi.spyOn(own.WARM_UPS, "send");
    await instance.alarm?.();
    const sent = send.mock.calls.map(([body]) => body as Due);
    send.mockRestore();
    return sent;
  });
}
