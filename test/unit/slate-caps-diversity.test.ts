import { describe, it } from "vitest";
import type { Cap } from "../../src/feed/rules/compile-rules.ts";
import { selectSlate, type SlateRequest } from "../../src/feed/selectors/slate-selector.ts";
import { similarityBy } from "../../src/feed/selectors/similarity.ts";
import { aCandidate, plainFacts, someFacts } from "../support/facts-builder.ts";
import { aRequest, indexes, slots, some } from "../support/slate-requests.ts";

const creatorCap = (maxPerPage: number, entry?: number): Cap => ({
  by: "creator",
  entry,
  maxPerPage,
});

describe("caps", () => {
  const byCreators = someFacts(
    Array.from({ length: 40 }, (_, i) => ({ creator: i < 20 ? "ada" : `creator-${i}` })),
  );

  it("let a capped item wait for the next page", ({ expect }) => {
    const { selected } = selectSlate(
      some(40),
      aRequest({ facts: byCreators, limit: 5, rules: { quotas: [], caps: [creatorCap(2)] } }),
    );
    expect(indexes(selected).slice(0, 10)).toEqual([0, 1, 20, 21, 22, 2, 3, 23, 24, 25]);
  });

  it("end the slate at the first page that only capped items could fill", ({ expect }) => {
    const { selected, reserve } = selectSlate(
      some(40),
      aRequest({ facts: byCreators, limit: 15, rules: { quotas: [], caps: [creatorCap(2)] } }),
    );
    // 15, and then 2 + the 7 that are left of the others.
    expect(selected).toHaveLength(24);
    expect(new Set(reserve.map(({ reason }) => reason))).toEqual(new Set(["cap"]));
  });

  it("are the reason for everything that such a slate leaves behind", ({ expect }) => {
    const facts = someFacts(Array.from({ length: 30 }, () => ({ creator: "ada" })));
    const { selected, reserve } = selectSlate(
      some(30),
      aRequest({ facts, slateSize: 10, rules: { quotas: [], caps: [creatorCap(1)] } }),
    );
    expect(indexes(selected)).toEqual([0]);
    expect(reserve).toHaveLength(29);
    expect(new Set(reserve.map(({ reason }) => reason))).toEqual(new Set(["cap"]));
  });

  it("of a name leave the others alone, and items without a creator are not of one", ({
    expect,
  }) => {
    const facts = someFacts([
      ...Array.from({ length: 3 }, () => ({ creator: "ada" })),
      ...Array.from({ length: 3 }, () => ({ creator: "grace" })),
      ...Array.from({ length: 3 }, () => ({})),
    ]);
    const named = [creatorCap(1, facts.creators[0])];
    const first = selectSlate(some(9), aRequest({ facts, rules: { quotas: [], caps: named } }));
    expect(indexes(first.selected)).toEqual([0, 3, 4, 5, 6, 7, 8]);
    const all = selectSlate(
      some(9),
      aRequest({ facts, rules: { quotas: [], caps: [creatorCap(2), ...named] } }),
    );
    expect(indexes(all.selected)).toEqual([0, 3, 4, 6, 7, 8]);
  });

  it("hold for every tag of an item", ({ expect }) => {
    const facts = someFacts([{ tags: ["a", "b"] }, { tags: ["b", "c"] }, { tags: ["c"] }]);
    const { selected } = selectSlate(
      some(3),
      aRequest({
        facts,
        rules: { quotas: [], caps: [{ by: "tag", entry: undefined, maxPerPage: 1 }] },
      }),
    );
    expect(indexes(selected)).toEqual([0, 2]);
  });

  it("are stronger than what exploration is owed", ({ expect }) => {
    const facts = someFacts(
      Array.from({ length: 10 }, (_, i) => (i < 6 ? {} : { creator: "ada" })),
    );
    const { selected } = selectSlate(
      [...some(6), ...some(4, { source: "exploration" }, 6)],
      aRequest({ facts, explorationShare: 0.5, rules: { quotas: [], caps: [creatorCap(1)] } }),
    );
    expect(slots(selected, "exploration")).toHaveLength(1);
  });
});

describe("diversity", () => {
  // Four about chess, which score best; then one each about two other topics.
  const topics = ["chess", "chess", "chess", "chess", "go", "poker"];
  const scores = [1, 0.95, 0.9, 0.85, 0.6, 0];
  const candidates = scores.map((score, index) => aCandidate(index, { score }));
  const chosen = (request: Partial<SlateRequest>): number[] =>
    indexes(selectSlate(candidates, aRequest(request)).selected);

  it("mixes topics the more, the stronger it is", ({ expect }) => {
    const facts = someFacts(topics.map((topic) => ({ tags: [topic] })));
    const by = (strength: number) => chosen({ facts, diversity: { by: "tags", strength } });
    expect(by(0)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(by(0.3)).toEqual([0, 4, 1, 2, 3, 5]);
    expect(by(1).slice(0, 3)).toEqual([0, 4, 5]);
  });

  it("counts the tags that two items share of all they have", ({ expect }) => {
    const facts = someFacts([
      { tags: ["a", "b", "c"] },
      { tags: ["a", "b", "c"] },
      { tags: ["a", "d", "e"] },
      { tags: ["f"] },
    ]);
    const equal = some(4, { score: 1 });
    const { selected } = selectSlate(
      equal,
      aRequest({ facts, diversity: { by: "tags", strength: 0.5 } }),
    );
    expect(indexes(selected)).toEqual([0, 3, 2, 1]);
  });

  it("compares with one placed item at a time", ({ expect }) => {
    // The third is half like the first and half like the second: no more than the fourth is like the first.
    const facts = someFacts([
      { tags: ["a"] },
      { tags: ["b"] },
      { tags: ["a", "b"] },
      { tags: ["a", "c"] },
    ]);
    const { selected } = selectSlate(
      some(4, { score: 1 }),
      aRequest({ facts, diversity: { by: "tags", strength: 1 } }),
    );
    expect(indexes(selected)).toEqual([0, 1, 2, 3]);
  });

  it("looks for difference among the best three slates of candidates only", ({ expect }) => {
    const facts = someFacts(
      Array.from({ length: 10 }, (_, i) => ({ tags: [i === 5 || i === 6 ? `rare-${i}` : "all"] })),
    );
    const { selected } = selectSlate(
      some(10),
      aRequest({ facts, slateSize: 2, diversity: { by: "tags", strength: 1 } }),
    );
    expect(indexes(selected)).toEqual([0, 5]);
    const most = selectSlate(
      some(10),
      aRequest({ facts, slateSize: 3, limit: 3, diversity: { by: "tags", strength: 1 } }),
    );
    expect(indexes(most.selected)).toEqual([0, 5, 6]);
  });

  it("can go by creators", ({ expect }) => {
    const facts = someFacts(topics.map((topic) => ({ creator: topic })));
    expect(chosen({ facts, diversity: { by: "creators", strength: 0.5 } }).slice(0, 2)).toEqual([
      0, 4,
    ]);
  });

  it("can go by the angle between vectors", ({ expect }) => {
    const facts = someFacts(
      [
        [9, 1, 0],
        [9, 1, 0],
        [9, 2, 0],
        [9, 1, 1],
        [0, 1, 9],
        [-9, 0, 0],
      ].map((vector) => ({
        vector,
      })),
    );
    expect(chosen({ facts, diversity: { by: "vectors", strength: 0.6 } }).slice(0, 2)).toEqual([
      0, 4,
    ]);
    // Without vectors there is nothing to differ in.
    expect(chosen({ facts: plainFacts(6), diversity: { by: "vectors", strength: 1 } })).toEqual([
      0, 1, 2, 3, 4, 5,
    ]);
  });

  it("finds two items as alike at the second look as at the first", ({ expect }) => {
    const likeness = similarityBy(
      "vectors",
      someFacts([{ vector: [1, 2, 3] }, { vector: [3, 1, 2] }, { vector: [0, 0, 0] }]),
    );
    const first = likeness?.(0)(1);
    expect(first).toBeCloseTo(11 / 14, 2);
    expect(likeness?.(0)(1)).toBe(first);
    expect(likeness?.(0)(2)).toBe(0);
    expect(likeness?.(2)(0)).toBe(0);
  });

  it("differs from the pins too", ({ expect }) => {
    const facts = someFacts(topics.map((topic) => ({ tags: [topic] })));
    const found = chosen({
      facts,
      diversity: { by: "tags", strength: 0.5 },
      pins: [{ rule: "p", index: 3, slot: 1 }],
    });
    expect(found.slice(0, 2)).toEqual([4, 3]);
  });

  it("says that an item is off the slate because others differ more", ({ expect }) => {
    const facts = someFacts(topics.map((topic) => ({ tags: [topic] })));
    const { reserve } = selectSlate(
      candidates,
      aRequest({ facts, slateSize: 2, diversity: { by: "tags", strength: 0.5 } }),
    );
    expect(reserve[0]).toEqual({ candidate: candidates[1], reason: "diversity" });
    expect(reserve[1]?.reason).toBe("below_slate");
  });
});
