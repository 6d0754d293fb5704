import fc from "fast-check";
import { describe, it } from "vitest";
import { codeCount, eachCode, itemCode, itemCodes } from "../../src/domain/item-code.ts";
import { noteShown, SERVED_LIMIT, SHOWN_LIMIT } from "../../src/profiles/note-shown.ts";
import { aProfile, aShownVideo, aVideoId, shownVideos } from "../support/profile-builders.ts";

describe("what was shown", () => {
  it("stands newest first, in the order of its answer, once", ({ expect }) => {
    const once = noteShown(aProfile(), shownVideos(3));
    const again = aShownVideo({ video: aVideoId(1), valueKey: "newer" });
    const twice = noteShown(once, [aShownVideo({ video: aVideoId(9) }), again]);
    expect(twice.shown.map(({ video }) => video)).toEqual([9, 1, 0, 2].map(aVideoId));
    expect(twice.shown[1]?.valueKey).toBe("newer");
    expect(twice.served).toBe(itemCodes([0, 2, 9, 1].map(aVideoId)));
  });

  it("of one answer is the same however often it is noted, whatever came between", ({ expect }) => {
    const answer = (madeMs: number, ...names: number[]) =>
      names.map((name) => aShownVideo({ video: aVideoId(name), madeMs }));
    const first = noteShown(aProfile(), answer(1, 1, 2, 3));
    expect(noteShown(first, answer(1, 1, 2, 3))).toBe(first);
    const both = noteShown(first, answer(2, 3, 4));
    expect(both.shown.map(({ video }) => video)).toEqual([3, 4, 1, 2].map(aVideoId));
    expect(noteShown(both, answer(1, 1, 2, 3))).toBe(both);
    expect(noteShown(both, answer(2, 3, 4))).toBe(both);
    // A newer answer that repeats is news: what was shown the longest ago comes back first.
    const again = noteShown(both, answer(3, 1));
    expect(again.served).toBe(itemCodes([2, 3, 4, 1].map(aVideoId)));
  });

  it("without being served has its facts kept, and counts when it is served", ({ expect }) => {
    const trending = [aShownVideo({ madeMs: 5, served: false })];
    const seen = noteShown(aProfile(), trending);
    expect(seen.shown).toEqual(trending);
    expect(seen.served).toBe("");
    const served = noteShown(seen, [aShownVideo({ madeMs: 4 })]);
    expect(served.served).toBe(itemCodes([aVideoId("a")]));
    expect(noteShown(served, [aShownVideo({ madeMs: 6, served: false })])).toBe(served);
  });

  it("is kept with facts for the last 300, and by its code for the last 4,000", ({ expect }) => {
    let profile = aProfile();
    for (let at = 0; at < 4_100; at += 50) profile = noteShown(profile, shownVideos(50, at));
    expect(profile.shown).toHaveLength(SHOWN_LIMIT);
    expect(codeCount(profile.served)).toBe(SERVED_LIMIT);
    expect(profile.served.startsWith(itemCode(aVideoId(100)))).toBe(true);
    expect(profile.served.endsWith(itemCode(aVideoId(4_099)))).toBe(true);
  });

  it("has no repeats and nothing that was not shown, whatever is shown", ({ expect }) => {
    const answers = fc.array(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(answers, (shown) => {
        let profile = aProfile();
        for (const answer of shown) {
          const videos = answer.map((name) => aShownVideo({ video: aVideoId(name) }));
          profile = noteShown(profile, videos);
        }
        const expected = new Set(shown.flat().map((name) => itemCode(aVideoId(name))));
        const codes = [...eachCode(profile.served)];
        expect(codes).toHaveLength(expected.size);
        expect(new Set(codes)).toEqual(expected);
        expect(new Set(profile.shown.map(({ video }) => video)).size).toBe(expected.size);
      }),
    );
  });
});
