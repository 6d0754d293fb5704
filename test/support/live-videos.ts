/** The real Worker, or several isolates of it, before the YouTube of tests; the tenant has a catalogue of its own, too. */
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { adminClient } from "../../scripts/admin/admin-client.ts";
import { type BootedWorker, bootWorker } from "../../scripts/start/boot-worker.ts";
import type { FaultPlan } from "../../src/tenants/guards.ts";
import { startYouTubeServer } from "./start-youtube-server.ts";
import type { YouTubeLimits } from "./youtube-quota.ts";
import { type SeenCall, type YouTubeServer, youtubeServer } from "./youtube-server.ts";

export const VIDEO_TENANT = "tube";
export const VIDEO_KEY = "AIzaSyTestsOnly_0123456789abcdefghijklm";
const ITEMS = 120;
const HOUR_MS = 3_600_000;
/** Beyond every deadline of the Worker together: a request without an answer by then hangs. */
const PATIENCE_MS = 8_000;
/** Far tiers take theirs behind answers. */
const WRITTEN_MS = 500;

export interface Videos {
  readonly success: boolean;
  readonly data: {
    readonly recommendations: readonly {
      readonly id: string;
      readonly title: string | null;
      readonly shown_before: boolean;
    }[];
    readonly total_count: number;
  };
  readonly cache_hit: boolean;
  readonly cache_ttl: number;
  readonly meta: {
    readonly source: "youtube" | "catalogue" | "mixed";
    readonly degraded: boolean;
    readonly degraded_reason: string | null;
    readonly retry_after: number | null;
    readonly refresh: "granted" | "throttled" | null;
    readonly missing_lists: number;
    readonly old_lists: number;
    readonly lists_reason: string | null;
  };
}

export interface VideosAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: Videos;
}

export interface AskVideos {
  /** Which isolate is asked; the first when left out. */
  readonly isolate?: number;
  readonly method?: "GET" | "POST" | "PUT";
  readonly json?: unknown;
}

export interface LiveVideosOptions {
  readonly vars?: Readonly<Record<string, string>>;
  /** Isolates beside the first. */
  readonly siblings?: number;
  /** What the Worker is told of the quota; names are those of `YOUTUBE_LIMITS`. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Keys that YouTube takes; any when left out. */
  readonly accepts?: readonly string[];
  /** A folder that outlives the Worker; in memory when left out. */
  readonly persist?: string;
}

export interface LiveVideos {
  readonly youtube: YouTubeServer;
  /** Of the first isolate, without a slash at its end. */
  readonly url: string;
  /** Calls that YouTube has not answered yet. */
  pending(): number;
  /** How far YouTube's clock is ahead of the machine's. */
  setYouTubeAhead(ms: number): void;
  /** Calls that YouTube saw since the last time this was asked. */
  newCalls(): readonly SeenCall[];
  ask<Body>(path: string, asked?: AskVideos): Promise<{ status: number; body: Body }>;
  /** Recommendations; `query` starts with `?`. */
  videos(user: string, query?: string, asked?: AskVideos): Promise<VideosAnswer>;
  trending(user: string, region: string, asked?: AskVideos): Promise<VideosAnswer>;
  feedback(user: string, video: string, type: string, asked?: AskVideos): Promise<number>;
  assess(user: string, traits: Readonly<Record<string, number>>): Promise<void>;
  /** On the first isolate. */
  playFaults(faults: FaultPlan): Promise<void>;
  admin<Body>(path: string): Promise<Body>;
  /** The same state, other isolates. */
  restart(vars?: Readonly<Record<string, string>>): Promise<void>;
  /** Restarts with every kept list made so long ago, and kept in KV alone. How many there are. */
  agedLists(ms: number): Promise<number>;
  /** Ids of these answers that are neither YouTube's nor the catalogue's. */
  inventedBy(answers: readonly VideosAnswer[]): readonly string[];
  stop(): Promise<void>;
}

/** In the metadata of a list in KV. */
const TIMES = 4;

export const idsOf = ({ body }: VideosAnswer): readonly string[] =>
  body.data.recommendations.map(({ id }) => id);

const itemOf = (rank: number): string => `item-${String(rank).padStart(3, "0")}`;

/** The limits of both sides: what the Worker is told is what YouTube grants. */
const grantedOf = (limits: Readonly<Record<string, number>>): Partial<YouTubeLimits> => {
  const named = {
    searchPerDay: limits["search_per_day"],
    unitsPerDay: limits["units_per_day"],
    callsPerSecond: limits["calls_per_second"],
    callsPerMinute: limits["calls_per_minute"],
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
};

export async function startLiveVideos(options: LiveVideosOptions = {}): Promise<LiveVideos> {
  const { limits = {}, siblings = 0, persist = false } = options;
  let aheadMs = 0;
  const youtube = youtubeServer({
    nowMs: () => Date.now() + aheadMs,
    limits: grantedOf(limits),
    ...(options.accepts === undefined ? {} : { keys: options.accepts }),
  });
  let pending = 0;
  const handle = async (request: Request): Promise<Response> => {
    pending += 1;
    try {
      return await youtube.handle(request);
    } finally {
      pending -= 1;
    }
  };
  const port = await startYouTubeServer({ ...youtube, handle });
  const adminKey = randomUUID();
  const boot = (vars: Readonly<Record<string, string>> = {}): Promise<BootedWorker> =>
    bootWorker({
      persist,
      assets: false,
      quiet: true,
      siblings,
      vars: {
        BREAKER_OPEN_MS: "500",
        YOUTUBE_BASE_URL: port.baseUrl,
        YOUTUBE_API_KEY: VIDEO_KEY,
        YOUTUBE_LIMITS: JSON.stringify(limits),
        ALLOW_FAULTS: "true",
        ...options.vars,
        ...vars,
        ADMIN_KEY: adminKey,
      },
    });
  let booted = await boot();
  let seen = 0;
  const videoIds = new Set(youtube.catalogue.videos.map(({ id }) => id));
  const itemIds = new Set(Array.from({ length: ITEMS }, (_, rank) => itemOf(rank)));

  const send = async (
    path: string,
    { isolate = 0, method = "GET", json }: AskVideos = {},
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const worker = isolate === 0 ? booted.worker : booted.siblings[isolate - 1];
    if (worker === undefined) throw new Error(`there is no isolate ${isolate}`);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${path}: no answer`)), PATIENCE_MS);
    });
    try {
      const answer = await Promise.race([
        worker.fetch(`http://nearfeed.test${path}`, {
          method,
          headers: {
            ...headers,
            ...(json === undefined ? {} : { "Content-Type": "application/json" }),
          },
          ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        }),
        late,
      ]);
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, text };
    } finally {
      clearTimeout(timer);
    }
  };
  const asAdmin = { Authorization: `Bearer ${adminKey}` };
  const root = `/t/${VIDEO_TENANT}/api/v1/video`;
  const videosAt = async (path: string, asked: AskVideos): Promise<VideosAnswer> => {
    const { status, headers, text } = await send(path, asked);
    return { status, headers, body: JSON.parse(text) as Videos };
  };

  const client = adminClient({ url: booted.url, adminKey });
  await client.ask("PUT", `/t/${VIDEO_TENANT}/admin/config`, {
    body: {
      name: "Tube",
      filters: { geography: "any" },
      rate_limits: { user_requests_per_minute: 1_000_000, user_refreshes_per_second: 1_000_000 },
    },
  });
  const rows = Array.from({ length: ITEMS }, (_, rank) =>
    JSON.stringify({
      id: itemOf(rank),
      title: `Title ${rank}`,
      category: rank % 2 === 0 ? "Music" : "Comedy",
      views: (ITEMS - rank) * 1_000,
      published_at: Date.now() - rank * HOUR_MS,
    }),
  );
  await client.postRows(VIDEO_TENANT, "items", rows.join("\n"));
  const run = await client.runJob(VIDEO_TENANT, "refresh-pools");
  if (run.outcome !== "succeeded") throw new Error(`no pools were built: ${run.error}`);

  return {
    youtube,
    get url() {
      return booted.url;
    },
    pending: () => pending,
    setYouTubeAhead(ms) {
      aheadMs = ms;
    },
    newCalls() {
      const calls = youtube.calls.slice(seen);
      seen = youtube.calls.length;
      return calls;
    },
    async ask<Body>(path: string, asked?: AskVideos) {
      const { status, text } = await send(path, asked);
      return { status, body: JSON.parse(text) as Body };
    },
    videos: (user, query = "", asked = {}) =>
      videosAt(`${root}/recommendations/${user}${query}`, asked),
    trending: (user, region, asked = {}) =>
      videosAt(`${root}/trending/${user}?region_code=${region}`, asked),
    async feedback(user, video, type, asked = {}) {
      const json = { video_id: video, feedback_type: type };
      const { status } = await send(`${root}/feedback/${user}`, { ...asked, method: "POST", json });
      return status;
    },
    async assess(user, traits) {
      const path = `/t/${VIDEO_TENANT}/users/${user}/personality`;
      const { status, text } = await send(path, { method: "PUT", json: traits });
      if (status !== 200) throw new Error(`${status} ${text}`);
    },
    async playFaults(faults) {
      const json = { faults, reset_breakers: true };
      const { status, text } = await send("/admin/faults", { method: "PUT", json }, asAdmin);
      if (status !== 200) throw new Error(`${status} ${text}`);
    },
    async admin<Body>(path: string) {
      const { status, text } = await send(path, {}, asAdmin);
      if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
      return JSON.parse(text) as Body;
    },
    async restart(vars) {
      await booted.dispose();
      booted = await boot(vars);
    },
    async agedLists(ms) {
      if (persist === false) throw new Error("there is no folder to keep lists in");
      await pause(WRITTEN_MS);
      const kv = await booted.miniflare.getKVNamespace("REPLICAS");
      const { keys } = await kv.list({ prefix: "lists:" });
      for (const { name } of keys) {
        const { value, metadata } = await kv.getWithMetadata(name, "text");
        const { times } = metadata as { readonly times: string };
        // When it was stored, and how long it is good for what; the last number says that it is a list.
        const older = times
          .split(" ")
          .map((at, place) => (place < TIMES ? String(Number(at) - ms) : at));
        await kv.put(name, value ?? "", { metadata: { times: older.join(" ") } });
      }
      await booted.dispose();
      await rm(path.join(persist, "cache"), { recursive: true, force: true });
      booted = await boot();
      return keys.length;
    },
    inventedBy: (answers) =>
      answers.flatMap(idsOf).filter((id) => !videoIds.has(id) && !itemIds.has(id)),
    async stop() {
      await booted.dispose();
      await port.stop();
    },
  };
}
