import { describe, it } from "vitest";
import { FailureError } from "../../src/domain/failure.ts";
import { DEFAULT_INPUTS } from "../../src/feed/video-inputs.ts";
import type { UserStore } from "../../src/users/user-store.ts";
import { FEED_NOW_MS } from "../support/feed-fixture.ts";
import { bodyOf, idsOf, someVideos } from "../support/video-fixture.ts";

const MINUTE_MS = 60_000;
const later = (minutes: number) => ({ nowMs: FEED_NOW_MS + minutes * MINUTE_MS });

describe("without YouTube", () => {
  it("the catalogue stands in, is said to, and is not kept as a good answer", async ({
    expect,
  }) => {
    const { ask, library } = await someVideos({ listed: 50, items: 60 });
    if (library === undefined) throw new Error("no library");
    library.reason = "quota_exhausted";
    const body = await ask("ana");
    expect(body.meta).toMatchObject({
      source: "catalogue",
      degraded: true,
      degraded_reason: "quota_exhausted",
      retry_after: 3_600,
    });
    expect(idsOf(body)).toHaveLength(20);
    library.reason = undefined;
    // Half a minute later somebody tries again.
    expect((await ask("ana", {}, later(0.5))).meta).toMatchObject({
      source: "youtube",
      degraded: false,
    });
  });

  it("the last good answer is served on for two hours, and says why", async ({ expect }) => {
    const { ask, library } = await someVideos({ listed: 50, items: 60 });
    if (library === undefined) throw new Error("no library");
    const good = await ask("ana");
    library.reason = "youtube_unavailable";
    const old = await ask("ana", {}, later(30 + 119));
    expect(idsOf(old)).toEqual(idsOf(good));
    expect(old.meta).toMatchObject({ degraded: true, degraded_reason: "answer_stale" });
    const gone = await ask("ana", {}, later(30 + 2 * 60));
    expect(gone.meta).toMatchObject({
      source: "catalogue",
      degraded_reason: "youtube_unavailable",
    });
  });

  it("a refresh that cannot be had brings the answer before it, and says so", async ({
    expect,
  }) => {
    const { ask, library } = await someVideos({ listed: 50, items: 60 });
    if (library === undefined) throw new Error("no library");
    const good = await ask("ana");
    library.reason = "quota_exhausted";
    const old = await ask("ana", { refresh: true });
    expect(idsOf(old)).toEqual(idsOf(good));
    expect(old.meta).toMatchObject({ degraded: true, degraded_reason: "answer_stale" });
  });

  it.for([
    { list: "missing", meta: { missing_lists: 1, old_lists: 0 } },
    { list: "old", meta: { missing_lists: 0, old_lists: 1 } },
  ] as const)(
    "lists that are $list are told, with the reason; the answer is kept for a minute",
    async ({ list, meta }, { expect }) => {
      const { ask, library } = await someVideos({ listed: 50 });
      if (library === undefined) throw new Error("no library");
      library.lack = { list, reason: "budget_exhausted" };
      const body = await ask("ana");
      expect(body.cache_ttl).toBe(60);
      expect(body.meta).toMatchObject({
        ...meta,
        degraded: false,
        lists_reason: "quota_exhausted",
        retry_after: 3_600,
      });
      library.lack = undefined;
      const whole = await ask("ana", {}, later(2));
      expect(whole.meta).toMatchObject({ old_lists: 0, lists_reason: null, retry_after: null });
    },
  );

  it("an empty answer is not kept beyond its minute", async ({ expect }) => {
    const { ask, library } = await someVideos({ listed: 50 });
    if (library === undefined) throw new Error("no library");
    expect(idsOf(await ask("ana", { category: "nobody's" }))).toEqual([]);
    library.reason = "quota_exhausted";
    const { meta } = await ask("ana", { category: "nobody's" }, later(2));
    expect(meta["degraded_reason"]).toBe("quota_exhausted");
  });

  it("an explanation is of the answer that would be given, the catalogue's", async ({ expect }) => {
    const { answers, call, library } = await someVideos({ listed: 50, items: 60 });
    if (library === undefined) throw new Error("no library");
    library.reason = "quota_exhausted";
    const answer = await answers.explained(call("ana"), DEFAULT_INPUTS);
    expect(answer).toMatchObject({ degraded: "quota_exhausted", retryAfterSeconds: 3_600 });
    expect(bodyOf(answer.bytes)).toMatchObject({
      data: { total_count: 20 },
      meta: { source: "catalogue", degraded: true, retry_after: 3_600 },
    });
  });

  it("a category that YouTube does not know is the catalogue's, and no outage", async ({
    expect,
  }) => {
    const { ask, call, library } = await someVideos({ listed: 50, items: 60 });
    if (library === undefined) throw new Error("no library");
    const { videos } = call("ana");
    const rules = { ...videos.rules, themesFor: () => [] };
    const body = await ask("ana", { category: "travel" }, { videos: { ...videos, rules } });
    expect(idsOf(body).length).toBeGreaterThan(0);
    expect(body.meta).toMatchObject({ degraded: false, retry_after: null });
    for (const { category_name } of body.data.recommendations) expect(category_name).toBe("Travel");
  });

  it("and without a catalogue the answer is empty, never made up", async ({ expect }) => {
    const { ask } = await someVideos();
    const body = await ask("ana");
    expect(idsOf(body)).toEqual([]);
    expect(body.meta).toMatchObject({ degraded: true, degraded_reason: "no_pools" });
  });
});

describe("without other stores", () => {
  it("user state that is away costs its knowledge alone; the answer is not kept", async ({
    expect,
  }) => {
    const away = () => Promise.reject(new FailureError("USER_STATE_UNAVAILABLE", "away"));
    const users = new Proxy({} as UserStore, { get: () => away });
    const { ask, cache } = await someVideos({ listed: 50, ports: { users } });
    const body = await ask("ana");
    expect(idsOf(body)).toHaveLength(20);
    expect(body.meta).toMatchObject({ degraded_reason: "user_state_unavailable" });
    expect(cache.keys.size).toBe(0);
  });

  it("profiles that are away grant no refresh, and nobody is said to refresh too often", async ({
    expect,
  }) => {
    const { ask, profiles } = await someVideos({ listed: 50 });
    await ask("ana");
    profiles.state = "missing";
    profiles.refreshes = 0;
    const body = await ask("ana", { refresh: true });
    expect(body.meta).toMatchObject({ degraded_reason: "profiles_unavailable", refresh: null });
  });

  it("profiles that are away are said to be, by a kept answer too", async ({ expect }) => {
    const { ask, profiles } = await someVideos({ listed: 50 });
    await ask("ana");
    profiles.state = "stale";
    const body = await ask("ana");
    expect(body.meta).toMatchObject({ degraded: true, degraded_reason: "profiles_unavailable" });
    expect(body.cache_hit).toBe(true);
  });
});
