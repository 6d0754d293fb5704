import { describe, it } from "vitest";
import type { TenantId } from "../../src/domain/ids.ts";
import { LIST_WINDOWS, type SharedList } from "../../src/youtube/shared-list.ts";
import { sharedVideoLibrary } from "../../src/youtube/shared-video-library.ts";
import { youtubeClient } from "../../src/youtube/youtube-client.ts";
import { memoryCache } from "../support/cache-fixture.ts";
import { callSettings, keptBackground, permitLedger } from "../support/youtube-fixture.ts";
import { youtubeServer } from "../support/youtube-server.ts";

describe("the library of shared lists, in workerd", () => {
  it("fetches a chart and a search with the runtime's own requests", async ({ expect }) => {
    const youtube = youtubeServer({ catalogue: { videos: 1_000, channels: 50 } });
    const permits = permitLedger();
    const library = sharedVideoLibrary({
      client: youtubeClient(callSettings(youtube, permits)),
      cache: memoryCache<SharedList>(LIST_WINDOWS.chart),
      fingerprint: "f1",
    });
    const { found } = await library.videos({
      tenant: "acme" as TenantId,
      user: undefined,
      region: "US",
      themes: [{ kind: "trending" }, { kind: "topic", topic: "philosophy" }],
      nowMs: Date.now(),
      background: keptBackground(),
      waitMs: 5_000,
    });
    expect(found.map(({ state }) => state)).toEqual(["fresh", "fresh"]);
    expect(found[0]?.videos).toHaveLength(50);
    expect(permits.ends.map(({ end }) => end)).toEqual(Array.from({ length: 4 }).fill("answered"));
  });

  it("gives up a call that hangs", async ({ expect }) => {
    const youtube = youtubeServer({ catalogue: { videos: 100, channels: 10 } });
    youtube.misbehave({ kind: "hang" });
    const permits = permitLedger();
    const client = youtubeClient(callSettings(youtube, permits, { deadlineMs: 20 }));
    const called = await client.search(
      { words: "cats", region: "US", language: undefined },
      { tenant: "acme" as TenantId, user: undefined, background: keptBackground() },
    );
    expect(called).toMatchObject({ outcome: "failed", reason: "youtube_unavailable" });
    expect(permits.ends).toEqual([{ allowance: "search", end: "lost" }]);
  });
});
