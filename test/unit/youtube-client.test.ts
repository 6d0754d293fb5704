import { afterAll, afterEach, beforeAll, describe, it } from "vitest";
import { youtubeClient } from "../../src/youtube/youtube-client.ts";
import type { CallSettings } from "../../src/youtube/counted-call.ts";
import { startYouTubeServer, type StartedYouTube } from "../support/start-youtube-server.ts";
import {
  aCaller,
  API_KEY,
  callSettings,
  type LogLines,
  permitLedger,
} from "../support/youtube-fixture.ts";
import { youtubeServer } from "../support/youtube-server.ts";

const NOW_MS = Date.UTC(2026, 4, 20, 12);
const youtube = youtubeServer({
  nowMs: () => NOW_MS,
  limits: { callsPerSecond: 10_000, callsPerMinute: 10_000, searchPerDay: 10_000 },
  keys: [API_KEY, "second-key"],
  disabledKeys: ["disabled-key"],
});
let started: StartedYouTube;

beforeAll(async () => {
  started = await startYouTubeServer(youtube);
});
afterAll(async () => {
  await started.stop();
});
afterEach(() => {
  youtube.behave();
});

/** A client of its own for each test, over HTTP. */
function aClient(own: Partial<CallSettings> = {}) {
  const permits = permitLedger();
  const settings = callSettings(youtube, permits, {
    baseUrl: started.baseUrl,
    fetch: (url, init) => fetch(url, init),
    ...own,
  });
  return { client: youtubeClient(settings), permits, settings };
}

const newestVideos = (channel: number) =>
  youtube.catalogue.uploads(youtube.catalogue.channelIds[channel] ?? "", NOW_MS) ?? [];

describe("the YouTube client", () => {
  it("reads a chart with its numbers, and with no video that cannot be watched", async ({
    expect,
  }) => {
    const { client, permits } = aClient();
    const called = await client.chart("US", undefined, aCaller());
    if (called.outcome !== "value") throw new Error(called.outcome);
    const [first] = called.value;
    const made = youtube.catalogue.find(first?.id ?? "");
    expect(called.value).toHaveLength(50);
    expect(first).toMatchObject({
      title: made?.title,
      channelId: made?.channelId,
      viewCount: made?.views,
      publishedAtMs: Math.floor((made?.publishedAtMs ?? 0) / 1000) * 1000,
      watchUrl: `https://www.youtube.com/watch?v=${made?.id ?? ""}`,
    });
    expect(called.value.every(({ description }) => description.length <= 500)).toBe(true);
    expect(permits.ends).toEqual([{ allowance: "units", end: "answered", serverDateMs: NOW_MS }]);
  });

  it("sends the key in a header and nowhere else", async ({ expect }) => {
    const { client, settings } = aClient();
    await client.search({ words: "chess", region: "US", language: "en" }, aCaller());
    const call = youtube.calls.at(-1);
    expect(call?.key).toBe(API_KEY);
    expect(call?.query).not.toContain(API_KEY);
    youtube.misbehave({ kind: "exhausted", status: 403 });
    await client.chart("FR", undefined, aCaller());
    expect((settings.log as LogLines).lines.join()).toContain("quotaExceeded");
    expect((settings.log as LogLines).lines.join()).not.toContain(API_KEY);
  });

  it("asks whether anything has changed, under a permit, and keeps what it had", async ({
    expect,
  }) => {
    const { client, permits } = aClient();
    const first = await client.chart("GB", "10", aCaller());
    const second = await client.chart("GB", "10", aCaller());
    expect(youtube.calls.at(-1)?.status).toBe(304);
    expect(second).toEqual(first);
    expect(permits.ends.map(({ end }) => end)).toEqual(["answered", "answered"]);
  });

  it("says that a chart, a playlist or a channel does not exist", async ({ expect }) => {
    const { client } = aClient();
    expect(await client.chart("US", "29", aCaller())).toEqual({ outcome: "nothing" });
    expect(await client.uploads(`UC${"x".repeat(22)}`, aCaller())).toEqual({ outcome: "nothing" });
    const calls = youtube.calls.length;
    expect(await client.uploads("not a channel", aCaller())).toEqual({ outcome: "nothing" });
    expect(youtube.calls).toHaveLength(calls);
  });

  it("looks up at most 50 videos, in their order, and leaves out private and deleted ones", async ({
    expect,
  }) => {
    const { client } = aClient();
    const asked = youtube.catalogue.videos.slice(0, 120).filter((v) => v.publishedAtMs <= NOW_MS);
    const called = await client.videos(
      asked.map(({ id }) => id),
      aCaller(),
    );
    const expected = asked.slice(0, 50).filter(({ state }) => state === "public");
    expect(expected.length).toBeLessThan(50);
    expect(called).toMatchObject({ outcome: "value", value: expected.map(({ id }) => ({ id })) });
  });

  it("takes live streams, hidden likes and closed comments as they are", async ({ expect }) => {
    const { client } = aClient();
    const open = youtube.catalogue.videos.filter(
      (v) => v.state === "public" && v.publishedAtMs <= NOW_MS,
    );
    const live = open.find((v) => v.live);
    const hidden = open.find((v) => v.likes === undefined);
    const closed = open.find((v) => v.comments === undefined && v.likes !== undefined);
    const ids = [live, hidden, closed].map((v) => v?.id ?? "");
    const called = await client.videos(ids, aCaller());
    expect(called).toMatchObject({
      value: [{ durationSeconds: 0 }, { likeCount: 0 }, { commentCount: 0 }],
    });
  });

  it("keeps the good videos of an answer with odd ones among them", async ({ expect }) => {
    const { client } = aClient();
    youtube.misbehave({ kind: "odd_items" });
    const called = await client.chart("CA", undefined, aCaller());
    if (called.outcome !== "value") throw new Error(called.outcome);
    // The first two of the chart were spoilt; the third has lost its counts and its duration.
    expect(called.value).toHaveLength(48);
    expect(called.value[0]).toMatchObject({ viewCount: 0, durationSeconds: 0 });
  });

  it("lists the uploads of a channel, newest first", async ({ expect }) => {
    const { client } = aClient();
    const uploads = newestVideos(3);
    const called = await client.uploads(uploads[0]?.channelId ?? "", aCaller());
    expect(called).toEqual({ outcome: "value", value: uploads.slice(0, 50).map(({ id }) => id) });
  });
});

describe("permits", () => {
  it("sends nothing without one", async ({ expect }) => {
    const { client, permits } = aClient();
    permits.refuse = () => ({
      granted: false,
      reason: "budget_exhausted",
      retryAfterSeconds: 70,
    });
    const calls = youtube.calls.length;
    const called = await client.chart("US", undefined, aCaller());
    expect(called).toEqual({
      outcome: "failed",
      reason: "budget_exhausted",
      retryAfterSeconds: 70,
    });
    expect(youtube.calls).toHaveLength(calls);
  });

  it("has a permit of its own for every attempt, each ended once", async ({ expect }) => {
    const { client, permits } = aClient();
    const calls = youtube.calls.length;
    youtube.misbehave({ kind: "error", status: 500 }, { times: 2 });
    const called = await client.chart("DE", undefined, aCaller());
    expect(called.outcome).toBe("value");
    expect(youtube.calls.length - calls).toBe(3);
    expect(permits.ends.map(({ end }) => end)).toEqual(["answered", "answered", "answered"]);
  });

  it("gives up after three attempts of a unit and two of a search", async ({ expect }) => {
    youtube.misbehave({ kind: "error", status: 503 });
    const units = aClient();
    expect(await units.client.chart("DE", undefined, aCaller())).toMatchObject({
      reason: "youtube_unavailable",
    });
    expect(units.permits.ends).toHaveLength(3);
    const search = aClient();
    await search.client.search({ words: "chess", region: "US", language: "en" }, aCaller());
    expect(search.permits.ends).toHaveLength(2);
  });

  it("counts a call without an answer as lost, and does not repeat a search then", async ({
    expect,
  }) => {
    youtube.misbehave({ kind: "hang" });
    const { client, permits } = aClient({ deadlineMs: 40 });
    const called = await client.search({ words: "chess", region: "US", language: "en" }, aCaller());
    expect(called).toMatchObject({ outcome: "failed", reason: "youtube_unavailable" });
    expect(permits.ends).toEqual([{ allowance: "search", end: "lost" }]);
  });

  it("returns the permit when the circuit is open, which stops the attempts", async ({
    expect,
  }) => {
    youtube.misbehave({ kind: "error", status: 500 });
    const { client, permits } = aClient();
    await client.chart("DE", undefined, aCaller());
    const calls = youtube.calls.length;
    expect(await client.chart("DE", undefined, aCaller())).toMatchObject({ outcome: "failed" });
    expect(youtube.calls).toHaveLength(calls);
    expect(permits.ends.at(-1)?.end).toBe("unused");
    expect(permits.ends).toHaveLength(4);
  });

  it("does not send under a permit that has run out", async ({ expect }) => {
    const { client, permits } = aClient();
    permits.untilMs = Date.now() - 1;
    const calls = youtube.calls.length;
    expect(await client.chart("US", undefined, aCaller())).toMatchObject({
      reason: "rate_limited",
    });
    expect(youtube.calls).toHaveLength(calls);
    expect(permits.ends).toEqual([{ allowance: "units", end: "unused" }]);
  });
});

describe("errors of YouTube", () => {
  it("tells the permits when the day is over, whether as 403 or as 429, and does not repeat", async ({
    expect,
  }) => {
    const { client, permits } = aClient();
    youtube.misbehave({ kind: "exhausted", status: 403 }, { times: 1 });
    youtube.misbehave({ kind: "exhausted", status: 429 }, { times: 1 });
    for (const region of ["IT", "SE"]) {
      expect(await client.chart(region, undefined, aCaller())).toMatchObject({
        outcome: "failed",
        reason: "quota_exhausted",
      });
    }
    expect(permits.exhaustions).toEqual([
      { allowance: "units", serverDateMs: NOW_MS },
      { allowance: "units", serverDateMs: NOW_MS },
    ]);
    expect(permits.ends).toHaveLength(2);
  });

  it("waits and tries again after too many calls a minute", async ({ expect }) => {
    const pauses: number[] = [];
    const { client, permits } = aClient({
      pause: (ms) => {
        pauses.push(ms);
        return Promise.resolve();
      },
    });
    youtube.misbehave({ kind: "rate_limited", status: 403 }, { times: 1 });
    youtube.misbehave({ kind: "rate_limited", status: 429 }, { times: 1 });
    expect((await client.chart("NL", undefined, aCaller())).outcome).toBe("value");
    expect(pauses).toEqual([1_000, 2_000]);
    expect(permits.exhaustions).toEqual([]);
  });

  it("stops asking with a key that is not accepted", async ({ expect }) => {
    for (const key of ["no-such-key", "disabled-key"]) {
      const { client, permits } = aClient({ key });
      const refused = { outcome: "failed", reason: "youtube_refused", retryAfterSeconds: 600 };
      expect(await client.chart("US", undefined, aCaller())).toEqual(refused);
      expect(await client.chart("US", "10", aCaller())).toMatchObject({
        reason: "youtube_refused",
      });
      expect(permits.ends).toHaveLength(1);
    }
  });

  it("takes a page or another shape for no answer, and pays for it once", async ({ expect }) => {
    const { client, permits } = aClient();
    youtube.misbehave({ kind: "not_json" }, { times: 1 });
    youtube.misbehave({ kind: "other_shape" }, { times: 1 });
    for (const region of ["PL", "NO"]) {
      expect(await client.chart(region, undefined, aCaller())).toMatchObject({
        reason: "youtube_unavailable",
      });
    }
    expect(permits.ends.map(({ end }) => end)).toEqual(["answered", "answered"]);
  });

  it("passes on the server's own date, however odd", async ({ expect }) => {
    const { client, permits } = aClient();
    youtube.misbehave({ kind: "date", offsetMs: -3_600_000 }, { times: 1 });
    await client.chart("DK", undefined, aCaller());
    expect(permits.ends[0]?.serverDateMs).toBe(NOW_MS - 3_600_000);
  });

  it("takes a network that fails for no answer", async ({ expect }) => {
    const { client, permits } = aClient({ baseUrl: "http://127.0.0.1:9" });
    expect(await client.chart("US", undefined, aCaller())).toMatchObject({
      reason: "youtube_unavailable",
    });
    expect(permits.ends.map(({ end }) => end)).toEqual(["lost", "lost", "lost"]);
  });
});
