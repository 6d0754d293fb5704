import { describe, it } from "vitest";
import { countPage, REASONS, STEPS } from "../../src/feed/degradation.ts";
import { Counters } from "../../src/observability/counters.ts";
import { backgroundOf } from "../../src/platform/background.ts";

describe("counters", () => {
  it("add up by name, and are listed in the order of their names", ({ expect }) => {
    const counters = new Counters();
    counters.add("b");
    counters.add("a", 2);
    counters.add("b");
    expect(Object.entries(counters.all())).toEqual([
      ["a", 2],
      ["b", 2],
    ]);
  });

  it("know every failure behind an answer, of which the log tells one a second", async ({
    expect,
  }) => {
    const counters = new Counters();
    const running: Promise<unknown>[] = [];
    let lines = 0;
    const log = { info: () => undefined, warn: () => void (lines += 1), error: () => undefined };
    const background = backgroundOf((promise) => void running.push(promise), log, counters);
    for (let failure = 0; failure < 50; failure += 1) {
      background.run("counted-here", () => Promise.reject(new Error("away")));
    }
    await Promise.all(running);
    expect(counters.all()).toEqual({ "background_failed.counted-here": 50 });
    expect(lines).toBeLessThan(50);
  });
});

describe("the ladder of degradation", () => {
  it("counts a page under its step, and a degraded one under its reason", ({ expect }) => {
    const counters = new Counters();
    countPage(counters, undefined);
    countPage(counters, "pools_stale");
    countPage(counters, "user_state_unavailable");
    expect(counters.all()).toEqual({
      "degraded.pools_stale": 1,
      "degraded.user_state_unavailable": 1,
      "step.default_list": 1,
      "step.fresh": 1,
      "step.stale": 1,
    });
  });

  it("has a step for every reason, and no reason twice", ({ expect }) => {
    const steps = STEPS.map(({ name }) => name);
    for (const { step } of REASONS) expect(steps).toContain(step);
    expect(new Set(REASONS.map(({ reason }) => reason)).size).toBe(REASONS.length);
  });
});
