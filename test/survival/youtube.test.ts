/** Cache first: what answers of real videos cost, on a real Worker. */
import { get } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, it } from "vitest";
import type { SeenCall } from "../support/youtube-server.ts";
import { idsOf, type LiveVideos, startLiveVideos, VIDEO_TENANT } from "../support/live-videos.ts";

const CURIOUS = { openness: 90, conscientiousness: 20, extraversion: 20 };
const SLOW_MS = 400;

const searchesIn = (calls: readonly SeenCall[]): number =>
  calls.filter(({ method }) => method === "search").length;
const repeatsIn = (calls: readonly SeenCall[]): number =>
  calls.length - new Set(calls.map(({ method, query }) => method + query)).size;

describe("users of one taste, before YouTube", () => {
  let world: LiveVideos;
  beforeAll(async () => {
    world = await startLiveVideos({ limits: { calls_per_second: 50, calls_per_minute: 1_000 } });
  });
  afterAll(async () => {
    await world?.stop();
  });

  it("share lists: 20 who come at once cost one call a list", async ({ expect }) => {
    world.youtube.misbehave({ kind: "slow", ms: SLOW_MS });
    const users = Array.from({ length: 20 }, (_, at) => `cold-${at}`);
    const answers = await Promise.all(users.map((user) => world.videos(user)));
    world.youtube.behave();
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body.meta).toMatchObject({ source: "youtube", degraded: false });
      expect(body.data.total_count).toBe(20);
    }
    expect(world.inventedBy(answers)).toEqual([]);
    const calls = world.newCalls();
    expect(calls.length).toBeGreaterThan(0);
    expect(repeatsIn(calls)).toBe(0);
    expect(searchesIn(calls)).toBe(0);
  });

  it("cost a search at most, and nothing for who comes second", async ({ expect }) => {
    await world.assess("ana", CURIOUS);
    await world.assess("ben", CURIOUS);
    const first = await world.videos("ana");
    expect(first.body.meta).toMatchObject({ source: "youtube", degraded: false });
    // What the answer did not wait for comes behind it.
    await pause(1_000);
    const calls = world.newCalls();
    expect(repeatsIn(calls)).toBe(0);
    expect(searchesIn(calls)).toBeLessThanOrEqual(1);
    // The tenant's.
    for (const { method, query } of calls) {
      if (method === "search") expect(query).toContain("relevanceLanguage=en");
    }
    const second = await world.videos("ben");
    expect(second.body.meta).toMatchObject({
      source: "youtube",
      degraded: false,
      missing_lists: 0,
    });
    expect(second.body.data.total_count).toBe(20);
    expect(world.newCalls()).toEqual([]);
    expect(world.inventedBy([first, second])).toEqual([]);
  });

  it("get the list of a request whose client hung up", async ({ expect }) => {
    world.youtube.misbehave({ kind: "slow", ms: SLOW_MS });
    const path = `/t/${VIDEO_TENANT}/api/v1/video/trending/gone?region_code=FR`;
    const gone = get(`${world.url}${path}`);
    gone.on("error", () => undefined);
    while (world.pending() === 0) await pause(10);
    const others = ["cleo", "dan"].map((user) => world.trending(user, "FR"));
    await pause(50);
    gone.destroy();
    for (const { body } of await Promise.all(others)) {
      expect(body.meta).toMatchObject({ source: "youtube", degraded: false });
    }
    world.youtube.behave();
    expect(world.newCalls()).toHaveLength(1);
    expect(world.youtube.violations).toEqual([]);
  });

  it("get what is popular in the catalogue where YouTube has no list of what is trending", async ({
    expect,
  }) => {
    const answer = await world.trending("ana", "CU");
    expect(answer.body.meta).toMatchObject({ source: "catalogue", degraded: false });
    expect(answer.body.data.total_count).toBe(20);
    expect(world.newCalls()).toHaveLength(1);
    await world.trending("ben", "CU");
    expect(world.newCalls()).toEqual([]);
  });

  it("keep their answer in memory: the second request of a user asks nobody", async ({
    expect,
  }) => {
    const first = await world.videos("eve");
    const again = await world.videos("eve");
    expect(again.headers.get("X-Cache")).toBe("memory");
    expect(again.body.cache_hit).toBe(true);
    expect(idsOf(again)).toEqual(idsOf(first));
    expect(world.newCalls()).toEqual([]);
  });
});
