import { describe, it } from "vitest";
import { youtubeServer, type YouTubeServerOptions } from "../support/youtube-server.ts";

const at = (text: string): number => Date.parse(text);

/** A server with a clock that the test moves. */
function aServer(startsAt: string, options: YouTubeServerOptions = {}) {
  let nowMs = at(startsAt);
  const youtube = youtubeServer({
    nowMs: () => nowMs,
    catalogue: { videos: 400, channels: 40 },
    ...options,
  });
  return {
    youtube,
    moveTo: (text: string) => {
      nowMs = at(text);
    },
    ask: (path: string, headers: Record<string, string> = {}) =>
      youtube.handle(
        new Request(`http://youtube.test/${path}`, {
          headers: { "X-Goog-Api-Key": "k", ...headers },
        }),
      ),
  };
}

const CHART = "youtube/v3/videos?part=id&chart=mostPopular&regionCode=US";
const SEARCH = "youtube/v3/search?part=id&q=music";

describe("the YouTube of tests", () => {
  it("counts searches apart, and invalid calls as well", async ({ expect }) => {
    const { ask, youtube } = aServer("2026-05-20T12:00:00Z");
    await ask(CHART);
    await ask("youtube/v3/videos?part=id");
    await ask("youtube/v3/videos?part=nonsense&chart=mostPopular");
    await ask(SEARCH);
    expect(youtube.usage("k")).toEqual({ day: "2026-05-20", units: 3, search: 1 });
  });

  it("refuses and remembers what goes beyond the day", async ({ expect }) => {
    const { ask, youtube } = aServer("2026-05-20T12:00:00Z", { limits: { searchPerDay: 1 } });
    await ask(SEARCH);
    const refused = await ask(SEARCH);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      error: { code: 403, errors: [{ domain: "youtube.quota", reason: "quotaExceeded" }] },
    });
    expect(youtube.violations).toMatchObject([{ allowance: "search", window: "day", key: "k" }]);
    expect((await ask(CHART)).status).toBe(200);
  });

  it("refuses what goes beyond a second or a minute, and lets it in later", async ({ expect }) => {
    const { ask, moveTo, youtube } = aServer("2026-05-20T12:00:00.500Z", {
      limits: { callsPerSecond: 2, callsPerMinute: 3 },
    });
    await ask(CHART);
    await ask(CHART);
    expect((await ask(CHART)).status).toBe(429);
    moveTo("2026-05-20T12:00:01.500Z");
    expect((await ask(CHART)).status).toBe(200);
    expect((await ask(CHART)).status).toBe(429);
    moveTo("2026-05-20T12:01:00.600Z");
    expect((await ask(CHART)).status).toBe(200);
    expect(youtube.violations.map(({ window }) => window)).toEqual(["second", "minute"]);
    expect(youtube.usage("k").units).toBe(4);
  });

  it("begins a new day at midnight Pacific, in winter, in summer and on the days between", async ({
    expect,
  }) => {
    const { ask, moveTo, youtube } = aServer("2026-01-10T07:59:59Z");
    const days = [
      ["2026-01-10T07:59:59Z", "2026-01-10T08:00:00Z"],
      // The clocks go forward on 8 March: its midnight is still 8:00 UTC, the next one 7:00.
      ["2026-03-08T07:59:59Z", "2026-03-08T08:00:00Z"],
      ["2026-03-09T06:59:59Z", "2026-03-09T07:00:00Z"],
      // And back on 1 November.
      ["2026-11-01T06:59:59Z", "2026-11-01T07:00:00Z"],
      ["2026-11-02T07:59:59Z", "2026-11-02T08:00:00Z"],
    ] as const;
    for (const [before, after] of days) {
      moveTo(before);
      await ask(CHART);
      const { units } = youtube.usage("k");
      moveTo(after);
      expect([before, units, youtube.usage("k").units]).toEqual([before, 1, 0]);
    }
  });

  it("answers with the fields that were asked for, and with the date of its own clock", async ({
    expect,
  }) => {
    const { ask } = aServer("2026-05-20T12:00:00Z");
    const answer = await ask(
      "youtube/v3/videos?part=snippet,statistics&chart=mostPopular&maxResults=1&fields=kind,items(id,snippet/thumbnails(high/url))",
    );
    expect(answer.headers.get("Date")).toBe("Wed, 20 May 2026 12:00:00 GMT");
    const { kind, items } = (await answer.json()) as { kind: string; items: { id: string }[] };
    expect(kind).toBe("youtube#videoListResponse");
    expect(items).toEqual([
      {
        id: items[0]?.id,
        snippet: {
          thumbnails: {
            high: { url: `https://i.ytimg.com/vi/${items[0]?.id ?? ""}/hqdefault.jpg` },
          },
        },
      },
    ]);
    expect((await ask(`${CHART}&fields=items(id`)).status).toBe(400);
  });

  it("answers 304 for an ETag that still holds, and counts it", async ({ expect }) => {
    const { ask, moveTo, youtube } = aServer("2026-05-20T12:00:00Z");
    const etag = (await ask(CHART)).headers.get("ETag") ?? "";
    expect((await ask(CHART, { "If-None-Match": etag })).status).toBe(304);
    expect(youtube.usage("k").units).toBe(2);
    moveTo("2026-05-20T15:00:00Z");
    expect((await ask(`${CHART}&maxResults=50`, { "If-None-Match": etag })).status).toBe(200);
  });

  it("describes itself to anybody, for nothing", async ({ expect }) => {
    const { youtube } = aServer("2026-05-20T12:00:00Z");
    const answer = await youtube.handle(
      new Request("http://youtube.test/$discovery/rest?version=v3"),
    );
    expect(await answer.json()).toMatchObject({ id: "youtube:v3" });
    expect(youtube.calls).toEqual([]);
  });

  it("wants a key, one part at least and one filter exactly", async ({ expect }) => {
    const { ask, youtube } = aServer("2026-05-20T12:00:00Z", { keys: ["k"] });
    const reasons = [];
    for (const answer of [
      await youtube.handle(new Request(`http://youtube.test/${CHART}`)),
      await ask(CHART, { "X-Goog-Api-Key": "other" }),
      await ask("youtube/v3/videos?chart=mostPopular"),
      await ask(`${CHART}&id=abc`),
      await ask(`youtube/v3/videos?part=id&id=${Array.from({ length: 51 }).fill("a").join(",")}`),
      await ask(`${CHART}&maxResults=51`),
      await ask(`${CHART}&videoCategoryId=29`),
    ]) {
      const { error } = (await answer.json()) as { error: { errors: { reason: string }[] } };
      reasons.push(error.errors[0]?.reason);
    }
    expect(reasons).toEqual([
      "forbidden",
      "badRequest",
      "missingRequiredParameter",
      "incompatibleParameters",
      "invalidFilters",
      "invalidParameter",
      "videoChartNotFound",
    ]);
  });

  it("is the same YouTube for the same seed", ({ expect }) => {
    const made = (seed: number) =>
      aServer("2026-05-20T12:00:00Z", { catalogue: { seed, videos: 50, channels: 10 } }).youtube
        .catalogue.videos;
    expect(made(7)).toEqual(made(7));
    expect(made(7)).not.toEqual(made(8));
  });
});
