/**
 * The score: a weighted sum of three parts, each 0 to 1, so that every weight can change the order. System C multiplied
 * by the weight of popularity, a factor of every score: it never changed anything.
 */
import type { ItemFacts } from "../../pools/item-facts.ts";
import type { TenantConfig } from "../../tenants/tenant-config.ts";
import type { Candidate, ScoredCandidate } from "../candidate.ts";
import type { ActiveRules } from "../rules/active-rules.ts";
import { type RuleEffect, ruleEffectOn } from "../rules/rule-effects.ts";
import type { Taste } from "./taste.ts";

export interface ScoreRequest {
  readonly facts: ItemFacts;
  readonly weights: TenantConfig["weights"];
  readonly taste: Taste;
  readonly rules: ActiveRules;
  readonly nowSeconds: number;
}

const UNTOUCHED: RuleEffect = { boost: 1, buried: false, rules: [] };
const HOUR_SECONDS = 3_600;

/** A scored candidate keeps whatever else it carries. */
export function scoreCandidates<Scorable extends Candidate>(
  candidates: readonly Scorable[],
  { facts, weights, taste, rules, nowSeconds }: ScoreRequest,
): (Scorable & ScoredCandidate)[] {
  const halfLifeSeconds = weights.recency_half_life_hours * HOUR_SECONDS;
  return candidates.map((candidate) => {
    const { index, source } = candidate;
    const popularity = 1 - index / facts.count;
    const recency = recencyOf(facts.publishedAtSeconds[index] ?? 0, nowSeconds, halfLifeSeconds);
    const affinity = affinityOf(index, taste, facts);
    const effect =
      rules.effects === undefined
        ? UNTOUCHED
        : (ruleEffectOn(index, source, rules.effects, facts) ?? UNTOUCHED);
    const sum =
      weights.popularity * popularity + weights.recency * recency + weights.affinity * affinity;
    return {
      ...candidate,
      score: sum * effect.boost,
      popularity,
      recency,
      affinity,
      boost: effect.boost,
      buried: effect.buried,
      rules: effect.rules,
    };
  });
}

/** 1 for what is new or dated in the future, 0 for what has no date. */
function recencyOf(publishedAtSeconds: number, nowSeconds: number, halfLifeSeconds: number) {
  if (publishedAtSeconds === 0) return 0;
  return 0.5 ** (Math.max(0, nowSeconds - publishedAtSeconds) / halfLifeSeconds);
}

/** The most liked of the item's tags and its creator. A sum would reward items for having many tags. */
function affinityOf(index: number, { tags, creators }: Taste, facts: ItemFacts): number {
  let most = 0;
  if (creators.size > 0) most = creators.get(facts.creators[index] ?? 0) ?? 0;
  if (tags.size === 0) return most;
  const end = facts.tagStarts[index + 1] ?? 0;
  for (let at = facts.tagStarts[index] ?? 0; at < end; at += 1) {
    const affinity = tags.get(facts.tags[at] ?? 0) ?? 0;
    if (affinity > most) most = affinity;
  }
  return most;
}
