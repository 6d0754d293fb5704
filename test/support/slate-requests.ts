/** A slate request that asks for nothing, and short ways to read a slate. */
import type { CandidateSource, ScoredCandidate } from "../../src/feed/candidate.ts";
import type { SlateRequest } from "../../src/feed/selectors/slate-selector.ts";
import { aCandidate, plainFacts } from "./facts-builder.ts";

export const aRequest = (request: Partial<SlateRequest> = {}): SlateRequest => ({
  facts: plainFacts(300),
  limit: 10,
  diversity: { by: "tags", strength: 0 },
  explorationShare: 0,
  rules: { quotas: [], caps: [] },
  pins: [],
  ...request,
});

/** `count` candidates from rank `first` on. */
export const some = (
  count: number,
  fields: Partial<ScoredCandidate> = {},
  first = 0,
): ScoredCandidate[] => Array.from({ length: count }, (_, i) => aCandidate(first + i, fields));

export const indexes = (candidates: readonly ScoredCandidate[]): number[] =>
  candidates.map(({ index }) => index);

export const slots = (candidates: readonly ScoredCandidate[], source: CandidateSource): number[] =>
  candidates.flatMap((candidate, slot) => (candidate.source === source ? [slot] : []));
