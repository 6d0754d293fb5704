import { describe, it } from "vitest";
import { FailureError } from "../../src/domain/failure.ts";
import { DEFAULT_INPUTS } from "../../src/feed/video-inputs.ts";
import { someVideos } from "../support/video-fixture.ts";

describe("a warm-up", () => {
  it("makes the answer that a plain request gets", async ({ expect }) => {
    const { ask, answers, call, feed, profiles, cache } = await someVideos({ listed: 50 });
    expect(await answers.prefetch(call("ana"), DEFAULT_INPUTS)).toEqual({ status: "warming" });
    expect(cache.loads).toBe(0);
    await feed.settle();
    expect(profiles.ended).toEqual(["warmed"]);
    expect((await ask("ana")).cache_hit).toBe(true);
    expect(await answers.prefetch(call("ana"), DEFAULT_INPUTS)).toEqual({ status: "warm" });
    expect(profiles.leases).toBe(1);
  });

  it("makes what the user asked last where nothing is said, and from where", async ({ expect }) => {
    const { ask, answers, call, feed, profiles } = await someVideos({ listed: 50 });
    const asked = { maxResults: 7, includeTrending: false, category: "música" };
    const fromHome = { country: () => "DE" };
    await ask("ana", asked, fromHome);
    await ask("ana", { surface: "trending" });
    profiles.change("ana", {});
    expect(await answers.prefetch(call("ana", { country: () => "US" }))).toEqual({
      status: "warming",
    });
    await feed.settle();
    expect((await ask("ana", asked, fromHome)).cache_hit).toBe(true);
    await answers.prefetch(call("bob"));
    await feed.settle();
    expect((await ask("bob")).cache_hit).toBe(true);
  });

  it("is somebody else's while they hold the lease", async ({ expect }) => {
    const { answers, call, profiles } = await someVideos({ listed: 50 });
    profiles.lease = { granted: false, untilMs: 7 };
    const warmUp = await answers.prefetch(call("ana"), DEFAULT_INPUTS);
    expect(warmUp).toEqual({ status: "already_warming", untilMs: 7 });
  });

  it("that fails gives its lease back as failed", async ({ expect }) => {
    const { answers, call, feed, profiles, library } = await someVideos({ listed: 50, items: 20 });
    if (library !== undefined) library.reason = "youtube_unavailable";
    await answers.prefetch(call("ana"), DEFAULT_INPUTS);
    await feed.settle();
    expect(profiles.ended).toEqual(["failed"]);
  });

  it("is none while nobody knows the user; the outage is the background's", async ({ expect }) => {
    const { answers, call, cache, feed, profiles } = await someVideos({ listed: 50 });
    profiles.away = new FailureError("PROFILES_UNAVAILABLE", "away");
    const failing = () => ({ ...call("ana"), background: { run: keep } });
    const works: (() => Promise<unknown>)[] = [];
    const keep = (_name: string, work: () => Promise<unknown>): void => void works.push(work);
    expect(await answers.prefetch(failing())).toEqual({ status: "unavailable" });
    profiles.state = "missing";
    expect(await answers.prefetch(failing())).toEqual({ status: "unavailable" });
    expect(works).toHaveLength(2);
    for (const work of works) await expect(work()).rejects.toThrow(FailureError);
    await feed.settle();
    expect(cache.loads).toBe(0);
  });
});
