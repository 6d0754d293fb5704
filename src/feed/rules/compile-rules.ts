/**
 * Rules with their names looked up: once per version of the config and of the pools. A rule about something that the
 * pools lack is left out. Tags and creators are named as the catalogue writes them.
 */
import type { ItemId } from "../../domain/ids.ts";
import type { ItemFacts } from "../../pools/item-facts.ts";
import type { Rule, RuleMatch } from "../../tenants/tenant-rules.ts";
import type { CandidateSource } from "../candidate.ts";

/** What a boost or a bury applies to: entries of the facts, or a source. */
export type Target =
  | { readonly kind: "item" | "tag" | "creator"; readonly entry: number }
  | { readonly kind: "source"; readonly source: CandidateSource };

export interface Pin {
  readonly rule: string;
  readonly index: number;
  readonly slot: number;
}

export interface Effect {
  readonly rule: string;
  readonly target: Target;
  /** 1 for a bury. */
  readonly factor: number;
  readonly buries: boolean;
}

export interface Quota {
  readonly source: CandidateSource;
  readonly minShare: number;
  readonly maxShare: number;
}

export interface Cap {
  readonly by: "creator" | "tag";
  /** Undefined: of every creator, of every tag. */
  readonly entry: number | undefined;
  readonly maxPerPage: number;
}

export type CompiledRule = {
  readonly startsAtMs: number;
  readonly endsAtMs: number;
} & (
  | { readonly type: "pin"; readonly pin: Pin }
  | { readonly type: "effect"; readonly effect: Effect }
  | { readonly type: "quota"; readonly quota: Quota }
  | { readonly type: "cap"; readonly cap: Cap }
);

type RuleBody<Compiled> = Compiled extends CompiledRule
  ? Omit<Compiled, "startsAtMs" | "endsAtMs">
  : never;

interface Entries {
  readonly item: (id: ItemId) => number | undefined;
  readonly tag: (name: string) => number | undefined;
  readonly creator: (name: string) => number | undefined;
}

export function compileRules(
  rules: readonly Rule[],
  facts: ItemFacts,
  indexOf: (id: ItemId) => number | undefined,
): readonly CompiledRule[] {
  const names = { tag: new Set<string>(), creator: new Set<string>() };
  for (const rule of rules) {
    if (rule.type === "cap" && rule.name !== undefined) names[rule.by].add(rule.name);
    if (rule.type !== "boost" && rule.type !== "bury") continue;
    if ("tag" in rule.match) names.tag.add(rule.match.tag);
    if ("creator" in rule.match) names.creator.add(rule.match.creator);
  }
  const tags = findEntries(facts.tagNames, names.tag);
  const creators = findEntries(facts.creatorNames, names.creator);
  const entries: Entries = {
    item: indexOf,
    tag: (name) => tags.get(name),
    creator: (name) => {
      const position = creators.get(name);
      return position === undefined ? undefined : position + 1;
    },
  };
  return rules.flatMap((rule, position) => {
    const body = compileBody(rule, rule.id ?? String(position), entries);
    if (body === undefined) return [];
    return [
      {
        ...body,
        startsAtMs: rule.starts_at === undefined ? -Infinity : Date.parse(rule.starts_at),
        endsAtMs: rule.ends_at === undefined ? Infinity : Date.parse(rule.ends_at),
      },
    ];
  });
}

function compileBody(rule: Rule, id: string, entries: Entries): RuleBody<CompiledRule> | undefined {
  switch (rule.type) {
    case "pin": {
      const index = entries.item(rule.item);
      if (index === undefined) return undefined;
      return { type: "pin", pin: { rule: id, index, slot: rule.slot } };
    }
    case "boost":
    case "bury": {
      const target = compileMatch(rule.match, entries);
      if (target === undefined) return undefined;
      const factor = rule.type === "boost" ? rule.factor : 1;
      return { type: "effect", effect: { rule: id, target, factor, buries: rule.type === "bury" } };
    }
    case "quota":
      return {
        type: "quota",
        quota: {
          source: rule.source,
          minShare: rule.min_share ?? 0,
          maxShare: rule.max_share ?? 1,
        },
      };
    case "cap": {
      const entry = rule.name === undefined ? undefined : entries[rule.by](rule.name);
      if (entry === undefined && rule.name !== undefined) return undefined;
      return { type: "cap", cap: { by: rule.by, entry, maxPerPage: rule.max_per_page } };
    }
  }
}

function compileMatch(match: RuleMatch, entries: Entries): Target | undefined {
  if ("source" in match) return { kind: "source", source: match.source };
  if ("item" in match) return targetAt("item", entries.item(match.item));
  if ("tag" in match) return targetAt("tag", entries.tag(match.tag));
  return targetAt("creator", entries.creator(match.creator));
}

const targetAt = (kind: "item" | "tag" | "creator", entry: number | undefined) =>
  entry === undefined ? undefined : { kind, entry };

/** Positions of the wanted names. One pass over up to 100,000 names, none when nothing is wanted. */
function findEntries(
  names: readonly string[],
  wanted: ReadonlySet<string>,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  if (wanted.size === 0) return found;
  names.forEach((name, position) => {
    if (wanted.has(name)) found.set(name, position);
  });
  return found;
}
