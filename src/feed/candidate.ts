/**
 * A candidate gains fields by gaining a type: what has no score cannot be selected. Items are named by their index in
 * the pool replica, which is their rank by popularity, so that ranking 1,000 of them reads no string.
 */
import type { CANDIDATE_SOURCES } from "../tenants/tenant-rules.ts";

/** `slate`: ranked when the first page of its slate was made. */
export type CandidateSource = (typeof CANDIDATE_SOURCES)[number] | "pin" | "fallback" | "slate";

export interface Candidate {
  readonly index: number;
  readonly source: CandidateSource;
}

export interface ScoredCandidate extends Candidate {
  /** The weighted sum of the three parts, times `boost`. */
  readonly score: number;
  /** Each part is 0 to 1, before its weight. */
  readonly popularity: number;
  readonly recency: number;
  readonly affinity: number;
  /** Product of the factors of all boosts; 1 without one. */
  readonly boost: number;
  /** Ranks after everything that is not buried. */
  readonly buried: boolean;
  /** Ids of the rules that touched the candidate. */
  readonly rules: readonly string[];
}

/** A total order, best first: the same candidates rank the same, whatever order they came in. */
export function byRank(a: ScoredCandidate, b: ScoredCandidate): number {
  if (a.buried !== b.buried) return a.buried ? 1 : -1;
  if (a.score !== b.score) return b.score - a.score;
  if (a.index !== b.index) return a.index - b.index;
  return a.source < b.source ? -1 : a.source > b.source ? 1 : 0;
}

/** The parts of the score as `explain` shows them. */
export const explainScore = (candidate: ScoredCandidate) => ({
  source: candidate.source,
  score: candidate.score,
  popularity: candidate.popularity,
  recency: candidate.recency,
  affinity: candidate.affinity,
  boost: candidate.boost,
  buried: candidate.buried,
  rules: candidate.rules,
});
