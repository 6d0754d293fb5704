import fc from "fast-check";
import { describe, it } from "vitest";
import type { CacheRead, Loaded } from "../../src/cache/tiered-cache.ts";
import { anIsolate, tiersOf, WINDOWS } from "../support/cache-fixture.ts";

const KEY = "acme/numbers/;a=1";
const step = fc.record({
  /** Straddles every window. */
  waitMs: fc.oneof(
    fc.integer({ min: 0, max: 100 }),
    fc.integer({ min: 0, max: 12_000 }),
    fc.constant(45_000),
  ),
  isolate: fc.integer({ min: 0, max: 1 }),
  reads: fc.integer({ min: 1, max: 3 }),
  renew: fc.boolean(),
  source: fc.constantFrom("value", "value", "nothing", "failed", "unkept"),
  failing: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
  settle: fc.boolean(),
});

describe("the layered cache, whatever happens in whatever order", () => {
  it("keeps every promise about age, flights and windows", async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const tiers = tiersOf("edge", "kv", "l2");
        // No load is lost here, however far the clock jumps.
        const settings = { flightMs: 2 ** 31 - 1 };
        const isolates = [anIsolate(tiers, settings), anIsolate(tiers, settings)];
        /** When each value was made; a value is its index. */
        const madeMs: number[] = [];
        const nothingMs: number[] = [];
        const flying = [0, 0];
        let nowMs = 1_000_000;

        for (const { waitMs, isolate: index, reads, renew, source, failing, settle } of steps) {
          // Flights go on over short steps of the clock; whoever joins one gets what it began with.
          if (waitMs > 100) await Promise.all(isolates.map((each) => each.settled()));
          nowMs += waitMs;
          tiers.forEach((tier, at) => (tier.mood = failing[at] === true ? "failing" : "well"));
          const isolate = isolates[index];
          if (isolate === undefined) throw new Error("no such isolate");
          const atMs = nowMs;
          const load = async (): Promise<Loaded<number>> => {
            flying[index] = (flying[index] ?? 0) + 1;
            expect(flying[index]).toBe(1);
            await Promise.resolve();
            flying[index] = (flying[index] ?? 0) - 1;
            if (source === "failed")
              return { outcome: "failed", reason: "away", retryAfterSeconds: 3 };
            if (source === "nothing") {
              nothingMs.push(atMs);
              return { outcome: "nothing" };
            }
            return { outcome: source, value: madeMs.push(atMs) - 1 };
          };
          const freshFar = await Promise.all(
            tiers.map(async (tier) => {
              const entry = tier.mood === "well" ? await tier.get(KEY) : undefined;
              return entry !== undefined && nowMs < entry.freshUntilMs;
            }),
          );
          const judge = (read: CacheRead<number>): void => {
            if (read.outcome === "nothing") {
              expect(nothingMs.some((ms) => ms <= atMs && atMs < ms + WINDOWS.negativeMs)).toBe(
                true,
              );
            }
            if (read.outcome !== "found") return;
            const made = madeMs[read.value] ?? Number.NaN;
            const freshUntil = made + WINDOWS.freshMs;
            const staleUntil = freshUntil + WINDOWS.staleMs;
            expect(read.storedAtMs).toBe(made);
            expect(atMs).toBeLessThan(staleUntil + WINDOWS.onErrorMs);
            if (read.tier === "made") return expect(made).toBeLessThanOrEqual(atMs);
            expect(read.freshUntilMs).toBe(freshUntil);
            if (read.state === "fresh") expect(atMs).toBeLessThan(freshUntil);
            if (read.state === "stale") expect(atMs).toBeLessThan(staleUntil);
            // Memory answers at once with what is stale; whoever asks a tier gets a fresh one where there is one.
            if (read.state === "stale" && read.tier !== "memory") {
              expect(freshFar).not.toContain(true);
            }
          };
          const { cache, background } = isolate;
          const asked = Array.from({ length: reads }, () =>
            Promise.resolve(cache.read(KEY, { nowMs, background, load, renew })),
          );
          (await Promise.all(asked)).forEach(judge);
          if (settle) await Promise.all(isolates.map((each) => each.settled()));
          const held = cache.held(KEY, nowMs);
          if (held !== undefined) judge(held);
        }
        await Promise.all(isolates.map((each) => each.settled()));
        expect(isolates.flatMap((each) => each.failures)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });
});
