import { describe, it } from "vitest";
import { hitsOf, totalOf } from "../../scripts/simulate/figures.ts";
import { playDay } from "../../scripts/simulate/play-day.ts";
import { plotDay } from "../../scripts/simulate/plot-day.ts";

describe("a small day", { timeout: 60_000 }, () => {
  it("goes over no limit, repeats nothing, and calls seldom", async ({ expect }) => {
    const realSetTimeout = setTimeout;
    const beforeMs = Date.now();
    const day = await playDay({ users: 100, sessions: 60, countries: 2, seed: 7, videos: 2_000 });
    const { tally, violations, calls } = day;
    const lists = totalOf(tally.hours, "lists");

    expect(violations).toEqual([]);
    expect(tally.repeats.examples).toEqual([]);
    expect(tally.background).toEqual({});
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.length).toBeLessThan(tally.callsWithoutCache / 5);
    expect(hitsOf(lists)).toBeGreaterThan(lists["made"] ?? 0);
    expect(plotDay(day)).toContain("</svg>");
    // The clocks of this process are its own again.
    expect(setTimeout).toBe(realSetTimeout);
    expect(Date.now() - beforeMs).toBeLessThan(60_000);
  });

  it("is the same day again for the same seed", async ({ expect }) => {
    const play = async () => {
      const { tally, calls, left } = await playDay({
        users: 20,
        sessions: 12,
        countries: 2,
        seed: 3,
        videos: 1_000,
      });
      return { hours: tally.hours, made: tally.made, left, calls };
    };
    expect(await play()).toEqual(await play());
  });
});
