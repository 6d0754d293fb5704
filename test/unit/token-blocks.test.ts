import fc from "fast-check";
import { describe, it } from "vitest";
import { MinuteCounts } from "../../src/access/minute-counts.ts";
import { LocalRate } from "../../src/access/local-rate.ts";
import { type LimitKey, type RateLimits, MINUTE_MS } from "../../src/access/rate-limits.ts";
import { type Admission, TokenBlocks } from "../../src/access/token-blocks.ts";
import type { UserId } from "../../src/domain/ids.ts";
import { ALICE, aBackground, NOW_MS, TENANT } from "../support/access-builders.ts";

const MINUTE_STARTS_MS = Math.ceil(NOW_MS / MINUTE_MS) * MINUTE_MS;

/** The counter of all isolates, whose clock is its own and whose answers wait until they are let through. */
class Counter implements RateLimits {
  readonly #counts = new MinuteCounts();
  readonly waiting: (() => void)[] = [];
  nowMs = MINUTE_STARTS_MS;
  trips = 0;
  down = false;
  held = false;

  async take({ tenant, user }: LimitKey, limit: number) {
    this.trips += 1;
    if (this.down) throw new Error("no answer");
    const block = this.#counts.take(`${tenant}/${user ?? ""}`, limit, this.nowMs);
    if (this.held) await new Promise<void>((resolve) => void this.waiting.push(resolve));
    return block;
  }
}

const { background } = aBackground();

const spend = (
  blocks: TokenBlocks,
  change: { user?: UserId; userPerMinute?: number; tenantPerMinute?: number; nowMs?: number } = {},
) => {
  const { user = ALICE, userPerMinute = 500, tenantPerMinute = null, nowMs } = change;
  return blocks.spend({
    tenant: TENANT,
    user,
    limits: { userPerMinute, tenantPerMinute },
    nowMs: nowMs ?? MINUTE_STARTS_MS,
    background,
  });
};

describe("token blocks", () => {
  it("admit exactly the limit in one isolate, at a 25th of the round trips", async ({ expect }) => {
    const counter = new Counter();
    const blocks = new TokenBlocks(counter);
    let admitted = 0;
    for (let request = 0; request < 600; request += 1) {
      if ((await spend(blocks))?.admitted === true) admitted += 1;
    }
    expect(admitted).toBe(500);
    expect(counter.trips).toBeLessThan(60);
  });

  it("say what is left, and when to come back", async ({ expect }) => {
    const counter = new Counter();
    counter.nowMs += 20_000;
    const blocks = new TokenBlocks(counter);
    const nowMs = MINUTE_STARTS_MS + 20_000;
    const seen: (Admission | undefined)[] = [];
    for (let request = 0; request < 4; request += 1) {
      seen.push(await spend(blocks, { userPerMinute: 3, nowMs }));
    }
    expect(seen.map((admission) => admission?.remaining)).toEqual([2, 1, 0, 0]);
    expect(seen[3]).toEqual({
      admitted: false,
      scope: "user",
      limit: 3,
      remaining: 0,
      resetSeconds: 40,
      degraded: false,
    });
  });

  it("cost a warm request no promise", async ({ expect }) => {
    const blocks = new TokenBlocks(new Counter());
    await spend(blocks);
    expect(spend(blocks)).not.toBeInstanceOf(Promise);
  });

  it("never admit more than the limit over isolates, however their requests interleave", async ({
    expect,
  }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60 }),
        fc.array(
          fc.record({
            isolate: fc.nat(3),
            deliver: fc.nat(3),
            skewMs: fc.integer({ min: 0, max: 3_000 }),
          }),
          { minLength: 1, maxLength: 200 },
        ),
        async (userPerMinute, steps) => {
          const counter = new Counter();
          counter.held = true;
          const isolates = Array.from({ length: 4 }, () => new TokenBlocks(counter));
          const answers: Promise<Admission | undefined>[] = [];
          for (const { isolate, deliver, skewMs } of steps) {
            const blocks = isolates[isolate];
            const nowMs = MINUTE_STARTS_MS + skewMs;
            if (blocks !== undefined) {
              answers.push(Promise.resolve(spend(blocks, { userPerMinute, nowMs })));
            }
            for (const release of counter.waiting.splice(0, deliver)) release();
            await Promise.resolve();
          }
          while (counter.waiting.length > 0) {
            for (const release of counter.waiting.splice(0)) release();
            await Promise.resolve();
          }
          const admitted = (await Promise.all(answers)).filter((one) => one?.admitted === true);
          expect(admitted.length).toBeLessThanOrEqual(userPerMinute);
          expect(admitted.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("do not carry over what a minute left unspent", async ({ expect }) => {
    const counter = new Counter();
    const blocks = new TokenBlocks(counter);
    await spend(blocks, { userPerMinute: 100 });
    counter.nowMs += MINUTE_MS;
    let admitted = 0;
    for (let request = 0; request < 150; request += 1) {
      const nowMs = MINUTE_STARTS_MS + MINUTE_MS;
      const admission = await spend(blocks, { userPerMinute: 100, nowMs });
      if (admission?.admitted === true) admitted += 1;
    }
    expect(admitted).toBe(100);
  });

  it("do not mix two minutes when an answer of the first comes late", async ({ expect }) => {
    const counter = new Counter();
    counter.held = true;
    counter.nowMs = MINUTE_STARTS_MS + MINUTE_MS - 10;
    const blocks = new TokenBlocks(counter);
    const beforeMs = MINUTE_STARTS_MS + MINUTE_MS - 10;
    const late = spend(blocks, { userPerMinute: 80, nowMs: beforeMs });
    counter.nowMs += 20;
    const early = spend(blocks, { userPerMinute: 80, nowMs: beforeMs });
    for (const release of counter.waiting.splice(0).toReversed()) release();
    await Promise.all([late, early]);
    counter.held = false;
    let admitted = 1;
    for (let request = 0; request < 120; request += 1) {
      const nowMs = MINUTE_STARTS_MS + MINUTE_MS + 20;
      if ((await spend(blocks, { userPerMinute: 80, nowMs }))?.admitted === true) admitted += 1;
    }
    expect(admitted).toBe(79);
  });

  it("hold a tenant to its own limit, and leave the user what was refused", async ({ expect }) => {
    const blocks = new TokenBlocks(new Counter());
    const limits = { userPerMinute: 100, tenantPerMinute: 2 };
    await spend(blocks, limits);
    const second = await spend(blocks, { ...limits, user: "bob" as UserId });
    expect(second).toMatchObject({ admitted: true, scope: "user" });
    const third = await spend(blocks, limits);
    expect(third).toMatchObject({ admitted: false, scope: "tenant", limit: 2 });
    const again = await spend(blocks, { userPerMinute: 100 });
    expect(again?.remaining).toBe(98);
  });

  it("count alone while the counter is down, ask it rarely, and say so", async ({ expect }) => {
    const counter = new Counter();
    counter.down = true;
    const blocks = new TokenBlocks(counter);
    const seen: (Admission | undefined)[] = [];
    for (let request = 0; request < 4; request += 1) {
      seen.push(await spend(blocks, { userPerMinute: 3 }));
    }
    expect(seen.map((admission) => admission?.admitted)).toEqual([true, true, true, false]);
    expect(seen[0]?.degraded).toBe(true);
    expect(counter.trips).toBe(1);
    counter.down = false;
    const back = await spend(blocks, { nowMs: MINUTE_STARTS_MS + 2_000 });
    expect(back).toMatchObject({ admitted: true, degraded: false });
  });
});

describe("a rate counted by one isolate", () => {
  it("admits its limit in each second, and names no user twice", ({ expect }) => {
    const rate = new LocalRate(1_000);
    const tries = [0, 100, 200, 1_000].map((ms) => rate.spend("acme/alice", 2, NOW_MS + ms));
    expect(tries).toEqual([1, 0, undefined, 1]);
    expect(rate.spend("acme/bob", 2, NOW_MS + 1_000)).toBe(1);
  });

  it("does not open a second again when the clock is set back", ({ expect }) => {
    const rate = new LocalRate(1_000);
    rate.spend("acme/alice", 1, NOW_MS);
    expect(rate.spend("acme/alice", 1, NOW_MS - 5_000)).toBeUndefined();
  });
});
