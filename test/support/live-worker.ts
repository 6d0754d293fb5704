/** The real Worker on a real L2 with a tenant in it, asked over real HTTP. */
import { randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { bootWorker } from "../../scripts/start/boot-worker.ts";

const DAY_MS = 86_400_000;
export const TENANT = "survivor";

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** What a test reads of a page of feed. */
export interface Page {
  readonly videos: readonly string[];
  readonly sources: Readonly<Record<"popularity" | "freshness" | "fallback", number>>;
  readonly meta: {
    readonly cache: "l1" | "l2" | "replica";
    readonly degraded: boolean;
    readonly degraded_reason: string | null;
    readonly missing: number;
    readonly next_page: string;
  };
}

export interface LiveWorker {
  ask<Body>(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer<Body>>;
  /** One page for a user of the tenant; `query` starts with `?`. */
  page(user: string, query: string, key?: string): Promise<Answer<Page>>;
  feedback(user: string, videos: readonly string[]): Promise<number>;
  /** Deletes the user, and returns how many rows of each store went with the request. */
  forget(user: string): Promise<ReadonlyMap<string, number>>;
  /** Adds items `from` up to `to` and rebuilds the pools. */
  addItems(from: number, to: number): Promise<void>;
  stop(): Promise<void>;
}

export const itemName = (rank: number): string => `item-${String(rank).padStart(6, "0")}`;

export async function startLiveWorker(
  vars: Readonly<Record<string, string>>,
  persist: string | false = false,
): Promise<LiveWorker> {
  const adminKey = randomUUID();
  const worker = await bootWorker({
    persist,
    assets: false,
    quiet: true,
    vars: { L2_DEADLINE_MS: "5000", BREAKER_OPEN_MS: "500", ...vars, ADMIN_KEY: adminKey },
  });
  const { hostname, port } = new URL(worker.url);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });

  const send = <Body>(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: string,
  ): Promise<Answer<Body>> =>
    new Promise((resolve, reject) => {
      const call = request({ agent, hostname, port, method, path, headers }, (response) => {
        const chunks: Uint8Array[] = [];
        response.on("data", (chunk: Uint8Array) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Body });
        });
      });
      call.on("error", (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection just as it was used again; nothing of the request was read.
        if (!call.reusedSocket || error.code !== "ECONNRESET") reject(error);
        else send<Body>(method, path, headers, body).then(resolve, reject);
      });
      call.end(body);
    });
  const operator = async <Body>(method: string, path: string, body?: string): Promise<Body> => {
    const headers = { Authorization: `Bearer ${adminKey}`, "Content-Type": "application/json" };
    const answer = await send<Body>(method, `/t/${TENANT}/${path}`, headers, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer.body;
  };

  const admin = <Body>(method: string, path: string, body?: string): Promise<Body> =>
    operator<Body>(method, `admin/${path}`, body);

  async function refreshPools(): Promise<void> {
    const { id } = await admin<{ id: string }>("POST", "jobs/refresh-pools");
    for (let turn = 0; turn < 200; turn += 1) {
      const { outcome } = await admin<{ outcome: string }>("GET", `jobs/${id}`);
      if (outcome === "succeeded") return;
      // The refresh that items ask for may be under way, begun before the last of them.
      if (outcome === "skipped") return refreshPools();
      if (outcome === "failed") throw new Error("the pools were not built");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("the pools were not built in time");
  }

  const addItems = async (from: number, to: number): Promise<void> => {
    const nowMs = Date.now();
    const lines = Array.from({ length: to - from }, (_, index) => {
      const rank = from + index;
      return JSON.stringify({
        id: itemName(rank),
        views: 1_000_000 - rank,
        published_at: nowMs - ((rank * 37) % 85) * DAY_MS - 60_000,
      });
    });
    for (let at = 0; at < lines.length; at += 2_000) {
      await admin("POST", "items", lines.slice(at, at + 2_000).join("\n"));
    }
    await refreshPools();
  };

  // A few users make all the requests.
  const limits = { user_requests_per_minute: 1_000_000, user_refreshes_per_second: 1_000_000 };
  await admin("PUT", "config", JSON.stringify({ name: "Live", rate_limits: limits }));
  return {
    ask: (path, headers) => send("GET", path, headers),
    page: (user, query, key) =>
      send(
        "GET",
        `/t/${TENANT}/recommend/${user}${query}`,
        key === undefined ? {} : { "Idempotency-Key": key },
      ),
    async feedback(user, videos) {
      const answer = await send(
        "POST",
        `/t/${TENANT}/feedback/${user}`,
        { "Content-Type": "application/json" },
        JSON.stringify({ video_ids: videos }),
      );
      return answer.status;
    },
    async forget(user) {
      const receipt = await operator<{
        stores: { store: string; state: string; removed: number }[];
      }>("DELETE", `v1/users/${user}`);
      return new Map(
        receipt.stores.flatMap(({ store, state, removed }) =>
          state === "done" ? [[store, removed] as const] : [],
        ),
      );
    },
    addItems,
    async stop() {
      agent.destroy();
      await worker.dispose();
    },
  };
}

/** Asks for pages until the feed stays empty; returns what was served, and fails on a repeat. */
export async function drain(
  worker: LiveWorker,
  user: string,
  served: Set<string>,
  count = 100,
): Promise<void> {
  for (let empty = 0; empty < 3;) {
    const { status, body } = await worker.page(user, `?count=${count}`);
    if (status !== 200) throw new Error(`status ${status}`);
    for (const video of body.videos) {
      if (served.has(video)) throw new Error(`${video} was served twice to ${user}`);
      served.add(video);
    }
    empty = body.videos.length === 0 ? empty + 1 : 0;
    if (empty > 0) await new Promise((resolve) => setTimeout(resolve, 120));
  }
}
