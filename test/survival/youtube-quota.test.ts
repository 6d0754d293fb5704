/** The quota on a real Worker: no call too many, whoever asks and how often, and an answer for everybody. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, it } from "vitest";
import { pacificDayOf } from "../support/youtube-quota.ts";
import {
  type LiveVideos,
  type LiveVideosOptions,
  startLiveVideos,
  VIDEO_KEY,
  VIDEO_TENANT,
  type VideosAnswer,
} from "../support/live-videos.ts";

const REGIONS = "US DE FR GB IT ES NL PL SE NO DK FI CH AT BE PT IE GR CZ HU RO BG".split(" ");
const GENEROUS = { calls_per_second: 50, calls_per_minute: 1_000 };

let world: LiveVideos | undefined;
const start = async (options: LiveVideosOptions): Promise<LiveVideos> => {
  world = await startLiveVideos(options);
  return world;
};
afterEach(async () => {
  await world?.stop();
  world = undefined;
});

/** How far a clock must be ahead to be so long before the next midnight in Los Angeles. */
function aheadOfMidnight(leftMs: number): number {
  const nowMs = Date.now();
  const today = pacificDayOf(nowMs);
  let [low, high] = [nowMs, nowMs + 26 * 3_600_000];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (pacificDayOf(middle) === today) low = middle;
    else high = middle;
  }
  return high - nowMs - leftMs;
}

const statusesOf = (answers: readonly VideosAnswer[]): readonly number[] => [
  ...new Set(answers.map(({ status }) => status)),
];

/** Near enough that a test can wait for it. */
const LEFT_MS = 5_000;

describe("a quota that is used up", () => {
  it("leaves everybody an answer, invents nothing, and ends at midnight Pacific", async ({
    expect,
  }) => {
    const units = 3;
    const world = await start({
      limits: { ...GENEROUS, search_per_day: 0, units_per_day: units, user_units_per_day: units },
    });
    world.setYouTubeAhead(aheadOfMidnight(LEFT_MS));
    const before: VideosAnswer[] = [];
    for (const region of REGIONS.slice(0, 8)) before.push(await world.trending("ana", region));
    before.push(...(await Promise.all(["ben", "cleo"].map((user) => world.videos(user)))));
    expect(statusesOf(before)).toEqual([200]);
    expect(world.inventedBy(before)).toEqual([]);
    const without = before.filter(({ body }) => body.meta.degraded);
    expect(without).toHaveLength(8 - units);
    for (const { body, headers } of without) {
      expect(body.meta).toMatchObject({ source: "catalogue", degraded_reason: "quota_exhausted" });
      expect(body.data.total_count).toBe(20);
      expect(body.meta.retry_after).toBeGreaterThan(0);
      expect(body.meta.retry_after).toBeLessThanOrEqual(LEFT_MS / 1_000 + 1);
      expect(Number(headers.get("Retry-After"))).toBeGreaterThan(0);
    }
    expect(world.newCalls()).toHaveLength(units);

    await pause(LEFT_MS + 1_500);
    const region = REGIONS[7] ?? "";
    const after = await world.trending("ana", region);
    expect(after.body.meta).toMatchObject({ source: "youtube", degraded: false });
    expect(world.inventedBy([after])).toEqual([]);
    expect(world.newCalls()).toHaveLength(1);
    expect(world.youtube.violations).toEqual([]);
  });

  it("may be so at YouTube alone: it is asked no more, and nobody is left without", async ({
    expect,
  }) => {
    const world = await start({ limits: GENEROUS });
    world.youtube.misbehave({ kind: "exhausted", status: 403 });
    const answers = [await world.trending("ana", "US")];
    const calls = world.newCalls().length;
    expect(calls).toBe(1);
    answers.push(
      ...(await Promise.all(REGIONS.slice(1).map((region) => world.trending("ben", region)))),
    );
    expect(statusesOf(answers)).toEqual([200]);
    for (const { body } of answers) {
      expect(body.meta).toMatchObject({ source: "catalogue", degraded_reason: "quota_exhausted" });
    }
    // Who was granted a call before that is all there may be.
    expect(world.newCalls().length).toBe(0);
    expect(world.inventedBy(answers)).toEqual([]);
    expect(world.youtube.violations).toEqual([]);
  });
});

/** A slot of a second is free again a second after its call was settled. */
const SLOTS_BACK_MS = 1_700;

describe("several isolates of one key", () => {
  const LIMITS = {
    search_per_day: 5,
    units_per_day: 20,
    calls_per_second: 5,
    calls_per_minute: 30,
  };
  let folder = "";
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it("share one quota, and a restart forgets nothing of it", async ({ expect }) => {
    folder = await mkdtemp(path.join(tmpdir(), "nearfeed-quota-"));
    const world = await start({ limits: LIMITS, siblings: 2, persist: folder });
    /** 44 requests for lists that nobody has, at once, on three isolates. */
    const storm = async (round: string): Promise<readonly VideosAnswer[]> => {
      const answers = await Promise.all(
        REGIONS.flatMap((region, at) => [
          world.trending(`t-${round}-${at}`, region, { isolate: at % 3 }),
          world.videos(`${round}-${at}`, "?category_filter=Gaming", { isolate: (at + 1) % 3 }),
        ]),
      );
      expect(statusesOf(answers)).toEqual([200]);
      expect(world.inventedBy(answers)).toEqual([]);
      await pause(SLOTS_BACK_MS);
      return answers;
    };
    await storm("a");
    await storm("b");
    const spent = world.youtube.usage(VIDEO_KEY).units;
    expect(spent).toBeGreaterThan(LIMITS.calls_per_second);

    await world.restart();
    const kept = await world.admin<QuotaBody>(`/t/${VIDEO_TENANT}/admin/quota`);
    expect(kept.units.used + kept.units.leased).toBeGreaterThanOrEqual(spent);
    // A tenant of a shared key has four fifths of it.
    const most = (LIMITS.units_per_day * 4) / 5;
    for (let round = 0; round < 8 && world.youtube.usage(VIDEO_KEY).units < most; round += 1) {
      await storm(`more-${round}`);
    }
    const reasons = (await storm("last")).map(({ body }) => body.meta.degraded_reason);
    expect(world.youtube.usage(VIDEO_KEY).units).toBe(most);
    expect(reasons).toContain("quota_exhausted");
    expect(world.youtube.violations).toEqual([]);
  });

  it("share its searches", async ({ expect }) => {
    const searches = 2;
    const world = await start({
      limits: { ...GENEROUS, search_per_day: searches, user_search_per_day: 50 },
      siblings: 2,
    });
    const tastes = [
      { openness: 95, conscientiousness: 20, extraversion: 10 },
      { openness: 10, conscientiousness: 95, neuroticism: 5 },
      { extraversion: 95, agreeableness: 90 },
      { neuroticism: 95, openness: 90 },
      { agreeableness: 5, extraversion: 5 },
    ];
    /** A user of each taste, on each isolate, at once. */
    const askAll = async (round: string) => {
      const users = tastes.map((_, at) => `${round}-${at}`);
      await Promise.all(users.map((user, at) => world.assess(user, tastes[at] ?? {})));
      return Promise.all(
        users.flatMap((user) => [0, 1, 2].map((isolate) => world.videos(user, "", { isolate }))),
      );
    };
    const first = await askAll("a");
    await pause(2 * SLOTS_BACK_MS);
    const answers = await askAll("b");
    expect(statusesOf([...first, ...answers])).toEqual([200]);
    expect(world.inventedBy([...first, ...answers])).toEqual([]);
    // What lists there are make the answers.
    for (const { body } of answers)
      expect(body.meta).toMatchObject({ source: "youtube", degraded: false });
    await pause(500);
    const used = world.youtube.usage(VIDEO_KEY).search;
    expect(used).toBeGreaterThan(0);
    expect(used).toBeLessThanOrEqual(searches);
    expect(world.youtube.violations).toEqual([]);
  });
});

interface QuotaBody {
  readonly units: { readonly used: number; readonly leased: number };
}
