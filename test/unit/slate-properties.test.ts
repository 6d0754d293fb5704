import fc from "fast-check";
import { describe, it } from "vitest";
import { byRank, type ScoredCandidate } from "../../src/feed/candidate.ts";
import { selectSlate, type SlateRequest } from "../../src/feed/selectors/slate-selector.ts";
import { aCandidate, someFacts } from "../support/facts-builder.ts";

const ITEMS = 80;
const facts = someFacts(
  Array.from({ length: ITEMS }, (_, index) => ({
    ...(index % 9 === 0 ? {} : { creator: `creator-${index % 7}` }),
    tags: ["video", `topic-${index % 5}`, `theme-${index % 11}`],
    vector: [index % 3, (index % 5) - 2, 1],
  })),
);

const share = fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10);

const anyCandidate: fc.Arbitrary<ScoredCandidate> = fc
  .record({
    index: fc.nat(ITEMS - 1),
    source: fc.constantFrom("popularity", "freshness", "exploration", "fallback"),
    score: fc.integer({ min: 0, max: 20 }),
    buried: fc.nat(9).map((n) => n === 0),
  })
  .map(({ index, ...fields }) => aCandidate(index, fields));

const anyCandidates = fc.array(anyCandidate, { maxLength: 120 });

const anyRequest: fc.Arbitrary<SlateRequest> = fc.record({
  facts: fc.constant(facts),
  limit: fc.integer({ min: 1, max: 25 }),
  slateSize: fc.integer({ min: 1, max: 60 }),
  diversity: fc.record({ by: fc.constantFrom("tags", "creators", "vectors"), strength: share }),
  explorationShare: fc.constantFrom(0, 0.1, 0.5),
  rules: fc.record({
    quotas: fc.array(
      fc.record({
        source: fc.constantFrom("popularity", "freshness", "exploration"),
        minShare: share,
        maxShare: share,
      }),
      { maxLength: 3 },
    ),
    caps: fc.array(
      fc.record({
        by: fc.constantFrom("creator", "tag"),
        entry: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
        maxPerPage: fc.integer({ min: 1, max: 6 }),
      }),
      { maxLength: 3 },
    ),
  }),
  pins: fc.array(
    fc.record({ rule: fc.constant("pin"), index: fc.nat(ITEMS - 1), slot: fc.nat(40) }),
    { maxLength: 4 },
  ),
});

const pagesOf = (selected: readonly ScoredCandidate[], limit: number): ScoredCandidate[][] =>
  Array.from({ length: Math.ceil(selected.length / limit) }, (_, page) =>
    selected.slice(page * limit, (page + 1) * limit),
  );

const entriesOf = (by: "creator" | "tag", index: number): readonly number[] =>
  by === "creator"
    ? [facts.creators[index] ?? 0].filter((entry) => entry !== 0)
    : [...facts.tags.subarray(facts.tagStarts[index], facts.tagStarts[index + 1])];

const indexesOf = (candidates: readonly ScoredCandidate[]): number[] =>
  candidates.map(({ index }) => index);
const ascending = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);

describe("any slate", () => {
  it("never repeats an item, and accounts for every candidate", ({ expect }) => {
    fc.assert(
      fc.property(anyCandidates, anyRequest, (candidates, request) => {
        const { selected, reserve } = selectSlate(candidates, request);
        expect(new Set(indexesOf(selected)).size).toBe(selected.length);
        expect(selected.length).toBeLessThanOrEqual(request.slateSize ?? 0);
        expect(
          ascending([...indexesOf(selected), ...reserve.map((entry) => entry.candidate.index)]),
        ).toEqual(ascending(indexesOf(candidates)));
      }),
    );
  });

  it("is the same for the same candidates in another order", ({ expect }) => {
    fc.assert(
      fc.property(anyCandidates, anyRequest, (candidates, request) => {
        expect(selectSlate(candidates.toReversed(), request)).toEqual(
          selectSlate(candidates, request),
        );
      }),
    );
  });

  it("has no more on a page than its caps allow, pins apart", ({ expect }) => {
    fc.assert(
      fc.property(anyCandidates, anyRequest, (candidates, request) => {
        const { selected } = selectSlate(candidates, request);
        for (const page of pagesOf(selected, request.limit)) {
          for (const { by, entry, maxPerPage } of request.rules.caps) {
            const counts = new Map<number, { all: number; pinned: number }>();
            for (const { index, source } of page) {
              for (const found of entriesOf(by, index)) {
                const { all, pinned } = counts.get(found) ?? { all: 0, pinned: 0 };
                counts.set(found, {
                  all: all + 1,
                  pinned: pinned + (source === "pin" ? 1 : 0),
                });
              }
            }
            for (const [found, { all, pinned }] of counts) {
              if (entry !== undefined && entry !== found) continue;
              expect(all).toBeLessThanOrEqual(Math.max(maxPerPage, pinned));
            }
          }
        }
      }),
    );
  });

  it("gives exploration its share of each page while there is some and no cap forbids it", ({
    expect,
  }) => {
    fc.assert(
      fc.property(anyCandidates, anyRequest, (candidates, asked) => {
        const request = { ...asked, explorationShare: 0.3, rules: { quotas: [], caps: [] } };
        const { selected, reserve } = selectSlate(candidates, request);
        const spare = reserve.some(
          ({ candidate, reason }) =>
            candidate.source === "exploration" && !candidate.buried && reason !== "duplicate",
        );
        if (!spare) return;
        for (const page of pagesOf(selected, request.limit)) {
          const pins = page.filter(({ source }) => source === "pin").length;
          const exploring = page.filter(({ source }) => source === "exploration").length;
          const owed = Math.min(Math.round(0.3 * page.length), page.length - pins);
          expect(exploring).toBeGreaterThanOrEqual(owed);
        }
      }),
    );
  });

  it("is the order of rank when the tenant asks for nothing", ({ expect }) => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyCandidate, { selector: ({ index }) => index, maxLength: ITEMS }),
        fc.integer({ min: 1, max: 25 }),
        (candidates, limit) => {
          const { selected } = selectSlate(candidates, {
            facts,
            limit,
            diversity: { by: "tags", strength: 0 },
            explorationShare: 0,
            rules: { quotas: [], caps: [] },
            pins: [],
          });
          expect(selected).toEqual(candidates.toSorted(byRank));
        },
      ),
    );
  });

  it("shows every candidate before it ends when nothing is capped", ({ expect }) => {
    fc.assert(
      fc.property(anyCandidates, anyRequest, (candidates, asked) => {
        const request = { ...asked, rules: { ...asked.rules, caps: [] } };
        const { selected } = selectSlate(candidates, request);
        const distinct = new Set(indexesOf(candidates)).size;
        expect(selected.length).toBe(Math.min(request.slateSize ?? 0, distinct));
      }),
    );
  });
});
