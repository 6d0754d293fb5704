/**
 * Boosts and buries by what they apply to, so that a candidate costs a look-up for each of its tags and not one for each
 * of 200 rules.
 */
import type { ItemFacts } from "../../pools/item-facts.ts";
import type { CandidateSource } from "../candidate.ts";
import type { Effect } from "./compile-rules.ts";

type Effects = readonly Effect[];

export interface EffectIndex {
  readonly items: ReadonlyMap<number, Effects>;
  readonly tags: ReadonlyMap<number, Effects>;
  readonly creators: ReadonlyMap<number, Effects>;
  readonly sources: ReadonlyMap<CandidateSource, Effects>;
}

/** What all rules together do to one candidate. */
export interface RuleEffect {
  readonly boost: number;
  readonly buried: boolean;
  readonly rules: readonly string[];
}

export function indexEffects(effects: Effects): EffectIndex | undefined {
  if (effects.length === 0) return undefined;
  const items = new Map<number, Effect[]>();
  const tags = new Map<number, Effect[]>();
  const creators = new Map<number, Effect[]>();
  const sources = new Map<CandidateSource, Effect[]>();
  for (const effect of effects) {
    const { target } = effect;
    switch (target.kind) {
      case "item":
        append(items, target.entry, effect);
        break;
      case "tag":
        append(tags, target.entry, effect);
        break;
      case "creator":
        append(creators, target.entry, effect);
        break;
      case "source":
        append(sources, target.source, effect);
        break;
    }
  }
  return { items, tags, creators, sources };
}

/** Undefined when no rule applies. */
export function ruleEffectOn(
  index: number,
  source: CandidateSource,
  effects: EffectIndex,
  facts: ItemFacts,
): RuleEffect | undefined {
  let boost = 1;
  let buried = false;
  let rules: string[] | undefined;
  const apply = (found: Effects | undefined): void => {
    if (found === undefined) return;
    rules ??= [];
    for (const effect of found) {
      boost *= effect.factor;
      buried ||= effect.buries;
      rules.push(effect.rule);
    }
  };
  if (effects.items.size > 0) apply(effects.items.get(index));
  if (effects.creators.size > 0) apply(effects.creators.get(facts.creators[index] ?? 0));
  if (effects.sources.size > 0) apply(effects.sources.get(source));
  if (effects.tags.size > 0) {
    const end = facts.tagStarts[index + 1] ?? 0;
    for (let at = facts.tagStarts[index] ?? 0; at < end; at += 1) {
      apply(effects.tags.get(facts.tags[at] ?? 0));
    }
  }
  return rules === undefined ? undefined : { boost, buried, rules };
}

function append<Key>(index: Map<Key, Effect[]>, key: Key, effect: Effect): void {
  const present = index.get(key);
  if (present === undefined) index.set(key, [effect]);
  else present.push(effect);
}
