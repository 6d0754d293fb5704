/** Every step of the ladder, on every surface, in isolates that have just started; counted as `/health/ready` says. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { aWorker, OPERATOR_KEY } from "./support/access.ts";
import { anId, aTenantWithFeed, type Feed, patchConfig } from "./support/app.ts";
import type { RankedFeed } from "./support/ranked-feed.ts";

type Faults = Readonly<Record<string, { readonly mode: "error" }>>;
type Counters = Readonly<Record<string, number>>;

interface Videos {
  readonly data: { readonly total_count: number };
  readonly meta: {
    readonly source: string;
    readonly degraded_reason: string | null;
    readonly retry_after: number | null;
  };
}

const ERROR = { mode: "error" } as const;

/** An isolate that remembers nothing, under faults that are played before its first page. */
async function anIsolate(faults: Faults, vars: Readonly<Record<string, string>> = {}) {
  const ask = aWorker({
    DEFAULT_AUTH: "open",
    ALLOW_FAULTS: "true",
    L2_DEADLINE_MS: "300",
    ...vars,
  });
  const play = async (plan: Faults): Promise<void> => {
    const played = await ask("/admin/faults", {
      method: "PUT",
      credential: OPERATOR_KEY,
      json: { faults: plan, reset_breakers: true },
    });
    if (!played.ok) throw new Error(await played.text());
    await played.text();
  };
  await play(faults);
  const page = async <Body>(path: string): Promise<Body> => {
    const answer = await ask(path);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const counted = async (): Promise<Counters> => {
    const ready = await ask("/health/ready");
    return (await ready.json<{ counters: Counters }>()).counters;
  };
  /** A page of each surface, and what the two added to the counters of the ladder. */
  const look = async (tenant: string, user = anId("u")) => {
    const before = await counted();
    const recommend = await page<Feed>(`/t/${tenant}/recommend/${user}?count=10&fields=title`);
    const feed = await page<RankedFeed>(`/t/${tenant}/v1/feed?user_hash=${user}&limit=10`);
    const videos = await page<Videos>(
      `/t/${tenant}/api/v1/video/recommendations/${user}?max_results=10`,
    );
    const after = Object.entries(await counted());
    const { cache, degraded_reason: reason } = recommend.meta;
    return {
      recommend: [cache, reason, recommend.count],
      feed: [feed.feed_type, feed.degraded_reason, feed.items.length],
      videos: [videos.meta.source, videos.meta.degraded_reason, videos.data.total_count],
      counted: Object.fromEntries(
        after
          .filter(([name]) => /^(?:step|degraded)\./.test(name))
          .map(([name, times]) => [name, times - (before[name] ?? 0)])
          .filter(([, times]) => times !== 0),
      ),
    };
  };
  return { look, page, play };
}

describe("the ladder, on every surface", () => {
  it("begins with a fresh page", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const { look } = await anIsolate({});
    expect(await look(tenant)).toEqual({
      recommend: ["l2", null, 10],
      feed: ["cold_start", null, 10],
      videos: ["catalogue", null, 10],
      counted: { "step.fresh": 3 },
    });
  });

  it("is stale on the copy of the pools", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const { look } = await anIsolate({ pools: ERROR });
    expect(await look(tenant)).toEqual({
      recommend: ["l2", "pools_stale", 10],
      feed: ["cold_start", "pools_stale", 10],
      videos: ["catalogue", "pools_stale", 10],
      counted: { "step.stale": 3, "degraded.pools_stale": 3 },
    });
  });

  it("is stale on the copy of the tenant's record", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const { look } = await anIsolate({ registry: ERROR });
    expect(await look(tenant)).toEqual({
      recommend: ["l2", "registry_stale", 10],
      feed: ["cold_start", "registry_stale", 10],
      videos: ["catalogue", "registry_stale", 10],
      counted: { "step.stale": 3, "degraded.registry_stale": 3 },
    });
  });

  it("goes on to a default list without user state", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const { look } = await anIsolate({ l2: ERROR });
    expect(await look(tenant)).toEqual({
      recommend: ["replica", "user_state_unavailable", 10],
      feed: ["fallback", "user_state_unavailable", 10],
      videos: ["catalogue", "user_state_unavailable", 10],
      counted: { "step.default_list": 3, "degraded.user_state_unavailable": 3 },
    });
  });

  it("names the lower step when pools are stale, too", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const { look } = await anIsolate({ l2: ERROR, pools: ERROR });
    expect(await look(tenant)).toMatchObject({
      counted: { "step.default_list": 3, "degraded.user_state_unavailable": 3 },
    });
  });

  it("ends with a static list, under today's policy", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    await env.REPLICAS.delete(`pools:${tenant}`);
    await patchConfig(tenant, { filters: { excluded_items: ["item-0"] } });
    const { look, page } = await anIsolate({ l2: ERROR, pools: ERROR, catalogue: ERROR });
    expect(await look(tenant)).toEqual({
      recommend: ["static", "static_list", 10],
      feed: ["fallback", "static_list", 10],
      videos: ["catalogue", "static_list", 0],
      counted: { "step.static_list": 3, "degraded.static_list": 3 },
    });
    const all = await page<Feed>(`/t/${tenant}/recommend/ana?count=100`);
    expect(all.videos).toHaveLength(59);
    expect(all.videos).not.toContain("item-0");
  });

  it("stands in for a page of the user's own that nothing can name", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const user = anId("u");
    const warm = await anIsolate({});
    await warm.look(tenant, user);
    await env.REPLICAS.delete(`pools:${tenant}`);
    const { look } = await anIsolate({ pools: ERROR });
    expect(await look(tenant, user)).toMatchObject({
      recommend: ["static", "static_list", 10],
      feed: ["fallback", "static_list", 10],
    });
  });

  it("has an empty page when there is nothing at all", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const { look } = await anIsolate({ l2: ERROR, pools: ERROR, copies: ERROR });
    expect(await look(tenant)).toEqual({
      recommend: ["static", "no_pools", 0],
      feed: ["fallback", "no_pools", 0],
      videos: ["catalogue", "no_pools", 0],
      counted: { "step.static_list": 3, "degraded.no_pools": 3 },
    });
  });

  it("says what else an answer had to do without", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const uncounted = await anIsolate({ limits: ERROR });
    expect(await uncounted.look(tenant)).toEqual({
      recommend: ["l2", "limits_unavailable", 10],
      feed: ["cold_start", "limits_unavailable", 10],
      videos: ["catalogue", "limits_unavailable", 10],
      counted: { "step.fresh": 3, "degraded.limits_unavailable": 3 },
    });
    const untitled = await anIsolate({ catalogue: ERROR });
    expect(await untitled.look(tenant)).toEqual({
      recommend: ["l2", "metadata_unavailable", 10],
      feed: ["cold_start", "metadata_unavailable", 10],
      videos: ["catalogue", "metadata_unavailable", 0],
      counted: { "step.fresh": 3, "degraded.metadata_unavailable": 3 },
    });
  });

  it("makes videos without the store of profiles, and without whoever grants calls of YouTube", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(60);
    const unknown = await anIsolate({ profiles: ERROR });
    expect(await unknown.look(tenant)).toEqual({
      recommend: ["l2", null, 10],
      feed: ["cold_start", null, 10],
      videos: ["catalogue", "profiles_unavailable", 10],
      counted: { "step.fresh": 2, "step.stale": 1, "degraded.profiles_unavailable": 1 },
    });
    const key = { YOUTUBE_API_KEY: "AIzaSyTestsOnly_0123456789abcdefghijklm" };
    const ungranted = await anIsolate({ quota: ERROR }, key);
    expect(await ungranted.look(tenant)).toEqual({
      recommend: ["l2", null, 10],
      feed: ["cold_start", null, 10],
      videos: ["catalogue", "youtube_unavailable", 10],
      counted: { "step.fresh": 2, "step.stale": 1, "degraded.youtube_unavailable": 1 },
    });
  });

  it("does not repeat itself in an outage, nor after it", async ({ expect }) => {
    const tenant = await aTenantWithFeed(200);
    const isolate = await anIsolate({ l2: ERROR });
    const path = `/t/${tenant}/v1/feed?user_hash=ana&limit=10`;
    const first = await isolate.page<RankedFeed>(path);
    const second = await isolate.page<RankedFeed>(`${path}&cursor=${first.next_cursor ?? ""}`);
    expect(second).toMatchObject({ degraded_reason: "user_state_unavailable" });
    const third = await isolate.page<RankedFeed>(path);
    const ids = [first, second, third].flatMap(({ items }) => items.map(({ id }) => id));
    expect(new Set(ids).size).toBe(30);
    await isolate.play({});
    const after = await isolate.page<RankedFeed>(path);
    expect(after).toMatchObject({ degraded: false, feed_type: "cold_start" });
    expect(after.items).toHaveLength(10);
    expect(after.items.filter(({ id }) => ids.includes(id))).toEqual([]);
  });
});
