import { describe, it } from "vitest";
import { FailureError } from "../../src/domain/failure.ts";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import { LIST_WINDOWS, type SharedList } from "../../src/youtube/shared-list.ts";
import { sharedVideoLibrary } from "../../src/youtube/shared-video-library.ts";
import type { LibraryRequest, Theme } from "../../src/youtube/video-library.ts";
import { youtubeClient } from "../../src/youtube/youtube-client.ts";
import { memoryCache } from "../support/cache-fixture.ts";
import { callSettings, keptBackground, permitLedger } from "../support/youtube-fixture.ts";
import { youtubeServer } from "../support/youtube-server.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PATIENT_MS = 5_000;
const trending: Theme = { kind: "trending" };
const chart = (categoryId: string): Theme => ({ kind: "chart", categoryId });
const topic = (name: string): Theme => ({ kind: "topic", topic: name });

/** A library before a YouTube of its own, with a clock that the test moves. */
function aLibrary(cache = memoryCache<SharedList>(LIST_WINDOWS.chart)) {
  let nowMs = Date.UTC(2026, 4, 20, 12);
  const youtube = youtubeServer({
    nowMs: () => nowMs,
    catalogue: { videos: 2_000, channels: 100 },
    limits: { callsPerSecond: 1_000, callsPerMinute: 1_000 },
  });
  const permits = permitLedger();
  let running = 0;
  let most = 0;
  const client = youtubeClient(
    callSettings(youtube, permits, {
      nowMs: () => nowMs,
      async fetch(url, init) {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
        return youtube.handle(new Request(url, init));
      },
    }),
  );
  const background = keptBackground();
  const library = sharedVideoLibrary({
    client,
    cache,
    fingerprint: "f1",
  });
  return {
    youtube,
    permits,
    background,
    later: (ms: number) => {
      nowMs += ms;
    },
    mostAtOnce: () => most,
    methods: () => youtube.calls.map(({ method }) => method),
    ask: (themes: readonly Theme[], own: Partial<LibraryRequest> = {}) =>
      library.videos({
        tenant: "acme" as TenantId,
        user: "u1" as UserId,
        region: "US",
        language: "en",
        themes,
        nowMs,
        background,
        waitMs: PATIENT_MS,
        ...own,
      }),
  };
}

describe("the library of shared lists", () => {
  it("fetches a list once for all users of a region", async ({ expect }) => {
    const { ask, methods, youtube } = aLibrary();
    const first = await ask([trending]);
    expect(first.found[0]?.videos).toHaveLength(50);
    const second = await ask([trending], { user: "u2" as UserId, tenant: "other" as TenantId });
    expect(second).toEqual(first);
    expect(methods()).toEqual(["videos"]);
    const elsewhere = await ask([trending], { region: "BR" });
    expect(elsewhere.found[0]?.videos[0]?.id).not.toBe(first.found[0]?.videos[0]?.id);
    expect(youtube.calls).toHaveLength(2);
  });

  it("serves a list past its time at once, and renews it behind the answer", async ({ expect }) => {
    const { ask, background, later, methods } = aLibrary();
    await ask([trending]);
    later(45 * MINUTE_MS);
    const stale = await ask([trending]);
    expect(stale.found[0]?.state).toBe("stale");
    await background.settled();
    expect(methods()).toHaveLength(2);
    expect((await ask([trending])).found[0]?.state).toBe("fresh");
  });

  it("serves an old list when no newer one can be had, and says why", async ({ expect }) => {
    const { ask, later, permits } = aLibrary();
    await ask([trending]);
    later(24 * HOUR_MS);
    permits.refuse = () => ({ granted: false, reason: "quota_exhausted", retryAfterSeconds: 90 });
    const { found, missing } = await ask([trending]);
    expect(found).toMatchObject([
      { state: "stale", reason: "quota_exhausted", retryAfterSeconds: 90 },
    ]);
    expect(found[0]?.videos).toHaveLength(50);
    expect(missing).toEqual([]);
  });

  it("serves an old list when the cache itself cannot make another", async ({ expect }) => {
    const cache = memoryCache<SharedList>(LIST_WINDOWS.chart);
    const { ask, later } = aLibrary(cache);
    await ask([trending]);
    later(24 * HOUR_MS);
    cache.read = () => Promise.reject(new FailureError("USER_STATE_UNAVAILABLE", "no store"));
    expect((await ask([trending])).found).toMatchObject([{ state: "stale" }]);
    expect((await ask([chart("10")])).missing).toMatchObject([{ reason: "youtube_unavailable" }]);
  });

  it("says why a list is missing, and never throws for it", async ({ expect }) => {
    const { ask, permits, youtube } = aLibrary();
    permits.refuse = () => ({ granted: false, reason: "budget_exhausted", retryAfterSeconds: 70 });
    expect(await ask([trending])).toEqual({
      found: [],
      missing: [{ theme: trending, reason: "budget_exhausted", retryAfterSeconds: 70 }],
    });
    permits.refuse = undefined;
    youtube.misbehave({ kind: "not_json" });
    expect((await ask([chart("10")])).missing).toMatchObject([{ reason: "youtube_unavailable" }]);
  });

  it("does not let one user's spent budget keep a list from the next", async ({ expect }) => {
    const { ask, permits } = aLibrary();
    permits.refuse = () => ({
      granted: false,
      reason: "budget_exhausted",
      retryAfterSeconds: 9_000,
    });
    await ask([trending]);
    permits.refuse = undefined;
    expect((await ask([trending], { user: "u2" as UserId })).found).toHaveLength(1);
  });

  it("answers at once when it may not wait, and has the lists for the next request", async ({
    expect,
  }) => {
    const { ask, background } = aLibrary();
    const themes = [trending, chart("10"), chart("20")];
    const { found, missing } = await ask(themes, { waitMs: 0 });
    expect(found).toEqual([]);
    expect(missing.map(({ reason }) => reason)).toEqual(["pending", "pending", "pending"]);
    await background.settled();
    expect((await ask(themes, { waitMs: 0 })).found).toHaveLength(3);
  });

  it("does not wait for a YouTube that hangs longer than it may", async ({ expect }) => {
    const { ask, youtube } = aLibrary();
    youtube.misbehave({ kind: "hang" });
    const { missing } = await ask([trending], { waitMs: 20 });
    expect(missing).toMatchObject([{ reason: "pending" }]);
  });

  it("keeps at most three calls under way, and fetches what is worth most first", async ({
    expect,
  }) => {
    const { ask, background, later, mostAtOnce, permits } = aLibrary();
    let left = 3;
    permits.refuse = () =>
      left-- > 0 ? undefined : { granted: false, reason: "rate_limited", retryAfterSeconds: 1 };
    const themes = ["10", "20", "17", "24", "23", "1", "25"].map(chart);
    const first = await ask(themes);
    expect(first.found.map(({ theme }) => theme)).toEqual(themes.slice(0, 3));
    await background.settled();
    expect(mostAtOnce()).toBeLessThanOrEqual(3);
    left = 100;
    later(2_000);
    await ask(themes);
    await background.settled();
    expect((await ask(themes)).found).toHaveLength(7);
    expect(mostAtOnce()).toBe(3);
  });

  it("asks only once in a day for a chart that does not exist", async ({ expect }) => {
    const { ask, later, methods } = aLibrary();
    expect((await ask([chart("29")])).found).toMatchObject([{ videos: [], state: "fresh" }]);
    later(23 * HOUR_MS);
    await ask([chart("29")]);
    expect(methods()).toHaveLength(1);
    later(2 * HOUR_MS);
    await ask([chart("29")]);
    expect(methods()).toHaveLength(2);
  });

  it("fetches a channel with two calls, and shares it between regions", async ({ expect }) => {
    const { ask, methods, youtube } = aLibrary();
    const channelId = youtube.catalogue.videos[0]?.channelId ?? "";
    const { found } = await ask([{ kind: "channel", channelId }]);
    expect(found[0]?.videos.every((video) => video.channelId === channelId)).toBe(true);
    expect(methods()).toEqual(["playlistItems", "videos"]);
    await ask([{ kind: "channel", channelId }], { region: "JP" });
    expect(methods()).toHaveLength(2);
  });

  it("refuses a region that is none without asking anybody", async ({ expect }) => {
    const { ask, methods } = aLibrary();
    expect((await ask([trending], { region: "XX" })).missing).toMatchObject([
      { reason: "youtube_refused" },
    ]);
    expect(methods()).toEqual([]);
  });
});

describe("a topic", () => {
  it("is its category's chart where there is one, and shares the chart's call", async ({
    expect,
  }) => {
    const { ask, methods } = aLibrary();
    const { found } = await ask([chart("10"), topic("pop_music")]);
    expect(found[1]?.videos).toEqual(found[0]?.videos);
    expect(methods()).toEqual(["videos"]);
  });

  it("is searched where no chart holds enough of it, with one call for all details", async ({
    expect,
  }) => {
    const { ask, methods, youtube } = aLibrary();
    const { found } = await ask([topic("philosophy")]);
    expect(found[0]?.videos.length).toBeGreaterThan(10);
    // The chart of Education does not exist; the one of all is, so that YouTube has the region.
    expect(methods()).toEqual(["videos", "videos", "search", "videos"]);
    expect(youtube.calls[2]?.query).toContain("relevanceLanguage=en");
  });

  it("is never searched in a region that YouTube has no charts of", async ({ expect }) => {
    const { ask, later, methods, background } = aLibrary();
    const asked = [topic("philosophy"), topic("pop_music"), trending];
    const { found, missing } = await ask(asked, { region: "KP" });
    expect(found.map(({ videos }) => videos.length)).toEqual([0, 0, 0]);
    expect(missing).toEqual([]);
    const calls = methods().length;
    await ask(asked, { region: "KP" });
    expect(methods()).toHaveLength(calls);
    // Its charts are asked for again by then.
    later(2 * HOUR_MS);
    await ask(asked, { region: "KP" });
    await background.settled();
    expect(methods()).not.toContain("search");
  });

  it("is not searched again for a day", async ({ expect }) => {
    const { ask, later, methods } = aLibrary();
    await ask([topic("philosophy")]);
    later(23 * HOUR_MS);
    await ask([topic("philosophy")]);
    expect(methods().filter((method) => method === "search")).toHaveLength(1);
  });

  it("is not searched because a chart cannot be had", async ({ expect }) => {
    const { ask, methods, permits } = aLibrary();
    permits.refuse = (allowance) =>
      allowance === "units"
        ? { granted: false, reason: "rate_limited", retryAfterSeconds: 1 }
        : undefined;
    expect((await ask([topic("calm")])).missing).toMatchObject([{ reason: "rate_limited" }]);
    expect(methods()).not.toContain("search");
  });

  it("does not pay twice for a search whose details could not be had", async ({ expect }) => {
    const { ask, later, methods, permits } = aLibrary();
    let units = 2;
    permits.refuse = (allowance) =>
      allowance === "search" || units-- > 0
        ? undefined
        : { granted: false, reason: "rate_limited", retryAfterSeconds: 1 };
    expect((await ask([topic("philosophy")])).missing).toMatchObject([{ reason: "rate_limited" }]);
    permits.refuse = undefined;
    later(2_000);
    expect((await ask([topic("philosophy")])).found[0]?.videos.length).toBeGreaterThan(10);
    expect(methods()).toEqual(["videos", "videos", "search", "videos"]);
  });
});
