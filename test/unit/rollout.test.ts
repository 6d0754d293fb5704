import fc from "fast-check";
import { describe, it } from "vitest";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import { personalised, rolloutBucket } from "../../src/feed/rollout.ts";
import { aConfig } from "../support/facts-builder.ts";

const TENANT = "tenant-a" as TenantId;
const users = (count: number, name: (n: number) => string): UserId[] =>
  Array.from({ length: count }, (_, n) => name(n) as UserId);
const enrolled = (percent: number, user: UserId, tenant = TENANT): boolean =>
  personalised(aConfig({ rollout_pct: percent }), false, tenant, user).personalised;

/** Pearson's chi-square of the users over 100 buckets of equal width. */
function chiSquare(ids: readonly UserId[]): number {
  const counts = Array.from({ length: 100 }, () => 0);
  for (const user of ids) {
    const bucket = Math.floor(rolloutBucket(TENANT, user) / 100);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  const expected = ids.length / 100;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe("personalised", () => {
  it("says which switch is off, the kill switches first", ({ expect }) => {
    const user = "u" as UserId;
    const off = aConfig({ kill_switch: true, personalization_enabled: false, rollout_pct: 0 });
    const killed = { personalised: false, reason: "kill_switch" };
    expect(personalised(off, false, TENANT, user)).toEqual(killed);
    expect(personalised(aConfig(), true, TENANT, user)).toEqual(killed);
    expect(
      personalised(
        aConfig({ personalization_enabled: false, rollout_pct: 0 }),
        false,
        TENANT,
        user,
      ),
    ).toEqual({ personalised: false, reason: "personalization_disabled" });
    expect(personalised(aConfig({ rollout_pct: 0 }), false, TENANT, user)).toEqual({
      personalised: false,
      reason: "outside_rollout",
    });
    expect(personalised(aConfig(), false, TENANT, user)).toEqual({ personalised: true });
  });

  it("enrols nobody at 0 and everybody at 100", ({ expect }) => {
    const all = users(20_000, (n) => `user-${n}`);
    expect(all.some((user) => enrolled(0, user))).toBe(false);
    expect(all.every((user) => enrolled(100, user))).toBe(true);
  });

  it("never drops a user when the percentage grows", ({ expect }) => {
    const percent = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(percent, percent, fc.stringMatching(/^[a-z0-9]{1,40}$/), (a, b, name) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        const user = name as UserId;
        expect(Number(enrolled(more, user))).toBeGreaterThanOrEqual(Number(enrolled(less, user)));
      }),
      { numRuns: 2_000 },
    );
  });

  // 99 degrees of freedom: one in 100,000 fair hashes is above 167. System C filled 63 of its 100 buckets.
  it("spreads sequential ids evenly", ({ expect }) => {
    expect(chiSquare(users(10_000, (n) => `user-${n}`))).toBeLessThan(167);
    expect(chiSquare(users(10_000, (n) => String(n)))).toBeLessThan(167);
    expect(chiSquare(users(10_000, (n) => `user-${String(n).padStart(12, "0")}`))).toBeLessThan(
      167,
    );
  });

  it("enrols the share that was asked for, within five standard deviations", ({ expect }) => {
    const share = (percent: number): number =>
      users(40_000, (n) => `user-${n}`).filter((user) => enrolled(percent, user)).length / 40_000;
    const deviation = (p: number): number => 5 * Math.sqrt((p * (1 - p)) / 40_000);
    expect(Math.abs(share(50) - 0.5)).toBeLessThan(deviation(0.5));
    expect(Math.abs(share(1) - 0.01)).toBeLessThan(deviation(0.01));
  });

  it("reads a percentage to a hundredth, without losing one to floating point", ({ expect }) => {
    const seventh = users(200_000, (n) => `user-${n}`).filter(
      (user) => rolloutBucket(TENANT, user) === 7,
    );
    expect(seventh.length).toBeGreaterThan(0);
    // 0.07 × 100 is 7.000000000000001.
    expect(seventh.some((user) => enrolled(0.07, user))).toBe(false);
    expect(seventh.every((user) => enrolled(0.08, user))).toBe(true);
  });

  it("draws other users for another tenant", ({ expect }) => {
    const both = users(10_000, (n) => `user-${n}`).filter(
      (user) => enrolled(50, user) && enrolled(50, user, "tenant-b" as TenantId),
    ).length;
    expect(Math.abs(both / 10_000 - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / 10_000));
  });
});
