import { describe, it } from "vitest";
import { decideRefresh } from "../../src/profiles/refresh-rate.ts";
import {
  askedForWarmUp,
  NO_VISITS,
  visited,
  type Visits,
  warmed,
  warmUpAtMs,
} from "../../src/profiles/visits.ts";
import { NOW_MS } from "../support/profile-builders.ts";

const MINUTE = 60_000;
const LIFE = 15 * MINUTE;

/** Visits in so many minutes from now. */
const visitsAt = (minutes: readonly number[], from: Visits = NO_VISITS): Visits =>
  minutes.reduce(
    (visits, minute) =>
      visited(visits, { lifeMs: LIFE, version: 1, renews: false }, NOW_MS + minute * MINUTE),
    from,
  );

const dueMinute = (visits: Visits): number | undefined => {
  const dueMs = warmUpAtMs(visits);
  return dueMs === undefined ? undefined : (dueMs - NOW_MS) / MINUTE;
};

describe("a user who keeps coming", () => {
  it("is warmed up a minute before the answer ends", ({ expect }) => {
    expect(dueMinute(visitsAt([0, 5]))).toBe(14);
  });

  it("is warmed up again only after another visit", ({ expect }) => {
    const asked = askedForWarmUp(visitsAt([0, 5]), NOW_MS + 14 * MINUTE);
    expect(dueMinute(asked)).toBeUndefined();
    const made = warmed(asked, 1, NOW_MS + 14 * MINUTE);
    expect(dueMinute(made)).toBeUndefined();
    expect(dueMinute(visitsAt([16], made))).toBe(28);
  });

  it("is warmed up for the answer that was made after a change", ({ expect }) => {
    const changed = visited(
      visitsAt([0, 5]),
      { lifeMs: LIFE, version: 2, renews: false },
      NOW_MS + 6 * MINUTE,
    );
    expect(dueMinute(changed)).toBe(20);
    const renewed = visited(
      changed,
      { lifeMs: LIFE, version: 2, renews: true },
      NOW_MS + 8 * MINUTE,
    );
    expect(dueMinute(renewed)).toBe(22);
  });

  it("has less lead when answers live for a minute", ({ expect }) => {
    const visit = { lifeMs: MINUTE, version: 1, renews: false };
    const visits = visited(visited(NO_VISITS, visit, NOW_MS), visit, NOW_MS + 20_000);
    expect(warmUpAtMs(visits)).toBe(NOW_MS + 45_000);
  });
});

describe("an idle user", () => {
  it("who came once is left alone, however many requests the visit made", ({ expect }) => {
    expect(dueMinute(visitsAt([0]))).toBeUndefined();
    expect(dueMinute(visitsAt([0, 0.01, 0.5, 0.9]))).toBeUndefined();
  });

  it("who comes once in more than two lives is left alone", ({ expect }) => {
    expect(dueMinute(visitsAt([0, 31, 62]))).toBeUndefined();
  });

  it("costs no write for a request that says nothing new", ({ expect }) => {
    const visits = visitsAt([0]);
    expect(visitsAt([0.5], visits)).toBe(visits);
  });
});

describe("refreshes", () => {
  it("are granted so many times in any minute", ({ expect }) => {
    let grantedAtMs: readonly number[] = [];
    const granted: number[] = [];
    for (let second = 0; second < 200; second += 1) {
      const decision = decideRefresh(grantedAtMs, 3, NOW_MS + second * 1_000);
      ({ grantedAtMs } = decision);
      if (decision.granted) granted.push(second);
    }
    expect(granted).toEqual([0, 1, 2, 60, 61, 62, 120, 121, 122, 180, 181, 182]);
  });

  it("say when the next one would be granted", ({ expect }) => {
    const first = decideRefresh([], 2, NOW_MS);
    expect(first).toMatchObject({ granted: true, afterSeconds: 0 });
    const second = decideRefresh(first.grantedAtMs, 2, NOW_MS + 10_000);
    expect(second).toMatchObject({ granted: true, afterSeconds: 50 });
    const third = decideRefresh(second.grantedAtMs, 2, NOW_MS + 20_500);
    expect(third).toMatchObject({ granted: false, afterSeconds: 40 });
  });
});
