/**
 * What a tenant does not allow on any page, degraded ones included. Fails closed: an item that does not say what the
 * policy asks for is not allowed.
 */
import type { ItemId } from "../../domain/ids.ts";
import { MATURITIES } from "../../domain/maturity.ts";
import type { ItemFacts } from "../../pools/item-facts.ts";
import type { TenantConfig } from "../../tenants/tenant-config.ts";

export type PolicyReason =
  | "excluded_item"
  | "excluded_tag"
  | "maturity"
  | "maturity_unknown"
  | "out_of_stock"
  | "stock_unknown"
  | "geography"
  | "geography_unknown_country";

/** Why the item at this index is not allowed, or undefined. */
export type PolicyTest = (index: number) => PolicyReason | undefined;

/** The policy of one tenant over one version of its pools, still without the country of a request. */
export interface Policy {
  readonly forCountry: (country: () => string | undefined) => PolicyTest;
}

const OUT_OF_STOCK = 2;

/** Excludes `globallyExcluded` beside what the tenant's own filters exclude. Ids that the pools lack change nothing. */
export function compilePolicy(
  facts: ItemFacts,
  filters: TenantConfig["filters"],
  globallyExcluded: readonly ItemId[],
  indexOf: (id: ItemId) => number | undefined,
): Policy {
  const excludedItems = new Set<number>();
  for (const id of [...globallyExcluded, ...filters.excluded_items]) {
    const index = indexOf(id);
    if (index !== undefined) excludedItems.add(index);
  }
  const excludedTags = flagTags(facts.tagNames, filters.excluded_tags);
  const milder = filters.max_maturity === null ? 0 : MATURITIES.indexOf(filters.max_maturity) + 1;
  const borders = filters.geography === "enforce" ? compileBorders(facts) : undefined;

  const reasonAnywhere = (index: number): PolicyReason | undefined => {
    if (excludedItems.has(index)) return "excluded_item";
    if (excludedTags !== undefined) {
      const end = facts.tagStarts[index + 1] ?? 0;
      for (let at = facts.tagStarts[index] ?? 0; at < end; at += 1) {
        if (excludedTags[facts.tags[at] ?? 0] === 1) return "excluded_tag";
      }
    }
    if (milder > 0) {
      const maturity = facts.maturities[index] ?? 0;
      if (maturity === 0) return "maturity_unknown";
      if (maturity > milder) return "maturity";
    }
    if (filters.stock === "in_stock") {
      const stock = facts.stock[index] ?? 0;
      if (stock === 0) return "stock_unknown";
      if (stock === OUT_OF_STOCK) return "out_of_stock";
    }
    return undefined;
  };

  return {
    forCountry: (country) => {
      if (borders === undefined) return reasonAnywhere;
      const from = knownCountry(country());
      return (index) => {
        const reason = reasonAnywhere(index);
        if (reason !== undefined) return reason;
        const border = borders[facts.geographies[index] ?? 0];
        if (border === undefined) return undefined;
        if (from === undefined) return "geography_unknown_country";
        return border(from) ? undefined : "geography";
      };
    },
  };
}

/** One byte a tag name, or undefined when no name is excluded. Case does not matter: "Politics" is "politics" too. */
function flagTags(names: readonly string[], excluded: readonly string[]): Uint8Array | undefined {
  if (excluded.length === 0) return undefined;
  const wanted = new Set(excluded.map((name) => name.toLowerCase()));
  return Uint8Array.from(names, (name) => (wanted.has(name.toLowerCase()) ? 1 : 0));
}

/**
 * By entry of `geographies`: whether a country may see the item; undefined where no country is named. Undefined as a
 * whole when no item has borders.
 */
function compileBorders(
  facts: ItemFacts,
): readonly (((country: string) => boolean) | undefined)[] | undefined {
  const borders = facts.geographyRules.map(({ allowed, blocked }) => {
    if (allowed === undefined && (blocked ?? []).length === 0) return undefined;
    const inside = allowed === undefined ? undefined : new Set(allowed);
    const outside = new Set(blocked);
    return (country: string) =>
      !outside.has(country) && (inside === undefined || inside.has(country));
  });
  return borders.some((border) => border !== undefined) ? [undefined, ...borders] : undefined;
}

/** Cloudflare says `XX` when it does not know, and `T1` for Tor: neither is a country. */
const knownCountry = (country: string | undefined): string | undefined =>
  country !== undefined && country !== "XX" && /^[A-Z]{2}$/.test(country) ? country : undefined;
