import fc from "fast-check";
import { describe, it } from "vitest";
import { type AskStep, QuotaWorld } from "../support/quota-world.ts";

const startMs = Date.parse("2026-07-05T18:00:00Z");
const limits = {
  searchPerDay: 100,
  unitsPerDay: 1_000,
  callsPerSecond: 10,
  callsPerMinute: 300,
  userSearchPerDay: 2,
  userUnitsPerDay: 40,
};

const anAsk = (more: Partial<AskStep>): AskStep => ({
  isolate: 0,
  allowance: "units",
  cost: 1,
  tenant: "a",
  user: "stormy",
  fate: { end: "answered", delaysMs: [0, 50, 100], skewMs: 0 },
  ...more,
});

const someAllowance = fc.constantFrom("search" as const, "units" as const);
const someStorm = fc.array(
  fc.record({
    isolate: fc.nat(2),
    allowance: someAllowance,
    times: fc.integer({ min: 1, max: 40 }),
    passMs: fc.integer({ min: 0, max: 5_000 }),
    delaysMs: fc.tuple(fc.nat(300), fc.nat(3_000), fc.nat(300)),
  }),
  { minLength: 3, maxLength: 30 },
);

/** Whether somebody's first call is permitted, at this moment. */
async function isGranted(world: QuotaWorld, ask: AskStep): Promise<boolean> {
  const { granted } = world;
  world.ask(ask);
  await world.time.pass(50);
  return world.granted > granted;
}

describe("a storm", () => {
  it("of one user stops no other user's first calls, nor another tenant's", async ({ expect }) => {
    let refusals = 0;
    await fc.assert(
      fc.asyncProperty(someStorm, someAllowance, async (storm, allowance) => {
        const world = new QuotaWorld({ startMs, limits, isolates: 3 });
        for (const { times, passMs, delaysMs, ...what } of storm) {
          const fate = { end: "answered" as const, delaysMs, skewMs: 0 };
          for (let at = 0; at < times; at += 1) world.ask(anAsk({ ...what, fate }));
          await world.time.pass(passMs);
        }
        for (const reason of world.refusals.values()) refusals += reason;
        const calm = { allowance, user: "calm" };
        expect(await isGranted(world, anAsk(calm))).toBe(true);
        expect(await isGranted(world, anAsk({ ...calm, tenant: "b", isolate: 1 }))).toBe(true);
      }),
      { numRuns: 60 },
    );
    expect(refusals).toBeGreaterThan(100);
  });

  it("of one tenant's jobs leaves a fifth of the day to the tenants that share its key", async ({
    expect,
  }) => {
    const world = new QuotaWorld({ startMs, limits, isolates: 1 });
    for (let call = 0; call < 200; call += 1) {
      world.ask(anAsk({ allowance: "search", user: undefined }));
      await world.time.pass(1_500);
    }
    expect(world.granted).toBe(80);
    for (const tenant of ["b", "c"]) {
      expect(await isGranted(world, anAsk({ allowance: "search", tenant, user: "new" }))).toBe(
        true,
      );
    }
  });

  it("of one user ends with the user's own budget", async ({ expect }) => {
    const world = new QuotaWorld({ startMs, limits, isolates: 2 });
    for (let call = 0; call < 120; call += 1) {
      world.ask(anAsk({ isolate: call }));
      await world.time.pass(1_000);
    }
    expect(world.google.seen.calls).toBe(limits.userUnitsPerDay);
    expect(world.refusals.get("budget_exhausted")).toBeGreaterThan(50);
  });
});
