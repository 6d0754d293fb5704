import { describe, it } from "vitest";
import { MemoryTier } from "../../src/cache/memory-tier.ts";
import { FailureError } from "../../src/domain/failure.ts";
import { VideoAnswers } from "../../src/feed/video-answers.ts";
import { DEFAULT_INPUTS } from "../../src/feed/video-inputs.ts";
import { FEED_NOW_MS } from "../support/feed-fixture.ts";
import { MemoryAnswerCache } from "../support/memory-answer-cache.ts";
import { bodyOf, idsOf, someVideos } from "../support/video-fixture.ts";

const later = (minutes: number) => ({ nowMs: FEED_NOW_MS + minutes * 60_000 });

describe("what an answer shows", () => {
  it("is noted before it leaves whoever made it, and by nobody again", async ({ expect }) => {
    const { ask, answers, call, profiles } = await someVideos({ listed: 50 });
    await ask("ana");
    expect(profiles.noted).toBe(1);
    expect(answers.answer(call("ana"), DEFAULT_INPUTS, false)).not.toBeInstanceOf(Promise);
    expect(profiles.noted).toBe(1);
  });

  it("is noted of a warm-up when the first request comes for it", async ({ expect }) => {
    const { ask, answers, call, profiles } = await someVideos({ listed: 50 });
    expect(await answers.warm(call("ana"), DEFAULT_INPUTS)).toBe("warmed");
    expect(profiles.noted).toBe(0);
    const body = await ask("ana");
    expect(body.cache_hit).toBe(true);
    expect(profiles.profiles.get("ana")?.shown.map(({ video }) => video)).toEqual(
      expect.arrayContaining([...idsOf(body)]),
    );
    expect(answers.answer(call("ana"), DEFAULT_INPUTS, false)).not.toBeInstanceOf(Promise);
    expect(profiles.noted).toBe(1);
  });

  it("of a warm-up that nobody came for is in the next answer again", async ({ expect }) => {
    const { ask, answers, call, cache, profiles } = await someVideos({ listed: 50 });
    await answers.warm(call("ana"), DEFAULT_INPUTS);
    profiles.change("ana", {});
    const seen = await ask("ana");
    expect(cache.loads).toBe(2);
    const { bytes } = await answers.explained(call("bob"), DEFAULT_INPUTS);
    // As if there had been no warm-up.
    expect(idsOf(seen)).toEqual(idsOf(bodyOf(bytes)));
  });

  it("is not noted of what is made behind an answer, until it is served", async ({ expect }) => {
    const { ask, feed, cache, profiles } = await someVideos({ listed: 50 });
    const first = await ask("ana");
    expect(idsOf(await ask("ana", {}, later(16)))).toEqual(idsOf(first));
    await feed.settle();
    expect(cache.loads).toBe(2);
    expect(profiles.noted).toBe(1);
    const renewed = await ask("ana", {}, later(17));
    expect(idsOf(renewed)).not.toEqual(idsOf(first));
    expect(cache.loads).toBe(2);
    expect(profiles.noted).toBe(2);
  });

  it("is not made again behind an old answer that this request is the first to see", async ({
    expect,
  }) => {
    const { ask, answers, call, feed, cache } = await someVideos({ listed: 100 });
    await answers.warm(call("ana"), DEFAULT_INPUTS);
    const old = await ask("ana", {}, later(16));
    await feed.settle();
    const renewed = await ask("ana", {}, later(17));
    expect(cache.loads).toBe(2);
    expect(idsOf(renewed).filter((id) => idsOf(old).includes(id))).toEqual([]);
  });

  it("is noted again by an isolate that finds it in a far tier, and changes nothing", async ({
    expect,
  }) => {
    const { call, profiles, feed } = await someVideos({ listed: 50 });
    const tier = new MemoryTier("edge");
    const isolate = () => new VideoAnswers(new MemoryAnswerCache([tier]), profiles);
    await isolate().warm(call("ana"), DEFAULT_INPUTS);
    await feed.settle();
    const there = isolate();
    expect(await there.answer(call("ana"), DEFAULT_INPUTS, false)).toMatchObject({ tier: "edge" });
    const noted = profiles.profiles.get("ana");
    expect(noted?.shown.length).toBeGreaterThanOrEqual(20);
    expect(there.answer(call("ana"), DEFAULT_INPUTS, false)).not.toBeInstanceOf(Promise);
    await isolate().answer(call("ana"), DEFAULT_INPUTS, false);
    expect(profiles.noted).toBe(2);
    expect(profiles.profiles.get("ana")).toBe(noted);
  });

  it("of an answer that left as it was made is not noted again from a far tier", async ({
    expect,
  }) => {
    const { call, profiles, feed } = await someVideos({ listed: 50 });
    const tier = new MemoryTier("edge");
    const isolate = () => new VideoAnswers(new MemoryAnswerCache([tier]), profiles);
    await isolate().answer(call("ana"), DEFAULT_INPUTS, false);
    await feed.settle();
    const found = await isolate().answer(call("ana"), DEFAULT_INPUTS, false);
    expect(found.tier).toBe("edge");
    expect(profiles.noted).toBe(1);
  });

  it("that could not be noted leaves all the same, and is noted by the next", async ({
    expect,
  }) => {
    const { answers, call, feed, profiles } = await someVideos({ listed: 50 });
    profiles.away = new FailureError("PROFILES_UNAVAILABLE", "away");
    const quiet = { ...call("ana"), background: { run: () => undefined } };
    const first = await answers.answer(quiet, DEFAULT_INPUTS, false);
    expect(first).toMatchObject({ tier: "made", degraded: undefined });
    profiles.away = undefined;
    const next = await answers.answer(call("ana"), DEFAULT_INPUTS, false);
    await feed.settle();
    expect(next.tier).toBe("memory");
    expect(profiles.noted).toBe(1);
  });

  it("is noted of the catalogue's answer that stands in for YouTube's, too", async ({ expect }) => {
    const { ask, library, profiles } = await someVideos({ listed: 50, items: 60 });
    if (library !== undefined) library.reason = "quota_exhausted";
    const body = await ask("ana");
    expect(body.meta["source"]).toBe("catalogue");
    expect(profiles.noted).toBe(1);
  });
});
