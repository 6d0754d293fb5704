/** What the bench ranks, in Node and in the Worker: 1,000 candidates of 100,000 items, by every kind of rule. */
import { hash32 } from "../../src/domain/hash.ts";
import type { Candidate, ScoredCandidate } from "../../src/feed/candidate.ts";
import type { Selection } from "../../src/pipeline/stages.ts";
import { compilePolicy } from "../../src/feed/filters/compile-policy.ts";
import { activeRules, NO_RULES } from "../../src/feed/rules/active-rules.ts";
import { compileRules } from "../../src/feed/rules/compile-rules.ts";
import { scoreCandidates } from "../../src/feed/scorers/score-candidates.ts";
import { tasteOf } from "../../src/feed/scorers/taste.ts";
import { selectSlate } from "../../src/feed/selectors/slate-selector.ts";
import {
  aConfig,
  type FactsOfItem,
  idOf,
  indexOfId,
  someFacts,
} from "../../test/support/facts-builder.ts";

const ITEMS = 100_000;
export const CANDIDATES = 1_000;
const NOW_SECONDS = 1_800_000_000;
const HOUR_SECONDS = 3_600;
export const VECTOR_DIMENSIONS = 64;

/** Numbers below `below` that are the same in every run. */
const drawn = (name: string, index: number, below: number): number =>
  hash32(`${name}${index}`) % below;

const anItem = (index: number, dimensions: number): FactsOfItem => ({
  publishedAtSeconds: NOW_SECONDS - drawn("age", index, 2_000) * HOUR_SECONDS,
  creator: `creator-${drawn("creator", index, 5_000)}`,
  tags: [
    "video",
    `topic-${drawn("topic", index, 40)}`,
    `theme-${drawn("theme", index, 500)}`,
    `word-${drawn("word", index, 5_000)}`,
  ],
  maturity: drawn("maturity", index, 10) === 0 ? "R" : "PG",
  inStock: drawn("stock", index, 10) !== 0,
  ...(dimensions === 0
    ? {}
    : {
        vector: Array.from(
          { length: dimensions },
          (_, at) => drawn(`vector-${at}-`, index, 201) - 100,
        ),
      }),
});

const SOURCES = ["popularity", "popularity", "freshness", "exploration"] as const;

const configOf = (diversity: object) =>
  aConfig({
    filters: {
      excluded_tags: ["topic-7", "theme-33"],
      max_maturity: "PG-13",
      stock: "in_stock",
      excluded_items: Array.from({ length: 500 }, (_, i) => idOf(drawn("excluded", i, ITEMS))),
    },
    rules: [
      { type: "pin", item: idOf(3), slot: 0 },
      { type: "boost", match: { tag: "topic-1" }, factor: 1.5 },
      { type: "boost", match: { creator: "creator-9" }, factor: 2 },
      { type: "bury", match: { tag: "theme-5" } },
      { type: "quota", source: "freshness", min_share: 0.2, max_share: 0.5 },
      { type: "cap", by: "creator", max_per_page: 2 },
    ],
    exploration: { share: 0.1 },
    diversity,
  });

type Ranker = (
  candidates: readonly Candidate[],
  watched: readonly number[],
) => Selection<ScoredCandidate>["selected"];

export interface RankingCase {
  readonly candidatesOf: (round: number) => readonly Candidate[];
  /** What the user of this round watched. */
  readonly watchedOf: (round: number) => readonly number[];
  /** Scored and not yet sorted. */
  readonly score: (
    candidates: readonly Candidate[],
    watched: readonly number[],
  ) => readonly ScoredCandidate[];
  /** The whole of it by the rules of one tenant: policy, score and slate. */
  readonly ranker: (diversity: object) => Ranker;
}

/** `dimensions` of the vectors that items have; 0 for none. */
export function rankingCase(dimensions: number): RankingCase {
  const facts = someFacts(Array.from({ length: ITEMS }, (_, index) => anItem(index, dimensions)));
  return {
    candidatesOf(round) {
      const indexes = new Set<number>([3]);
      // As pools give them: the popular end is read more often.
      for (let i = 0; indexes.size < CANDIDATES; i += 1) {
        indexes.add(Math.floor((drawn(`candidate-${round}-`, i, ITEMS) / ITEMS) ** 2 * ITEMS));
      }
      return [...indexes].map((index) => ({ index, source: SOURCES[index % 4] ?? "popularity" }));
    },
    watchedOf: (round) =>
      Array.from({ length: 64 }, (_, i) => drawn(`watched-${round}-`, i, ITEMS)),
    score: (candidates, watched) =>
      scoreCandidates(candidates, {
        facts,
        weights: configOf({}).weights,
        taste: tasteOf(watched, facts),
        rules: NO_RULES,
        nowSeconds: NOW_SECONDS,
      }),
    ranker(diversity) {
      const config = configOf(diversity);
      const policy = compilePolicy(facts, config.filters, [], indexOfId(ITEMS));
      const rules = compileRules(config.rules, facts, indexOfId(ITEMS));
      return (candidates, watched) => {
        const allowed = policy.forCountry(() => "CH");
        const active = activeRules(rules, NOW_SECONDS * 1000);
        const scored = scoreCandidates(
          candidates.filter(({ index }) => allowed(index) === undefined),
          {
            facts,
            weights: config.weights,
            taste: tasteOf(watched, facts),
            rules: active,
            nowSeconds: NOW_SECONDS,
          },
        );
        return selectSlate(scored, {
          facts,
          limit: 20,
          diversity: config.diversity,
          explorationShare: config.exploration.share,
          rules: active,
          pins: active.pins,
        }).selected;
      };
    },
  };
}
