/** The Worker as a client sees it, and tenants made for one test. */
import {
  createExecutionContext,
  createMessageBatch,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import worker from "../../../src/index.ts";
import type { Bindings } from "../../../src/env.ts";

const ADMIN_KEY = "admin-key-of-tests";
const DAY_MS = 86_400_000;

export function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return exports.default.fetch(new Request(`https://nearfeed.test${path}`, init));
}

/** The body of a 200 answer, of the shape the caller expects. */
export async function askJson<Body>(path: string, init: RequestInit = {}): Promise<Body> {
  const answer = await ask(path, init);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export function askAdmin(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("Authorization", `Bearer ${ADMIN_KEY}`);
  return ask(path, { ...init, headers });
}

export async function putJson(path: string, body: unknown): Promise<Response> {
  return askAdmin(path, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

export const postJson = (path: string, body: unknown): Promise<Response> =>
  ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

export const anId = (prefix: string): string =>
  `${prefix}-${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;

/** A tenant with a catalogue of `items` and pools built from it. Item `n` is the n-th most popular. */
export async function aTenantWithFeed(items: number): Promise<string> {
  const tenant = anId("t");
  await putJson(`/t/${tenant}/admin/tenant`, { name: "A tenant" });
  await addItems(tenant, items);
  await runJob(tenant, "refresh-pools");
  return tenant;
}

/** Changes a tenant's record; this isolate knows it at once. */
export async function patchConfig(tenant: string, patch: unknown): Promise<void> {
  const answer = await askAdmin(`/t/${tenant}/admin/config`, {
    method: "PATCH",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(patch),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
}

export async function addItems(tenant: string, items: number): Promise<void> {
  const nowMs = Date.now();
  const lines = Array.from({ length: items }, (_, rank) =>
    JSON.stringify({
      id: itemName(rank),
      title: `Title ${rank}`,
      channel: `Channel ${rank % 7}`,
      views: (items - rank) * 10,
      published_at: nowMs - ((rank * 37) % 100) * DAY_MS - 60_000,
    }),
  );
  for (let at = 0; at < lines.length; at += 2_000) {
    const answer = await askAdmin(`/t/${tenant}/admin/items`, {
      method: "POST",
      headers: { "Content-Type": "application/x-ndjson" },
      body: lines.slice(at, at + 2_000).join("\n"),
    });
    if (!answer.ok) throw new Error(await answer.text());
    await answer.text();
  }
}

export const itemName = (rank: number): string => `item-${rank}`;

/** Runs a job as the queue consumer would, and waits for it. Returns its record. */
export async function runJob(tenant: string, job: string): Promise<JobRecord> {
  const started = await askAdmin(`/t/${tenant}/admin/jobs/${job}`, { method: "POST" });
  const { id } = await started.json<{ id: string }>();
  await deliver({ id, tenant, job });
  const answer = await askAdmin(`/t/${tenant}/admin/jobs/${id}`);
  return answer.json();
}

export interface JobRecord {
  readonly id: string;
  readonly job: string;
  readonly outcome: string;
  readonly counts: Record<string, number>;
  readonly duration_ms: number | null;
  readonly started_by: string;
  readonly error: string | null;
}

/** Hands messages to the consumer. */
export async function deliver(...bodies: readonly unknown[]): Promise<void> {
  const batch = createMessageBatch(
    "nearfeed-jobs",
    bodies.map((body, index) => ({
      id: `message-${index}`,
      timestamp: new Date(),
      attempts: 1,
      body,
    })),
  );
  const context = createExecutionContext();
  await worker.queue(batch, env as unknown as Bindings, context);
  await waitOnExecutionContext(context);
}

export interface Feed {
  readonly user_id: string;
  readonly videos: readonly string[];
  readonly count: number;
  readonly sources: Record<"popularity" | "freshness" | "fallback", number>;
  readonly timestamp: number;
  readonly items?: readonly Record<string, unknown>[];
  readonly meta: {
    readonly algorithm: string;
    readonly pools: { readonly version: number } | null;
    readonly cache: "l1" | "l2" | "replica";
    readonly degraded: boolean;
    readonly degraded_reason: string | null;
    readonly request_id: string;
    readonly next_page: string;
    readonly item_sources: readonly string[];
    readonly missing: number;
  };
}
