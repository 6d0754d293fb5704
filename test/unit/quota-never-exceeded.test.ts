import fc from "fast-check";
import { describe, it } from "vitest";
import { pacificDayOf } from "../../src/quota/pacific-day.ts";
import { type AskStep, QuotaWorld } from "../support/quota-world.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const budgets = { userSearchPerDay: 3, userUnitsPerDay: 20 };
/** Each tight in another place. */
const someLimits = fc.constantFrom(
  { ...budgets, searchPerDay: 4, unitsPerDay: 30, callsPerSecond: 20, callsPerMinute: 100 },
  { ...budgets, searchPerDay: 40, unitsPerDay: 300, callsPerSecond: 20, callsPerMinute: 3 },
  { ...budgets, searchPerDay: 40, unitsPerDay: 300, callsPerSecond: 2, callsPerMinute: 100 },
  { ...budgets, searchPerDay: 4, unitsPerDay: 30, callsPerSecond: 8, callsPerMinute: 14 },
);

const someDelay = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 8 * SECOND }) },
);
const someArrival = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 50 * SECOND }) },
);
const someFate = fc.record({
  end: fc.oneof(
    { weight: 8, arbitrary: fc.constant("answered" as const) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        "undated" as const,
        "lost" as const,
        "never counted" as const,
        "unused" as const,
        "forgotten" as const,
      ),
    },
  ),
  delaysMs: fc.tuple(someDelay, someArrival, someDelay),
  skewMs: fc.integer({ min: -900, max: 900 }),
});

const someAsk = fc.record<AskStep>({
  isolate: fc.nat(2),
  allowance: fc.constantFrom("search", "units", "units", "units"),
  cost: fc.constantFrom(1, 1, 1, 2),
  tenant: fc.constantFrom("a", "b", "c"),
  user: fc.constantFrom("u1", "u2", "u3", undefined),
  fate: someFate,
});

const someStep = fc.oneof(
  { weight: 12, arbitrary: fc.record({ asks: fc.array(someAsk, { minLength: 1, maxLength: 8 }) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      passMs: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 1, max: 3 * SECOND }) },
        { weight: 2, arbitrary: fc.integer({ min: 1, max: 3 * MINUTE }) },
        { weight: 1, arbitrary: fc.constantFrom(12 * MINUTE, 5 * HOUR, 23 * HOUR, 25 * HOUR) },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ beforeMidnightMs: fc.integer({ min: 0, max: 9 * SECOND }) }),
  },
  { weight: 1, arbitrary: fc.record({ restart: fc.nat(3) }) },
  // The authority alone.
  { weight: 3, arbitrary: fc.record({ restart: fc.constant(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      clockOf: fc.nat(3),
      byMs: fc.constantFrom(-26 * HOUR, -HOUR, -15 * SECOND, SECOND, MINUTE, HOUR, 26 * HOUR),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      message: fc.constantFrom("whole" as const, "request lost" as const, "answer lost" as const),
      roundTripMs: fc.constantFrom(2, 20, 300),
      clockWorks: fc.boolean(),
    }),
  },
);
type Step = typeof someStep extends fc.Arbitrary<infer Value> ? Value : never;

/** Days of 23, 24 and 25 hours, each shortly before its midnight. */
const someStart = fc
  .constantFrom(
    "2026-03-08T07:59:50Z",
    "2026-11-01T06:59:50Z",
    "2026-11-02T07:59:40Z",
    "2026-07-05T05:00:00Z",
  )
  .map((text) => Date.parse(text));

async function take(world: QuotaWorld, step: Step): Promise<void> {
  if ("asks" in step) for (const ask of step.asks) world.ask(ask);
  else if ("passMs" in step) await world.time.pass(step.passMs);
  else if ("restart" in step) world.restart(step.restart);
  else if ("byMs" in step) world.stepClock(step.clockOf, step.byMs);
  else if ("message" in step) Object.assign(world, step);
  else {
    const leftMs = pacificDayOf(world.time.nowMs).endMs - world.time.nowMs;
    await world.time.pass(Math.max(0, leftMs - step.beforeMidnightMs));
  }
}

const plainAsk: AskStep = {
  isolate: 0,
  allowance: "units",
  cost: 1,
  tenant: "d",
  user: "u9",
  fate: { end: "answered", delaysMs: [0, 50, 50], skewMs: 0 },
};

describe("the quota", () => {
  it("is never exceeded at Google, and is granted again when the storm is over", async ({
    expect,
  }) => {
    const seen = { calls: 0, fullSeconds: 0, fullMinutes: 0, fullDays: 0 };
    const refused = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        someStart,
        someLimits,
        fc.array(someStep, { minLength: 20, maxLength: 90 }),
        async (startMs, limits, steps) => {
          const world = new QuotaWorld({ startMs, limits, isolates: 3 });
          for (const step of steps) await take(world, step);
          world.heal();
          // Somebody asks, or nothing wakes the authority; later than any refusal is remembered.
          await world.time.pass(6 * SECOND);
          world.ask(plainAsk);
          await world.time.pass(15 * MINUTE);
          const leftMs = pacificDayOf(world.time.nowMs).endMs - world.time.nowMs;
          await world.time.pass(leftMs + 5 * SECOND);
          for (const allowance of ["units", "search"] as const) {
            // The first ask after midnight may only find out that the day is new.
            world.ask({ ...plainAsk, allowance });
            await world.time.pass(70 * SECOND);
            const before = world.granted;
            world.ask({ ...plainAsk, allowance, user: "u8" });
            await world.time.pass(70 * SECOND);
            expect(world.granted).toBe(before + 1);
          }
          expect(world.google.faults).toEqual([]);
          expect(world.errors).toEqual([]);
          expect(world.longestWaitMs).toBeLessThanOrEqual(0);
          for (const key of Object.keys(seen) as (keyof typeof seen)[]) {
            seen[key] += world.google.seen[key];
          }
          for (const reason of world.refusals.keys()) refused.add(reason);
        },
      ),
      { numRuns: Number(process.env["QUOTA_RUNS"] ?? 100) },
    );
    // The limits were reached, so there was something to exceed.
    if (process.env["QUOTA_RUNS"]) console.log(seen, refused);
    expect(seen.fullSeconds).toBeGreaterThan(0);
    expect(seen.fullMinutes).toBeGreaterThan(0);
    expect(seen.fullDays).toBeGreaterThan(0);
    expect(refused.size).toBe(4);
  }, 120_000);

  it("counts a call that was given up as one that may still arrive", async ({ expect }) => {
    const limits = { ...budgets, searchPerDay: 40, unitsPerDay: 300 };
    const world = new QuotaWorld({
      startMs: Date.parse("2026-07-05T18:00:00Z"),
      limits: { ...limits, callsPerSecond: 2, callsPerMinute: 100 },
      isolates: 1,
    });
    const late = { end: "lost" as const, delaysMs: [0, 40 * SECOND, 0] as const, skewMs: 0 };
    for (const user of ["u1", "u2"]) world.ask({ ...plainAsk, user, fate: late });
    await world.time.pass(40 * SECOND - 300);
    for (const user of ["u3", "u4"]) world.ask({ ...plainAsk, user });
    await world.time.pass(SECOND);
    expect(world.google.faults).toEqual([]);
    expect(world.google.seen.calls).toBe(2);
    await world.time.pass(MINUTE);
    world.ask(plainAsk);
    await world.time.pass(SECOND);
    expect(world.google.seen.calls).toBe(3);
  });
});
