/** Users before YouTube on a real Worker: one who storms, what a user says, and stores that hang. */
import { afterAll, beforeAll, describe, it } from "vitest";
import {
  idsOf,
  type LiveVideos,
  startLiveVideos,
  VIDEO_TENANT,
  type VideosAnswer,
} from "../support/live-videos.ts";

const STORM = 200;
const DEADLINE_MS = 200;

const statusesOf = (answers: readonly VideosAnswer[]): readonly number[] => [
  ...new Set(answers.map(({ status }) => status)),
];

interface QuotaBody {
  readonly units: {
    readonly used: number;
    readonly users: readonly { readonly user_id: string; readonly tokens: number }[];
  };
}

describe("users before YouTube, on two isolates", () => {
  let world: LiveVideos;
  beforeAll(async () => {
    world = await startLiveVideos({
      limits: { calls_per_second: 20, calls_per_minute: 600 },
      siblings: 1,
      vars: {
        DEADLINES_MS: JSON.stringify({ profiles: DEADLINE_MS, quota: DEADLINE_MS, youtube: 500 }),
      },
    });
  });
  afterAll(async () => {
    await world?.stop();
  });

  it("are not touched by one who asks for a refresh 200 times", async ({ expect }) => {
    // The lists of this taste are nobody's yet, but for those of others.
    await world.assess("storm", { openness: 95, conscientiousness: 10, neuroticism: 90 });
    const storm = Promise.all(
      Array.from({ length: STORM }, () => world.videos("storm", "?force_refresh=true")),
    );
    const others = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        world.videos(`other-${at}`, `?category_filter=${at % 2 === 0 ? "Music" : "Gaming"}`),
      ),
    );
    const answers = await storm;
    expect(statusesOf([...answers, ...others])).toEqual([200]);
    const refreshes = answers.map(({ body }) => body.meta.refresh);
    // Six a minute, as the tenant's record says.
    expect(refreshes.filter((refresh) => refresh === "granted").length).toBeLessThanOrEqual(6);
    expect(refreshes.filter((refresh) => refresh === "throttled").length).toBeGreaterThan(0);
    for (const { headers, body } of answers) {
      if (body.meta.refresh === "throttled") {
        expect(body.meta.retry_after).toBeGreaterThan(0);
        expect(Number(headers.get("Retry-After"))).toBeGreaterThan(0);
      }
    }
    for (const { body } of others) {
      expect(body.meta).toMatchObject({ source: "youtube", degraded: false });
    }
    expect(world.inventedBy([...answers, ...others])).toEqual([]);
    const quota = await world.admin<QuotaBody>(`/t/${VIDEO_TENANT}/admin/quota`);
    const tokens = quota.units.users.find(({ user_id: user }) => user === "storm")?.tokens ?? 0;
    // Its lists once, however often it asks: four fifths of its budget of 40 and all of the others' are left.
    expect(tokens).toBeLessThanOrEqual(8);
    expect(world.youtube.violations).toEqual([]);
  });

  it("are believed everywhere at the next request", async ({ expect }) => {
    for (let turn = 0; turn < 4; turn += 1) {
      const [from, to] = [turn % 2, (turn + 1) % 2];
      const before = await Promise.all(
        [0, 1].map((isolate) => world.videos("fay", "", { isolate })),
      );
      const [seen = ""] = idsOf(before[to] as VideosAnswer);
      expect(await world.feedback("fay", seen, "dislike", { isolate: from })).toBe(200);
      const after = await world.videos("fay", "", { isolate: to });
      expect(idsOf(after), `turn ${turn}`).not.toContain(seen);
      expect(after.body.meta.degraded).toBe(false);
    }
  });

  it("are answered while the store of profiles hangs: known ones by what is known", async ({
    expect,
  }) => {
    const known = await world.videos("gus");
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await world.playFaults({ profiles: { mode: "hang", rate: 1 } });
    const answers = await Promise.all([
      world.videos("gus"),
      world.videos("new-one"),
      world.videos("gus", "?force_refresh=true"),
    ]);
    expect(statusesOf(answers)).toEqual([200]);
    for (const { body, headers } of answers) {
      expect(body.meta).toMatchObject({
        source: "youtube",
        degraded: true,
        degraded_reason: "profiles_unavailable",
      });
      expect(headers.get("X-Degraded-Reason")).toBe("profiles_unavailable");
      expect(body.data.total_count).toBe(20);
    }
    expect(idsOf(answers[0] as VideosAnswer)).toEqual(idsOf(known));
    expect(await world.feedback("gus", idsOf(known)[0] ?? "", "dislike")).toBe(503);
    await world.playFaults({});
    const good = await world.videos("new-one");
    expect(good.body.meta).toMatchObject({ degraded: false, cache: "miss" });
  });

  it("are answered while the keeper of the quota hangs, and no call is made", async ({
    expect,
  }) => {
    await world.playFaults({ quota: { mode: "hang", rate: 1 } });
    world.newCalls();
    const answers = await Promise.all([
      world.trending("hal", "NZ"),
      world.trending("ida", "NZ"),
      world.videos("hal", "?category_filter=Sports"),
    ]);
    expect(statusesOf(answers)).toEqual([200]);
    for (const { body } of answers.slice(0, 2)) {
      expect(body.meta).toMatchObject({
        source: "catalogue",
        degraded_reason: "youtube_unavailable",
      });
    }
    expect(world.newCalls()).toEqual([]);
    // What lists there are need no permit.
    expect((await world.videos("jon")).body.meta).toMatchObject({
      source: "youtube",
      degraded: false,
    });
    await world.playFaults({});
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect((await world.trending("hal", "NZ")).body.meta).toMatchObject({
      source: "youtube",
      degraded: false,
    });
    expect(world.youtube.violations).toEqual([]);
  });
});
