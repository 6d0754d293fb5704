import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import type { Bindings } from "../../src/env.ts";
import worker from "../../src/index.ts";
import { aWorker } from "./support/access.ts";
import { aTenantWithFeed, ask, askAdmin, type Feed } from "./support/app.ts";

/** The same Worker with faults allowed: services belong to the bindings object. */
const faulty = {
  ...(env as unknown as Bindings),
  ALLOW_FAULTS: "true",
  L2_DEADLINE_MS: "300",
} as Bindings;

async function askFaulty(path: string, init: RequestInit = {}): Promise<Response> {
  const context = createExecutionContext();
  const headers = {
    Authorization: "Bearer admin-key-of-tests",
    "Content-Type": "application/json",
  };
  const request = new Request(`https://nearfeed.test${path}`, { headers, ...init });
  const answer = await worker.fetch(request, faulty, context);
  await waitOnExecutionContext(context);
  return answer;
}

const play = (change: object): Promise<Response> =>
  askFaulty("/admin/faults", { method: "PUT", body: JSON.stringify(change) });

async function pageOf(tenant: string, user: string, query = "?count=10"): Promise<Feed> {
  const answer = await askFaulty(`/t/${tenant}/recommend/${user}${query}`);
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}

interface Ready {
  readonly status: string;
  readonly dependencies: Record<string, { state: string; failures: number; opened_at: string }>;
  readonly circuit_breaker: { readonly name: string; readonly state: string };
  readonly feature_flags: object;
  readonly counters: Record<string, number>;
}

describe("the faults route", () => {
  it("does not exist where faults are not allowed, and a stranger is not told", async ({
    expect,
  }) => {
    const answer = await askAdmin("/admin/faults");
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: "UNKNOWN_ROUTE" });
    const stranger = await ask("/admin/faults");
    expect(stranger.status).toBe(401);
    await stranger.text();
  });

  it("wants the admin key", async ({ expect }) => {
    const answer = await askFaulty("/admin/faults", { headers: {} });
    expect(answer.status).toBe(401);
  });

  it("plays, shows and ends faults, and refuses what is none", async ({ expect }) => {
    const played = await play({ faults: { limits: { mode: "latency", ms: 5 } } });
    expect(await played.json()).toMatchObject({
      faults: { limits: { mode: "latency", ms: 5, rate: 1 } },
    });
    const bad = await play({ faults: { l2: { mode: "explode" } } });
    expect(bad.status).toBe(400);
    await bad.text();
    expect(await (await askFaulty("/admin/faults")).json()).toHaveProperty("faults.limits.ms", 5);
    const ended = await askFaulty("/admin/faults", { method: "DELETE" });
    expect(await ended.json()).toMatchObject({ faults: {} });
  });
});

describe("health", () => {
  it("shows the circuit of every store before anything was asked of it", async ({ expect }) => {
    const health = await (await aWorker({})("/health")).json<Ready>();
    const stores = ["l2_embedded", "pools_embedded", "registry", "catalogue", "limits", "profiles"];
    for (const name of [...stores, "copies", "copies_pools", "copies_artefacts"]) {
      expect(health.dependencies, name).toHaveProperty(name);
    }
  });
});

describe("a feed whose dependencies fail on purpose", () => {
  it("is cut from the pools while user state hangs, and stops asking after five failures", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(60);
    expect((await pageOf(tenant, "before")).meta.degraded).toBe(false);
    await play({ faults: { l2: { mode: "hang" } }, reset_breakers: true });
    for (let turn = 0; turn < 7; turn += 1) {
      const page = await pageOf(tenant, `hung-${turn}`);
      expect(page.videos).toHaveLength(10);
      expect(page.meta).toMatchObject({
        degraded: true,
        degraded_reason: "user_state_unavailable",
      });
    }
    const ready = await askFaulty("/health/ready");
    expect(ready.status).toBe(503);
    const health = await ready.json<Ready>();
    expect(health.dependencies["l2_embedded"]).toMatchObject({ state: "open", failures: 5 });
    expect(health.circuit_breaker).toEqual({ name: "l2_embedded", state: "open" });
    expect(health.feature_flags).toEqual({
      personalization_enabled: true,
      kill_switch_active: false,
    });
    expect(health.counters["refused.l2_embedded"]).toBeGreaterThanOrEqual(2);
    expect(health.counters["degraded.user_state_unavailable"]).toBeGreaterThanOrEqual(7);
    await play({ reset_breakers: true });
    expect((await pageOf(tenant, "after")).meta.degraded).toBe(false);
    expect((await askFaulty("/health/ready")).status).toBe(200);
  });

  it("leaves out metadata that the catalogue does not give, and says so", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    await pageOf(tenant, "warm");
    await play({ faults: { catalogue: { mode: "error" } } });
    const page = await pageOf(tenant, "reader", "?count=5&fields=title");
    expect(page.items).toEqual(page.videos.map((id) => ({ id })));
    expect(page.meta.degraded_reason).toBe("metadata_unavailable");
    await play({ reset_breakers: true });
    const again = await pageOf(tenant, "reader", "?count=5&fields=title");
    expect(again.items?.[0]).toHaveProperty("title");
    expect(again.meta.degraded).toBe(false);
  });

  it("serves a tenant that is known while the registry fails", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    await pageOf(tenant, "warm");
    await play({ faults: { registry: { mode: "error" } } });
    expect((await pageOf(tenant, "warm")).videos).toHaveLength(10);
    const ready = await (await askFaulty("/health/ready")).json<Ready>();
    expect(ready.status).toBe("unhealthy");
    await play({ reset_breakers: true });
  });
});
