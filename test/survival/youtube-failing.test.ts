/** YouTube slow, silent, broken or hostile: everybody is answered, with what is really there, and all is well after it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, it } from "vitest";
import { COUNTRIES } from "../../src/domain/countries.ts";
import type { Misbehaviour } from "../support/youtube-server.ts";
import { idsOf, type LiveVideos, startLiveVideos, VIDEO_KEY } from "../support/live-videos.ts";

const GENEROUS = { calls_per_second: 50, calls_per_minute: 1_000 };
const DEADLINES = JSON.stringify({ youtube: 300, quota: 300, profiles: 300 });
/** Of the circuit; it is 500 ms in these Workers. */
const CLOSED_AFTER_MS = 700;
const WELL_WITHIN_MS = 15_000;

/** Answers of which five are failures, surely. */
const OPEN_WITHIN = 30;

const BROKEN: readonly (readonly [string, Misbehaviour])[] = [
  ["is slower than its deadline", { kind: "slow", ms: 2_000 }],
  ["takes calls and never answers", { kind: "hang" }],
  ["fails", { kind: "error", status: 503 }],
  ["sends a page of HTML", { kind: "not_json" }],
  ["sends JSON that is no list", { kind: "other_shape" }],
];

describe("while YouTube", () => {
  let world: LiveVideos;
  const regions = [...COUNTRIES];
  /** Nobody has asked for its lists before. */
  const newRegion = (): string => regions.pop() ?? "";
  beforeAll(async () => {
    world = await startLiveVideos({ limits: GENEROUS, vars: { DEADLINES_MS: DEADLINES } });
  });
  afterAll(async () => {
    await world?.stop();
  });

  const stateOfYouTube = async (): Promise<string | undefined> => {
    const ready = await world.ask<{
      dependencies: Readonly<Record<string, { readonly state: string }>>;
    }>("/health/ready");
    return ready.body.dependencies["youtube"]?.state;
  };

  /** A machine that is too late once leaves the circuit open for another turn. */
  const allIsWell = async (): Promise<void> => {
    world.youtube.behave();
    const endMs = performance.now() + WELL_WITHIN_MS;
    for (;;) {
      await pause(CLOSED_AFTER_MS);
      const { meta } = (await world.trending("ana", newRegion())).body;
      if (meta.source === "youtube" && !meta.degraded) return;
      if (performance.now() > endMs) throw new Error(`never well again: ${meta.degraded_reason}`);
    }
  };

  for (const [what, how] of BROKEN) {
    it(`${what}, the catalogue answers and the circuit opens; it closes when that is over`, async ({
      expect,
    }) => {
      world.youtube.misbehave(how);
      // Five failures in a row open a circuit, and users share what fails.
      const answers = await Promise.all(
        [1, 2, 3, 4, 5]
          .map(newRegion)
          .flatMap((at) => ["ana", "ben"].map((user) => world.trending(user, at))),
      );
      // A busy machine may be too late with a permit, which is no failure of YouTube's.
      while ((await stateOfYouTube()) === "closed") {
        expect(answers.length, "the circuit should be open").toBeLessThan(OPEN_WITHIN);
        answers.push(await world.trending("dan", newRegion()));
        await pause(100);
      }
      const calls = world.newCalls().length;
      answers.push(await world.trending("cleo", newRegion()));
      for (const { status, headers, body } of answers) {
        expect(status).toBe(200);
        expect(body.meta).toMatchObject({ source: "catalogue", degraded: true });
        expect(["youtube_unavailable", "videos_pending"]).toContain(body.meta.degraded_reason);
        expect(body.meta.retry_after).toBeGreaterThan(0);
        expect(Number(headers.get("Retry-After"))).toBeGreaterThan(0);
        expect(body.data.total_count).toBe(20);
      }
      expect(world.inventedBy(answers)).toEqual([]);
      // Permits were spent on calls alone, and none too many.
      expect(calls).toBeGreaterThan(0);
      expect(world.youtube.violations).toEqual([]);

      await allIsWell();
      expect(await stateOfYouTube()).toBe("closed");
    });
  }

  it("sends items that are no videos, the others are served", async ({ expect }) => {
    await allIsWell();
    world.youtube.misbehave({ kind: "odd_items" });
    const answer = await world.trending("ana", newRegion());
    world.youtube.behave();
    expect(answer.body.meta).toMatchObject({ source: "youtube", degraded: false });
    expect(world.inventedBy([answer])).toEqual([]);
  });
});

describe("a key that YouTube refuses", () => {
  it("leaves the catalogue, and is not tried again by every request", async ({ expect }) => {
    const world = await startLiveVideos({
      limits: GENEROUS,
      vars: { YOUTUBE_API_KEY: "AIzaSyRefused" },
      accepts: [VIDEO_KEY],
    });
    try {
      const answers = [await world.trending("ana", "DE")];
      const calls = world.newCalls().length;
      for (const at of ["FR", "GB", "US"]) answers.push(await world.trending("ben", at));
      answers.push(await world.videos("cleo"));
      for (const { status, body } of answers) {
        expect(status).toBe(200);
        expect(body.meta).toMatchObject({
          source: "catalogue",
          degraded_reason: "youtube_unavailable",
        });
      }
      expect(world.inventedBy(answers)).toEqual([]);
      expect(calls).toBe(1);
      expect(world.newCalls()).toEqual([]);
    } finally {
      await world.stop();
    }
  });
});

describe("lists that are old", () => {
  it("are served on when they cannot be renewed, and renewed when they can", async ({ expect }) => {
    const folder = await mkdtemp(path.join(tmpdir(), "nearfeed-stale-"));
    const world = await startLiveVideos({ limits: GENEROUS, persist: folder });
    try {
      const fresh = await world.trending("ana", "DE");
      const kept = await world.agedLists(2 * 3_600_000);
      expect(kept).toBeGreaterThan(0);
      world.youtube.misbehave({ kind: "error", status: 503 });
      const old = await world.trending("ben", "DE");
      expect(old.body.meta).toMatchObject({
        source: "youtube",
        degraded: false,
        old_lists: 1,
        lists_reason: "youtube_unavailable",
      });
      expect(old.body.meta.retry_after).toBeGreaterThan(0);
      expect(old.body.cache_ttl).toBe(60);
      expect(idsOf(old).toSorted()).toEqual(idsOf(fresh).toSorted());
      expect(world.newCalls().length).toBeGreaterThan(0);
      world.youtube.behave();
      await world.agedLists(0);
      const renewed = await world.trending("cleo", "DE");
      expect(renewed.body.meta).toMatchObject({ source: "youtube", degraded: false, old_lists: 0 });
      expect(world.newCalls()).toHaveLength(1);
    } finally {
      await world.stop();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
