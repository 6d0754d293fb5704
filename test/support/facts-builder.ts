/** Builders for ranking tests and the bench: a few items with the facts that matter, the rest unknown. */
import { type Discovery, discoveryCode } from "../../src/domain/discovery.ts";
import { MATURITIES, type Maturity } from "../../src/domain/maturity.ts";
import type { ItemId } from "../../src/domain/ids.ts";
import type { Candidate, ScoredCandidate } from "../../src/feed/candidate.ts";
import type { GeographyRule, ItemFacts } from "../../src/pools/item-facts.ts";
import { type TenantConfig, tenantConfigSchema } from "../../src/tenants/tenant-config.ts";
import { type Rule, rulesSchema } from "../../src/tenants/tenant-rules.ts";

export interface FactsOfItem {
  readonly publishedAtSeconds?: number;
  readonly creator?: string;
  readonly tags?: readonly string[];
  readonly maturity?: Maturity;
  readonly inStock?: boolean;
  readonly geography?: GeographyRule;
  readonly discovery?: Discovery;
  /** Any length; quantised as the facts of a version are. */
  readonly vector?: readonly number[];
}

/** Items in order of rank. */
export function someFacts(items: readonly FactsOfItem[]): ItemFacts {
  const creatorNames = distinct(items.flatMap(({ creator }) => creator ?? []));
  const tagNames = distinct(items.flatMap(({ tags }) => tags ?? []));
  const creatorAt = positions(creatorNames);
  const tagAt = positions(tagNames);
  const geographyRules = items.flatMap(({ geography }) => geography ?? []);
  const tagStarts = [0];
  for (const { tags = [] } of items) tagStarts.push((tagStarts.at(-1) ?? 0) + tags.length);
  const dimensions = items.find(({ vector }) => vector !== undefined)?.vector?.length;
  return {
    count: items.length,
    publishedAtSeconds: Uint32Array.from(items, (item) => item.publishedAtSeconds ?? 0),
    creators: Uint32Array.from(items, ({ creator }) =>
      creator === undefined ? 0 : (creatorAt.get(creator) ?? 0) + 1,
    ),
    creatorNames,
    tagStarts: Uint32Array.from(tagStarts),
    tags: Uint32Array.from(
      items.flatMap(({ tags = [] }) => tags.map((tag) => tagAt.get(tag) ?? 0)),
    ),
    tagNames,
    maturities: Uint8Array.from(items, ({ maturity }) =>
      maturity === undefined ? 0 : MATURITIES.indexOf(maturity) + 1,
    ),
    stock: Uint8Array.from(items, ({ inStock }) => (inStock === undefined ? 0 : inStock ? 1 : 2)),
    geographies: Uint32Array.from(items, ({ geography }) =>
      geography === undefined ? 0 : geographyRules.indexOf(geography) + 1,
    ),
    geographyRules,
    discoveries: Uint8Array.from(items, ({ discovery }) => discoveryCode(discovery)),
    ...(dimensions === undefined
      ? {}
      : {
          vectors: {
            dimensions,
            values: Int8Array.from(
              items.flatMap(({ vector }) => quantised(vector ?? Array<number>(dimensions).fill(0))),
            ),
          },
        }),
  };
}

/** Items without any facts: what only position matters to. */
export const plainFacts = (count: number): ItemFacts =>
  someFacts(Array.from({ length: count }, () => ({})));

export function aCandidate(index: number, fields: Partial<ScoredCandidate> = {}): ScoredCandidate {
  return {
    index,
    source: "popularity",
    score: 1 / (index + 1),
    popularity: 0,
    recency: 0,
    affinity: 0,
    boost: 1,
    buried: false,
    rules: [],
    ...fields,
  };
}

/** One candidate an item, all from the same source. */
export const allOf = (
  facts: ItemFacts,
  source: Candidate["source"] = "popularity",
): readonly Candidate[] => Array.from({ length: facts.count }, (_, index) => ({ index, source }));

/** The id of the item at an index, as `indexOfId` reads it. */
export const idOf = (index: number): ItemId => `item-${index}` as ItemId;

/** A resolver over `count` items named by `idOf`. */
export const indexOfId =
  (count: number) =>
  (id: ItemId): number | undefined => {
    const index = Number(/^item-(\d+)$/.exec(id)?.[1]);
    return index < count ? index : undefined;
  };

/** A config as an operator writes it; what is missing has its default. */
export const aConfig = (record: Readonly<Record<string, unknown>> = {}): TenantConfig =>
  tenantConfigSchema.parse({ name: "Tenant of the tests", ...record });

export const someRules = (...rules: readonly Readonly<Record<string, unknown>>[]): Rule[] =>
  rulesSchema.parse(rules);

const distinct = (names: readonly string[]): string[] => [...new Set(names)];
const positions = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(names.map((name, position) => [name, position]));

function quantised(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => (length === 0 ? 0 : Math.round((value / length) * 127)));
}
