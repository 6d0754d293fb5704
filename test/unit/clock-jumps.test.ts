import fc from "fast-check";
import { describe, it } from "vitest";
import { eachCode, type ItemCodes, joinCodes, NO_CODES } from "../../src/domain/item-code.ts";
import { MemoryUserStore } from "../../src/users/memory-user-store.ts";
import type { PageCodes } from "../../src/users/user-store.ts";
import {
  aLease,
  aPolicy,
  aRefill,
  aTake,
  aUser,
  codes,
  leaseOne,
} from "../support/user-requests.ts";

const HOUR = 3_600;
const COOLDOWN = 24 * HOUR;
const policy = aPolicy({ capacity: 60, cooldownSeconds: COOLDOWN, lowWaterMark: 10 });
const EVERYTHING = codes("i", 120);
const start = 1_800_000_000;

const codesOf = (page: PageCodes): ItemCodes =>
  joinCodes(page.popularity, page.freshness, page.fallback);

/** Seconds that the clock moves before a step: mostly a little, at times far, also backwards. */
const someJump = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 40 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      HOUR,
      -HOUR,
      -3 * HOUR,
      5 * HOUR,
      25 * HOUR,
      24 * HOUR + 20,
      -26 * HOUR,
    ),
  },
);
const someStep = fc.record({
  jump: someJump,
  kind: fc.constantFrom("take", "refill", "lease", "claim", "commit"),
  count: fc.integer({ min: 1, max: 7 }),
});

describe("a clock that jumps", () => {
  it("serves no item again before its cooldown is over by any clock it was shown", async ({
    expect,
  }) => {
    const seen = { served: 0, again: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(someStep, { minLength: 40, maxLength: 120 }), async (steps) => {
        const store = new MemoryUserStore();
        const user = aUser();
        /** When each served item's cooldown ends. */
        const coolsUntil = new Map<string, number>();
        let leased: { token: string; page: PageCodes; claimUntil: number } | undefined;
        let now = start;
        let latest = start;
        let name = 0;
        const serve = (page: PageCodes, servedAt: number): void => {
          for (const code of eachCode(codesOf(page))) {
            const until = coolsUntil.get(code) ?? 0;
            if (until > latest) throw new Error(`${code} is served ${until - latest} s too early`);
            seen.served += 1;
            if (coolsUntil.has(code)) seen.again += 1;
            coolsUntil.set(code, servedAt + COOLDOWN);
          }
        };
        for (const { jump, kind, count } of steps) {
          now += jump;
          // Isolates differ: some take and refill by a clock that was set back. The one that leases never sees its own
          // clock run backwards (src/platform/clock.ts), which is what its claims rely on.
          latest = Math.max(latest, now);
          name += 1;
          const want = { popularity: count, freshness: count - 1, carryOver: true };
          switch (kind) {
            case "refill":
              await store.refill(
                user,
                aRefill({
                  nowSeconds: now,
                  policy,
                  candidates: { popularity: EVERYTHING, freshness: EVERYTHING, fallback: NO_CODES },
                }),
              );
              break;
            case "take":
              serve((await store.take(user, aTake({ nowSeconds: now, want, policy }))).page, now);
              break;
            case "lease": {
              const next = { token: `lease-${name}`, want, untilSeconds: latest + 90 };
              const result = await leaseOne(
                store,
                user,
                aLease({ nowSeconds: latest, next, policy }),
              );
              if (result.outcome === "leased") {
                leased = { token: next.token, page: result.page, claimUntil: latest + 25 };
              }
              break;
            }
            case "claim":
            case "commit": {
              // Claimed from memory while its isolate believes in it, and committed at once.
              if (leased === undefined || latest >= leased.claimUntil) break;
              serve(leased.page, latest);
              const commit = { token: leased.token, page: leased.page };
              leased = undefined;
              await leaseOne(store, user, aLease({ nowSeconds: latest, commit, policy }));
              break;
            }
          }
        }
      }),
      { numRuns: 300 },
    );
    // The clock went far enough for cooldowns to end, so the check above had something to check.
    expect(seen.served).toBeGreaterThan(5_000);
    expect(seen.again).toBeGreaterThan(100);
  });
});
