import fc from "fast-check";
import { describe, it } from "vitest";
import { byRank, explainScore, type ScoredCandidate } from "../../src/feed/candidate.ts";
import { activeRules, NO_RULES } from "../../src/feed/rules/active-rules.ts";
import { compileRules } from "../../src/feed/rules/compile-rules.ts";
import { scoreCandidates } from "../../src/feed/scorers/score-candidates.ts";
import { NO_TASTE, type Taste, tasteOf } from "../../src/feed/scorers/taste.ts";
import type { ItemFacts } from "../../src/pools/item-facts.ts";
import {
  aConfig,
  allOf,
  idOf,
  indexOfId,
  plainFacts,
  someFacts,
  someRules,
} from "../support/facts-builder.ts";

const NOW_SECONDS = 1_800_000_000;
const HOUR_SECONDS = 3_600;

interface Asked {
  readonly weights?: Readonly<Record<string, number>>;
  readonly taste?: Taste;
  readonly rules?: readonly Readonly<Record<string, unknown>>[];
}

function score(facts: ItemFacts, asked: Asked): ScoredCandidate[] {
  const rules = compileRules(someRules(...(asked.rules ?? [])), facts, indexOfId(facts.count));
  return scoreCandidates(allOf(facts), {
    facts,
    weights: aConfig({ weights: asked.weights ?? {} }).weights,
    taste: asked.taste ?? NO_TASTE,
    rules: activeRules(rules, NOW_SECONDS * 1000),
    nowSeconds: NOW_SECONDS,
  });
}

const order = (facts: ItemFacts, asked: Asked): number[] =>
  score(facts, asked)
    .toSorted(byRank)
    .map(({ index }) => index);

/** One item that is best by each part: 0 by popularity, 1 by recency, 2 by affinity. */
const rivals = someFacts([
  { publishedAtSeconds: NOW_SECONDS - 96 * HOUR_SECONDS },
  { publishedAtSeconds: NOW_SECONDS },
  { tags: ["chess"] },
  {},
]);
const chess: Taste = { tags: new Map([[0, 1]]), creators: new Map() };

describe("scoreCandidates", () => {
  it("puts another item first for each weight that is raised", ({ expect }) => {
    const first = (weights: Readonly<Record<string, number>>): number | undefined =>
      order(rivals, { weights, taste: chess })[0];
    expect(first({ popularity: 3, recency: 0.5, affinity: 0.5 })).toBe(0);
    expect(first({ popularity: 0.5, recency: 3, affinity: 0.5 })).toBe(1);
    expect(first({ popularity: 0.5, recency: 0.5, affinity: 3 })).toBe(2);
  });

  it("falls back to rank by popularity when every weight is 0", ({ expect }) => {
    const weights = { popularity: 0, recency: 0, affinity: 0 };
    expect(order(rivals, { weights, taste: chess })).toEqual([0, 1, 2, 3]);
  });

  it("halves recency with every half-life, and never goes beyond 1", ({ expect }) => {
    const facts = someFacts([
      { publishedAtSeconds: NOW_SECONDS },
      { publishedAtSeconds: NOW_SECONDS - 10 * HOUR_SECONDS },
      { publishedAtSeconds: NOW_SECONDS - 20 * HOUR_SECONDS },
      { publishedAtSeconds: NOW_SECONDS + 10 * HOUR_SECONDS },
      {},
    ]);
    const found = score(facts, { weights: { recency_half_life_hours: 10 } });
    expect(found.map(({ recency }) => recency)).toEqual([1, 0.5, 0.25, 1, 0]);
  });

  it("is the weighted sum of the parts times the boost", ({ expect }) => {
    const [, , found] = score(rivals, {
      weights: { popularity: 2, affinity: 3 },
      taste: chess,
      rules: [
        { type: "boost", id: "more chess", match: { tag: "chess" }, factor: 1.5 },
        { type: "boost", match: { source: "popularity" }, factor: 2 },
      ],
    });
    expect(found).toMatchObject({ popularity: 0.5, recency: 0, affinity: 1, boost: 3 });
    expect(found?.score).toBe((2 * 0.5 + 3) * 3);
    expect(found?.rules.toSorted()).toEqual(["1", "more chess"]);
  });

  it("ranks what is buried last, however much it is boosted", ({ expect }) => {
    const rules = [
      { type: "bury", match: { item: idOf(0) } },
      { type: "boost", match: { item: idOf(0) }, factor: 10 },
    ];
    expect(order(plainFacts(3), { rules })).toEqual([1, 2, 0]);
  });

  it("explains a candidate by its parts and rules", ({ expect }) => {
    const [found] = score(plainFacts(1), {
      rules: [{ type: "bury", id: "old news", match: { source: "popularity" } }],
    });
    expect(found && explainScore(found)).toEqual({
      source: "popularity",
      score: 1,
      popularity: 1,
      recency: 0,
      affinity: 0,
      boost: 1,
      buried: true,
      rules: ["old news"],
    });
  });

  it("ranks the same candidates the same, whatever order they come in", ({ expect }) => {
    const facts = plainFacts(50);
    const weights = aConfig({ weights: { popularity: 0 } }).weights;
    fc.assert(
      fc.property(fc.shuffledSubarray([...allOf(facts)], { minLength: 50 }), (shuffled) => {
        const request = { facts, weights, taste: NO_TASTE, rules: NO_RULES, nowSeconds: 0 };
        const ranked = scoreCandidates(shuffled, request).toSorted(byRank);
        expect(ranked.map(({ index }) => index)).toEqual(allOf(facts).map(({ index }) => index));
      }),
    );
  });
});

describe("tasteOf", () => {
  /** 100 items, all of them videos; every tenth about chess, one about go, by five creators. */
  const facts = someFacts(
    Array.from({ length: 100 }, (_, index) => ({
      tags: ["video", ...(index % 10 === 0 ? ["chess"] : []), ...(index === 99 ? ["go"] : [])],
      creator: `creator-${index % 5}`,
    })),
  );
  const likes = (watched: readonly number[], tag: string): number =>
    tasteOf(watched, facts).tags.get(facts.tagNames.indexOf(tag)) ?? 0;

  it("gives the topic that the user watches most the affinity 1", ({ expect }) => {
    expect(likes([0, 10, 20], "chess")).toBe(1);
  });

  it("gives nothing to a tag that every item has", ({ expect }) => {
    expect(likes([0, 10, 20], "video")).toBe(0);
  });

  it("likes a topic less when it was watched longer ago", ({ expect }) => {
    const others = Array.from({ length: 30 }, () => 99);
    expect(likes([0, ...others], "chess")).toBeGreaterThan(likes([...others, 0], "chess"));
  });

  it("likes a creator who was watched once less than the topic of everything", ({ expect }) => {
    const { creators } = tasteOf([1, 0, 10, 20, 30], facts);
    const once = creators.get(facts.creatorNames.indexOf("creator-1") + 1) ?? 0;
    expect(once).toBeGreaterThan(0);
    expect(once).toBeLessThan(0.5);
  });

  it("reads no more than the last 64 items", ({ expect }) => {
    const recent = Array.from({ length: 64 }, () => 0);
    expect(likes([...recent, 99], "go")).toBe(0);
    expect(likes([...recent.slice(1), 99], "go")).toBeGreaterThan(0);
  });

  it("has nothing to say about a user who watched nothing, or only what is everywhere", ({
    expect,
  }) => {
    expect(tasteOf([], facts)).toBe(NO_TASTE);
    const same = someFacts([{ tags: ["video"] }, { tags: ["video"] }]);
    expect(tasteOf([0, 1], same)).toBe(NO_TASTE);
  });

  it("stays within 0 and 1", ({ expect }) => {
    fc.assert(
      fc.property(fc.array(fc.nat(99), { minLength: 1, maxLength: 100 }), (watched) => {
        const { tags, creators } = tasteOf(watched, facts);
        const all = [...tags.values(), ...creators.values()];
        expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...all)).toBe(1);
      }),
    );
  });
});
