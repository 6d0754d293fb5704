import fc from "fast-check";
import { describe, it } from "vitest";
import {
  atLeast,
  atMost,
  hasPassed,
  heard,
  isKnown,
  TICK_MS,
  TICK_TIMER_MS,
  ticked,
  UNKNOWN_TIME,
} from "../../src/quota/google-time.ts";

/** Time passes; a call is answered by a machine whose clock is a little off; ticks stop and go on. */
const someStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ passMs: fc.integer({ min: 0, max: 700 }) }) },
  { weight: 1, arbitrary: fc.record({ sleepMs: fc.integer({ min: 0, max: 90_000 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      callMs: fc.integer({ min: 0, max: 900 }),
      skewMs: fc.integer({ min: -999, max: 999 }),
    }),
  },
);

describe("what is known of Google's time", () => {
  it("is never wrong, whatever was heard and however often ticks stopped", ({ expect }) => {
    const seen = { floors: 0, ceilings: 0, passed: 0 };
    fc.assert(
      fc.property(fc.array(someStep, { minLength: 5, maxLength: 60 }), (steps) => {
        let trueMs = 1_780_000_000_000;
        let nextTickMs = trueMs + TICK_TIMER_MS;
        let time = UNKNOWN_TIME;
        const events: { readonly atMs: number; readonly elapsedMs: number }[] = [];
        const pass = (ms: number): void => {
          const untilMs = trueMs + ms;
          for (; nextTickMs <= untilMs; nextTickMs += TICK_TIMER_MS) time = ticked(time, TICK_MS);
          trueMs = untilMs;
        };
        for (const step of steps) {
          if ("passMs" in step) pass(step.passMs);
          else if ("sleepMs" in step) {
            trueMs += step.sleepMs;
            nextTickMs = trueMs + TICK_TIMER_MS;
          } else {
            const sentAtMs = time.elapsedMs;
            pass(step.callMs);
            const dateMs = Math.floor((trueMs + step.skewMs) / 1_000) * 1_000;
            time = heard(time, dateMs, sentAtMs);
          }
          events.push({ atMs: trueMs, elapsedMs: time.elapsedMs });
          if (atLeast(time) > trueMs) throw new Error("it is not so late yet");
          if (isKnown(time)) seen.floors += 1;
          for (const { atMs, elapsedMs } of events) {
            const ceilingMs = atMost(time, elapsedMs);
            if (ceilingMs !== undefined) seen.ceilings += 1;
            if (ceilingMs !== undefined && ceilingMs < atMs) throw new Error("it was later");
            for (const ms of [1_000, 60_000]) {
              if (!hasPassed(time, elapsedMs, ms)) continue;
              seen.passed += 1;
              if (trueMs - atMs < ms) throw new Error(`${ms} ms have not passed`);
            }
          }
        }
      }),
      { numRuns: 500 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(1_000);
  });

  it("comes close: a bound is at most three seconds old while ticks run", ({ expect }) => {
    const startMs = 1_780_000_000_000;
    let time = heard(UNKNOWN_TIME, startMs, 0);
    for (let tick = 0; tick < 40; tick += 1) time = ticked(time, TICK_MS);
    expect(startMs + 40 * TICK_TIMER_MS - atLeast(time)).toBeLessThan(3_000);
    expect(atMost(heard(time, startMs + 10_000, time.elapsedMs), 0)).toBe(startMs + 12_000);
  });
});
