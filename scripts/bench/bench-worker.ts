/** Boots the Worker with its floors and a tenant of 10,000 items, on either L2. */
import { randomUUID } from "node:crypto";
import { build } from "esbuild";
import { type BootedWorker, bootWorker } from "../start/boot-worker.ts";

const ITEMS = 10_000;
const DAY_MS = 86_400_000;

export interface BenchWorker {
  readonly origin: URL;
  readonly worker: BootedWorker;
  readonly adminKey: string;
  ask(path: string, init?: RequestInit): Promise<Response>;
}

export async function bootBench(vars: Readonly<Record<string, string>>): Promise<BenchWorker> {
  const bundled = await build({
    entryPoints: ["scripts/bench/worker.ts"],
    bundle: true,
    format: "esm",
    write: false,
    minify: true,
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
  });
  const adminKey = randomUUID();
  const worker = await bootWorker({
    persist: false,
    assets: false,
    quiet: true,
    script: bundled.outputFiles[0]?.text ?? "",
    vars: { ...vars, ADMIN_KEY: adminKey },
  });
  const origin = new URL(worker.url);
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const answer = await fetch(new URL(path, origin), {
      ...init,
      headers: {
        "Content-Type": "application/json",
        ...(init.headers as Record<string, string> | undefined),
        Authorization: `Bearer ${adminKey}`,
      },
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  };
  await addTenant(ask);
  return { origin, worker, adminKey, ask };
}

async function addTenant(ask: BenchWorker["ask"]): Promise<void> {
  await (await ask("/t/bench/admin/tenant", { method: "PUT", body: "{}" })).text();
  const nowMs = Date.now();
  for (let at = 0; at < ITEMS; at += 2_000) {
    const lines = Array.from({ length: 2_000 }, (_, index) => {
      const rank = at + index;
      return JSON.stringify({
        id: `v${String(rank).padStart(10, "0")}`,
        views: Math.floor(1e7 / (rank + 1)),
        published_at: nowMs - ((rank * 7919) % ITEMS) * (DAY_MS / 100) - 60_000,
      });
    });
    await (await ask("/t/bench/admin/items", { method: "POST", body: lines.join("\n") })).text();
  }
  const started = await ask("/t/bench/admin/jobs/refresh-pools", { method: "POST" });
  const { id } = (await started.json()) as { id: string };
  for (let turn = 0; turn < 200; turn += 1) {
    const run = (await (await ask(`/t/bench/admin/jobs/${id}`)).json()) as { outcome: string };
    if (run.outcome === "succeeded") return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the pools were not built");
}
