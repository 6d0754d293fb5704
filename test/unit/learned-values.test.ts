import fc from "fast-check";
import { describe, it } from "vitest";
import {
  completionOf,
  learn,
  rewardOf,
  VALUES_LIMIT,
  valueKeyOf,
  valueOf,
} from "../../src/profiles/learned-values.ts";
import {
  BALANCED,
  FEEDBACK_TYPES,
  type LearnedValues,
  UNKNOWN_PROFILE,
} from "../../src/profiles/profile.ts";

const NOTHING = UNKNOWN_PROFILE.learned;
const video = { durationSeconds: 299, engagement: 0.29, categoryName: "Music", theme: "Rock" };

describe("the key of a learned value", () => {
  it("has the thirds of the traits, length, engagement, category and theme", ({ expect }) => {
    const traits = { ...BALANCED, openness: 100, neuroticism: 33 };
    expect(valueKeyOf(traits, video)).toBe("21110|0|0|music|rock");
    expect(valueKeyOf({ ...BALANCED, openness: 67, neuroticism: 34 }, video)).toBe(
      "21111|0|0|music|rock",
    );
  });

  it("changes at 5 and 20 minutes, and at an engagement of 0.3 and 0.7", ({ expect }) => {
    const keys = [
      { durationSeconds: 300, engagement: 0.3 },
      { durationSeconds: 1_199, engagement: 0.69 },
      { durationSeconds: 1_200, engagement: 0.7 },
    ].map((facts) => valueKeyOf(undefined, { ...video, ...facts }));
    expect(keys).toEqual(["11111|1|1|music|rock", "11111|1|1|music|rock", "11111|2|2|music|rock"]);
  });

  it("cannot be forged by a category with a separator", ({ expect }) => {
    const forged = { ...video, categoryName: "music|rock", theme: undefined };
    expect(valueKeyOf(undefined, forged)).not.toBe(valueKeyOf(undefined, video));
  });
});

describe("rewards", () => {
  it("are system D's, more for what was watched to the end and less for what was not", ({
    expect,
  }) => {
    expect(FEEDBACK_TYPES.map((type) => rewardOf(type, undefined))).toEqual([
      1, -1, 0.5, -0.3, 1.5, 1.2,
    ]);
    expect(rewardOf("watch", 0.81)).toBe(0.8);
    expect(rewardOf("watch", 0.8)).toBe(0.5);
    expect(rewardOf("watch", 0.19)).toBe(0.3);
  });

  it("do not need the time watched, nor a length", ({ expect }) => {
    expect(completionOf(undefined, 100)).toBeUndefined();
    expect(completionOf(50, undefined)).toBeUndefined();
    expect(completionOf(0, 0)).toBeUndefined();
    expect(completionOf(10, 0)).toBeUndefined();
    expect(completionOf(150, 100)).toBe(1);
  });
});

describe("learning", () => {
  it("moves the value a tenth of the way to the reward, and no other value", ({ expect }) => {
    const once = learn(learn(NOTHING, "other", -1), "key", 1);
    expect(valueOf(once, "key")).toBeCloseTo(0.1);
    expect(valueOf(learn(once, "key", 1), "key")).toBeCloseTo(0.19);
    expect(valueOf(once, "other")).toBeCloseTo(-0.1);
    expect(valueOf(once, "toString")).toBe(0);
  });

  it("explores ever less, down to one in a hundred", ({ expect }) => {
    let learned: LearnedValues = NOTHING;
    for (let lesson = 0; lesson < 1_000; lesson += 1) {
      const next = learn(learned, "key", 1);
      expect(next.epsilon).toBeLessThanOrEqual(learned.epsilon);
      learned = next;
    }
    expect(learned.epsilon).toBe(0.01);
    expect(learned.updates).toBe(1_000);
  });

  it("forgets what was learned least recently when the table is full", ({ expect }) => {
    let learned: LearnedValues = NOTHING;
    for (let key = 0; key < VALUES_LIMIT; key += 1) learned = learn(learned, `key-${key}`, 1);
    learned = learn(learn(learned, "key-0", 1), "one more", 1);
    expect(Object.keys(learned.values)).toHaveLength(VALUES_LIMIT);
    expect(valueOf(learned, "key-0")).toBeGreaterThan(0.1);
    expect(valueOf(learned, "key-1")).toBe(0);
  });

  it("stays within the rewards whatever is taught", ({ expect }) => {
    const lesson = fc.record({
      type: fc.constantFrom(...FEEDBACK_TYPES),
      completion: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(lesson, { maxLength: 200 }), (lessons) => {
        let learned: LearnedValues = NOTHING;
        for (const { type, completion } of lessons) {
          learned = learn(learned, "key", rewardOf(type, completion));
        }
        const value = valueOf(learned, "key");
        expect(value).toBeGreaterThanOrEqual(-1.2);
        expect(value).toBeLessThanOrEqual(1.8);
      }),
    );
  });
});
