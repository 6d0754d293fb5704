/** Boots the Worker with its floors and a tenant of 10,000 items, on either L2. */
import { randomUUID } from "node:crypto";
import { type BootedWorker, bootWorker } from "../start/boot-worker.ts";
import { bundleScript } from "../start/bundle-script.ts";

const TENANT = "bench";
const ITEMS = 10_000;
/** Items in one request of an import. */
const BATCH = 2_000;
/** A few users make all the requests. */
const LIMITS = { user_requests_per_minute: 1_000_000, user_refreshes_per_second: 1_000_000 };
const DAY_MS = 86_400_000;

export interface BenchWorker {
  readonly origin: URL;
  readonly worker: BootedWorker;
  readonly adminKey: string;
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>;
}

export async function bootBench(
  vars: Readonly<Record<string, string>>,
  direct = false,
  persist: string | false = false,
): Promise<BenchWorker> {
  const adminKey = randomUUID();
  const worker = await bootWorker({
    persist,
    assets: false,
    quiet: true,
    direct,
    script: await bundleScript("scripts/bench/worker.ts"),
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
  const bench: BenchWorker = { origin, worker, adminKey, ask };
  await addTenants(bench, [{ id: TENANT, items: ITEMS, config: {} }]);
  return bench;
}

export interface BenchTenant {
  readonly id: string;
  readonly items: number;
  /** Of its record, what is not the default. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Side by side, so that the runs of many tenants share the batches of the queue. Ends when the runs that the items
 * asked for have ended, some 10 s later: none of them is measured.
 */
export async function addTenants(
  { ask }: BenchWorker,
  tenants: readonly BenchTenant[],
): Promise<void> {
  const nowMs = Date.now();
  for (const { id, items, config } of tenants) {
    const record = JSON.stringify({ name: "Bench", rate_limits: LIMITS, ...config });
    await (await ask(`/t/${id}/admin/config`, { method: "PUT", body: record })).text();
    for (let at = 0; at < items; at += BATCH) {
      const lines = Array.from({ length: Math.min(BATCH, items - at) }, (_, index) =>
        JSON.stringify(anItem(at + index, items, nowMs)),
      );
      await (await ask(`/t/${id}/admin/items`, { method: "POST", body: lines.join("\n") })).text();
    }
  }
  for (const { id } of tenants) await madeLists(ask, id);
}

const anItem = (rank: number, items: number, nowMs: number) => ({
  id: `v${String(rank).padStart(10, "0")}`,
  title: `A title of an ordinary length, number ${rank}`,
  creator: `creator-${rank % 397}`,
  tags: [`topic-${rank % 17}`, `theme-${rank % 211}`],
  maturity: rank % 10 === 0 ? "R" : "PG",
  views: Math.floor(1e7 / (rank + 1)),
  published_at: nowMs - ((rank * 7919) % items) * (DAY_MS / 100) - 60_000,
});

async function madeLists(ask: BenchWorker["ask"], tenant: string): Promise<void> {
  for (let turn = 0; turn < 1_200; turn += 1) {
    const { jobs } = (await (await ask(`/t/${tenant}/admin/jobs`)).json()) as {
      jobs: readonly { job: string; outcome: string }[];
    };
    const underWay = jobs.some(({ outcome }) => outcome === "queued" || outcome === "running");
    const made = jobs.some(
      ({ job, outcome }) => job === "refresh-pools" && outcome === "succeeded",
    );
    if (made && !underWay) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("the pools were not built");
}
