import fc from "fast-check";
import { describe, it } from "vitest";
import { EVENT_TYPES } from "../../src/events/user-event.ts";
import { groupOf, groupsWith } from "../../src/popularity/groups.ts";
import { itemScores } from "../../src/popularity/item-scores.ts";
import { gainOf } from "../../src/popularity/live-popularity.ts";
import { type Band, pointsOf } from "../../src/popularity/scores.ts";
import { type ItemHours, trendingOf, underExposedOf } from "../../src/popularity/trending.ts";
import { aCount, giftId } from "../support/gift-fixture.ts";

const points = (type: (typeof EVENT_TYPES)[number], band: Band, count = 1, sum = 0): number =>
  pointsOf({ type, band, count, sum });

describe("scores of what users did", () => {
  it("weigh clicks and likes as system E's table does", ({ expect }) => {
    expect(([0, 1, 2] as const).map((band) => points("click", band))).toEqual([3, 2, 1]);
    expect(([0, 1, 2] as const).map((band) => points("like", band))).toEqual([5, 3, 1.5]);
  });

  it("count a watch by the share that was watched, never more than the whole", ({ expect }) => {
    expect(points("watch", 0, 2, 1)).toBe(4);
    expect(points("watch", 0, 2, 5)).toBe(8);
  });

  it("count stars above and below three", ({ expect }) => {
    expect(points("rate", 0, 1, 5)).toBe(5);
    expect(points("rate", 0, 1, 3)).toBe(0);
    expect(points("rate", 0, 1, 1)).toBe(-5);
  });

  it("lose a like that is taken back, and are never below 0", ({ expect }) => {
    const item = giftId(1);
    const other = giftId(2);
    const scores = itemScores([
      aCount(item, { count: 2 }),
      aCount(item, { type: "unlike" }),
      aCount(other),
      aCount(other, { type: "dislike", count: 3 }),
    ]);
    expect(scores.map(({ item: id, everywhere }) => [id, everywhere[0]])).toEqual([[item, 5]]);
  });

  it("go to every group that a user belongs to, and to no other", ({ expect }) => {
    const who = { gender: "f", ageGroup: "25-34" } as const;
    const [scores] = itemScores([aCount(giftId(1), { who, country: "DE" })]);
    const told = Array.from(scores?.everywhere ?? []).flatMap((score, group) =>
      score > 0 ? [group] : [],
    );
    expect(told).toEqual([...groupsWith(who)].toSorted((a, b) => a - b));
    expect(scores?.countries.get("DE")?.[groupOf({ gender: "f" })]).toBe(5);
    expect(scores?.countries.get("DE")?.[groupOf({ gender: "m" })]).toBe(0);
  });

  it("are the same however counts are split and ordered", ({ expect }) => {
    const count = fc.record({
      type: fc.constantFrom(...EVENT_TYPES),
      band: fc.constantFrom<Band>(0, 1, 2),
      count: fc.integer({ min: 1, max: 50 }),
    });
    fc.assert(
      fc.property(fc.array(count, { minLength: 1, maxLength: 30 }), (counts) => {
        const whole = counts.map((each) => aCount(giftId(1), { ...each, sum: each.count }));
        const ones = whole.flatMap((each) =>
          Array.from({ length: each.count }, () => ({ ...each, count: 1, sum: 1 })),
        );
        const [a, b] = [itemScores(whole), itemScores(ones.toReversed())];
        expect(b.length).toBe(a.length);
        expect(b[0]?.everywhere[0] ?? 0).toBeCloseTo(a[0]?.everywhere[0] ?? 0, 2);
      }),
      {
        examples: [
          [
            [
              { type: "rate", band: 2, count: 14 },
              { type: "share", band: 2, count: 5 },
              { type: "share", band: 0, count: 2 },
              { type: "impression", band: 0, count: 1 },
            ],
          ],
        ],
      },
    );
  });
});

const hours = (index: number, changes: Partial<ItemHours>): ItemHours => ({
  item: giftId(index),
  recent: 0,
  before: 0,
  impressions: 0,
  ...changes,
});

describe("what rises and what is overlooked", () => {
  it("rises against its own base, and not for being large", ({ expect }) => {
    const large = hours(1, { recent: 600, before: 4_200 });
    const rising = hours(2, { recent: 300, before: 100 });
    const falling = hours(3, { recent: 1, before: 900 });
    expect(trendingOf([large, rising, falling])).toEqual([giftId(2)]);
  });

  it("stands higher the more who see it rise", ({ expect }) => {
    const few = hours(1, { recent: 3 });
    const many = hours(2, { recent: 900, before: 600 });
    expect(trendingOf([few, many])[0]).toBe(giftId(2));
  });

  it("is overlooked when it does well on few impressions", ({ expect }) => {
    const items = [
      hours(1, { recent: 50, impressions: 1_000 }),
      hours(2, { recent: 40, impressions: 900 }),
      hours(3, { recent: 30, impressions: 40 }),
      hours(4, { recent: 0, impressions: 30 }),
    ];
    expect(underExposedOf(items)).toEqual([giftId(3)]);
  });

  it("is nothing where nothing was shown", ({ expect }) => {
    expect(underExposedOf([hours(1, { recent: 5 })])).toEqual([]);
    expect(trendingOf([])).toEqual([]);
  });
});

describe("live events beside an imported popularity", () => {
  it("are worth as much at their 99th percentile, within a factor of two", ({ expect }) => {
    const bases = Array.from({ length: 1_000 }, (_, index) => index * 1_000);
    const scores = Array.from({ length: 500 }, (_, index) => index + 1);
    const worth = gainOf(bases, scores) * 495;
    expect(worth / 990_000).toBeGreaterThan(0.5);
    expect(worth / 990_000).toBeLessThan(2);
  });

  it("count as they are where nothing was imported", ({ expect }) => {
    expect(gainOf([0, 0], [3, 5])).toBe(1);
    expect(gainOf([7], [])).toBe(1);
  });
});
