import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type Proxy, startProxy } from "../../scripts/proxy/start-proxy.ts";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import { LEASE_SECONDS } from "../../src/feed/leased-pages.ts";
import { RedisUserStore } from "../../src/users/redis-user-store.ts";
import { DEFAULT_USER_POLICY } from "../../src/users/user-policy.ts";
import {
  type Answer,
  drain,
  type LiveWorker,
  type Page,
  startLiveWorker,
  TENANT,
} from "../support/live-worker.ts";
import { crashableRedisMissing, type RedisServer, startRedis } from "../support/redis-server.ts";
import { oneUserSurvives } from "./one-user.ts";

const TAKES = Number(process.env["NEARFEED_SURVIVAL_TAKES"] ?? 100_000);
const USERS = 1_000;
const PAGE = 3;
const CLIENTS = 48;
const SAMPLE = 12;
/** Every so many users looks at a page for as long as it takes to set the next one aside. */
const READERS = 20;
const READING_MS = 90;
/** Times a client asks again for a page that came degraded: 30 s of an outage that lasts one. */
const PATIENCE = 300;

interface Health {
  readonly status: string;
  readonly checks: Readonly<Record<string, { readonly ok: boolean }>>;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(crashableRedisMissing !== undefined)("on Redis behind the proxy", () => {
  let redis: RedisServer | undefined;
  let proxy: Proxy | undefined;
  let live: LiveWorker | undefined;
  let direct: Redis;
  let items = 2_000;
  const worker = (): LiveWorker => {
    if (live === undefined) throw new Error("not started");
    return live;
  };
  beforeAll(async () => {
    redis = await startRedis({ own: true, appendOnly: true });
    direct = new Redis(redis.url);
    // It is killed on the way.
    direct.on("error", () => undefined);
    proxy = await startProxy({ redisUrl: redis.url, token: "token-of-survival" });
    const started = await startLiveWorker({
      DEFAULT_L2: "redis",
      UPSTASH_REDIS_REST_URL: proxy.url,
      UPSTASH_REDIS_REST_TOKEN: proxy.token,
    });
    await started.addItems(0, items);
    live = {
      ...started,
      async addItems(from, to) {
        await started.addItems(from, to);
        items = to;
      },
    };
  });
  afterAll(async () => {
    direct.disconnect();
    await live?.stop();
    await proxy?.stop();
    await redis?.stop();
  });

  /** Items that will wait in the user's queues once every lease is over. */
  const waitingLater = async (user: string): Promise<number> => {
    const store = new RedisUserStore({
      url: proxy?.url ?? "",
      token: proxy?.token ?? "",
      dialect: "redis",
      deadlineMs: 5_000,
    });
    const { valid } = await store.stats(
      { tenant: TENANT as TenantId, user: user as UserId },
      Math.floor(Date.now() / 1000) + LEASE_SECONDS + 1,
      DEFAULT_USER_POLICY,
    );
    return valid.popularity + valid.freshness;
  };

  /** The first page from user state after an outage: the proxy needs a moment to find its server again. */
  const recovered = async (user: string, query: string, key?: string): Promise<Answer<Page>> => {
    for (let attempt = 0; attempt < PATIENCE; attempt += 1) {
      const answer = await worker().page(user, query, key);
      if (answer.body.meta.cache !== "replica") return answer;
      await pause(100);
    }
    throw new Error("Redis is back and nobody noticed");
  };

  oneUserSurvives(worker, () => items);

  it("has no answer of a user who was deleted", async ({ expect }) => {
    const answersOf = (user: string): Promise<readonly string[]> =>
      direct.keys(`nf:{${TENANT}:${user}}:answer*`);
    const videos = (user: string) =>
      worker().ask(`/t/${TENANT}/api/v1/video/recommendations/${user}`);
    for (const user of ["goes", "stays"]) {
      await worker().page(user, "?count=20");
      await videos(user);
      // Kept behind the answer.
      await expect.poll(() => answersOf(user)).toContain(`nf:{${TENANT}:${user}}:answers`);
    }
    const went = await worker().forget("goes");
    expect(went.get("cached_answers_redis")).toBe(1);
    expect(went.get("user_state_redis")).toBe(1);
    expect(await answersOf("goes")).toEqual([]);
    expect(await answersOf("stays")).toHaveLength(2);
  });

  it("answers from the pools while Redis is away, and remembers what it served", async ({
    expect,
  }) => {
    const served = new Set<string>();
    const add = (page: Page): void => {
      for (const video of page.videos) {
        expect(served.has(video), video).toBe(false);
        served.add(video);
      }
    };
    add((await worker().page("steady", "?count=20", "before")).body);
    const degraded: Page[] = [];
    await redis?.kill();
    for (let page = 0; page < 5; page += 1) {
      const { status, body } = await worker().page("steady-2", "?count=20");
      expect(status).toBe(200);
      expect(body.meta).toMatchObject({
        degraded: true,
        degraded_reason: "user_state_unavailable",
        cache: "replica",
      });
      expect(body.sources).toEqual({ popularity: 12, freshness: 8, fallback: 0 });
      degraded.push(body);
    }
    const outage = degraded.flatMap((page) => page.videos);
    expect(new Set(outage).size).toBe(100);
    const down = await worker().ask<Health>("/health/ready");
    expect(down.status).toBe(503);
    expect(down.body.checks["l2_redis"]?.ok).toBe(false);
    expect(down.body.checks["registry"]?.ok).toBe(true);
    await redis?.start();
    // By somebody else: of one user the last 500 items of an outage are remembered, and each try serves 50 more.
    await recovered("prober", "?count=1");
    const after = await recovered("steady-2", "?count=50");
    expect(after.body.videos.filter((video) => outage.includes(video))).toEqual([]);
    add((await recovered("steady", "?count=20", "after")).body);
    expect((await worker().ask<Health>("/health/ready")).status).toBe(200);
  });

  it(`counts ${TAKES.toLocaleString("en")} takes over ${USERS.toLocaleString("en")} users while Redis is killed and restarted twice`, async ({
    expect,
  }) => {
    const startedMs = performance.now();
    const served = new Map<string, Set<string>>();
    /** What the degraded answers held: those items cool down, too. */
    const outages = new Map<string, Set<string>>();
    const counts = { pages: 0, items: 0, degraded: 0, errors: 0, repeats: 0, l1: 0, lost: 0 };
    const takesOfUser = Math.ceil(TAKES / USERS);
    let nextUser = 0;

    /** One take: repeated under the same name until it is no longer degraded. */
    const take = async (user: string, query: string, key?: string): Promise<Page | undefined> => {
      for (let attempt = 0; attempt < PATIENCE; attempt += 1) {
        const { status, body } = await worker().page(user, query, key);
        if (status >= 500) counts.errors += 1;
        else if (body.meta.cache === "replica") {
          counts.degraded += 1;
          for (const video of body.videos) outages.get(user)?.add(video);
          expect(body.meta.degraded_reason).toBe("user_state_unavailable");
        } else return body;
        await pause(100);
      }
      counts.lost += 1;
      return undefined;
    };
    const client = async (): Promise<void> => {
      for (let index = nextUser++; index < USERS; index = nextUser++) {
        const user = `mass-${index}`;
        const seen = new Set<string>();
        served.set(user, seen);
        outages.set(user, new Set());
        // Every other user scrolls by page tokens, which is what pages set aside in memory are for.
        const scrolling = index % 2 === 0;
        let token: string | undefined;
        for (let turn = 0; turn < takesOfUser; turn += 1) {
          const page =
            scrolling && token !== undefined
              ? await take(user, `?count=${PAGE}&page=${token}`)
              : await take(user, `?count=${PAGE}`, `${user}-${turn}`);
          if (page === undefined) continue;
          if (index % READERS === 0) await pause(READING_MS);
          token = page.meta.next_page;
          counts.pages += 1;
          counts.items += page.videos.length;
          if (page.meta.cache === "l1") counts.l1 += 1;
          for (const video of page.videos) {
            if (seen.has(video)) counts.repeats += 1;
            seen.add(video);
          }
        }
      }
    };
    const killer = (async () => {
      for (const share of [0.3, 0.65]) {
        while (counts.pages < TAKES * share) await pause(50);
        await redis?.kill();
        await pause(700);
        await redis?.start();
      }
    })();
    await Promise.all([killer, ...Array.from({ length: CLIENTS }, client)]);

    expect(counts).toMatchObject({ errors: 0, repeats: 0, lost: 0 });
    expect(counts.pages).toBe(takesOfUser * USERS);
    expect(counts.items).toBe(takesOfUser * USERS * PAGE);
    expect(counts.degraded).toBeGreaterThan(0);
    expect(counts.l1).toBeGreaterThan(0);
    // None lost: what a user was not served can be had still, or is leased and comes back within 90 s.
    for (let index = 0; index < SAMPLE; index += 1) {
      const user = `mass-${Math.floor((index * USERS) / SAMPLE)}`;
      const seen = served.get(user) ?? new Set();
      await drain(worker(), user, seen, 500);
      const had = new Set([...seen, ...(outages.get(user) ?? [])]);
      expect(had.size + (await waitingLater(user)), user).toBe(items);
    }
    const seconds = (performance.now() - startedMs) / 1000;
    console.log(`${counts.pages} takes in ${seconds.toFixed(0)} s: ${JSON.stringify(counts)}`);
  });
});
