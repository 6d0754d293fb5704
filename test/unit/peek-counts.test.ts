import { describe, it } from "vitest";
import { PeekCounts } from "../../src/users/peek-counts.ts";

const NOW = 1_800_000_000;

describe("the counts of peeks", () => {
  it("start anew for every user and every second", ({ expect }) => {
    const counts = new PeekCounts();
    expect(counts.record("ann", NOW)).toBe(1);
    expect(counts.record("ann", NOW)).toBe(2);
    expect(counts.record("bob", NOW)).toBe(1);
    expect(counts.record("ann", NOW + 1)).toBe(1);
  });

  it("go on where they were when clocks differ by a second", ({ expect }) => {
    const counts = new PeekCounts();
    counts.record("ann", NOW);
    counts.record("ann", NOW + 1);
    expect(counts.record("ann", NOW)).toBe(2);
  });

  it("forget the oldest when there are too many to keep", ({ expect }) => {
    const counts = new PeekCounts();
    counts.record("ann", NOW);
    for (let other = 0; other < 9_999; other += 1) counts.record(`user-${other}`, NOW);
    expect(counts.record("ann", NOW)).toBe(2);
    counts.record("one more", NOW);
    expect(counts.record("ann", NOW)).toBe(1);
  });
});
