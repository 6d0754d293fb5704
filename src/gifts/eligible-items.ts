/**
 * Which items a list may have at all: what the tenant's policy allows, is in stock, is of the market, and is what was
 * asked for. Decided before anything is counted or cut.
 */
import { isCountry } from "../domain/countries.ts";
import { compilePolicy, type PolicyTest } from "../feed/filters/compile-policy.ts";
import { oncePerPair } from "../feed/once-per-pair.ts";
import type { DeploymentConfig } from "../tenants/deployment-record.ts";
import type { TenantConfig } from "../tenants/tenant-config.ts";
import type { GiftInputs } from "./gift-inputs.ts";
import type { GiftSnapshot, ValueColumn } from "./gift-snapshot.ts";

/** By index. */
export type ItemTest = (index: number) => boolean;

export interface Rules {
  readonly config: TenantConfig;
  readonly deployment: DeploymentConfig;
  /** Where the request comes from, as the network says. */
  readonly country: () => string | undefined;
}

const OUT_OF_STOCK = 2;
const ANY = "any";

const recordsOf = oncePerPair((config: TenantConfig, deployment: DeploymentConfig) => ({
  config,
  deployment,
}));

const policyOf = oncePerPair(
  (snapshot: GiftSnapshot, { config, deployment }: ReturnType<typeof recordsOf>) =>
    compilePolicy(snapshot.facts, config.filters, deployment.excluded_items, snapshot.indexOf),
);

/**
 * Where a list is for, as far as the tenant's policy asks: the market, where that is a country. Another place says
 * nothing of borders, and then it is where the request comes from; empty where no answer depends on that.
 */
export function countryOf(
  { config, country }: Rules,
  { facts }: GiftSnapshot,
  geo: string,
): string {
  if (config.filters.geography === ANY || facts.geographyRules.length === 0) return "";
  const market = geo.toUpperCase();
  return isCountry(market) ? market : (country() ?? "");
}

export function eligibleItems(snapshot: GiftSnapshot, rules: Rules, inputs: GiftInputs): ItemTest {
  const { config, deployment } = rules;
  const policy: PolicyTest = policyOf(snapshot, recordsOf(config, deployment)).forCountry(
    () => countryOf(rules, snapshot, inputs.geo) || undefined,
  );
  const { facts, attributes, prices } = snapshot;
  const { filters, geo } = inputs;
  const { priceFrom = -Infinity, priceTo = Infinity } = filters;
  const priced = filters.priceFrom !== undefined || filters.priceTo !== undefined;
  const passes = [
    marketTest(snapshot, geo),
    ...said(attributes.category, filters.category),
    ...said(attributes.platform, filters.platform),
    ...said(attributes.suitable_for, filters.suitableFor),
    ...said(attributes.acquaintance_level, filters.acquaintanceLevel),
    ...suits(attributes.gender, filters.gender),
    ...suits(attributes.age, filters.age),
    ...suits(attributes.category, wantedCategory(inputs)),
  ];
  return (index) => {
    if (facts.stock[index] === OUT_OF_STOCK) return false;
    if (priced) {
      const price = prices[index] ?? Number.NaN;
      // An unknown price is within no range.
      if (!(price >= priceFrom && price <= priceTo)) return false;
    }
    return passes.every((test) => test(index)) && policy(index) === undefined;
  };
}

const wantedCategory = (inputs: GiftInputs): readonly string[] =>
  inputs.surface === "popular" && inputs.category !== undefined ? [inputs.category] : [];

/**
 * An item of another market is foreign: one that names a `geo_id` is of those alone, one that names countries is of
 * those that it allows and does not block. Where neither is said it is of every market.
 */
function marketTest({ attributes, facts }: GiftSnapshot, geo: string): ItemTest {
  const { codes, values } = attributes.geo_id;
  const ofGeo = values.map((places) => places.includes(geo));
  const code = geo.toUpperCase();
  const inCountry = isCountry(code)
    ? facts.geographyRules.map(
        ({ allowed, blocked }) =>
          allowed?.includes(code) !== false && blocked?.includes(code) !== true,
      )
    : undefined;
  return (index) => {
    const place = codes[index] ?? 0;
    if (place !== 0 && ofGeo[place - 1] !== true) return false;
    const rule = facts.geographies[index] ?? 0;
    return rule === 0 || inCountry === undefined || inCountry[rule - 1] === true;
  };
}

/** The item says one of these. */
function said({ codes, values }: ValueColumn, wanted: readonly string[]): readonly ItemTest[] {
  if (wanted.length === 0) return [];
  const matches = values.map((own) => own.some((value) => wanted.includes(value)));
  return [(index) => matches[(codes[index] ?? 0) - 1] === true];
}

/** The item says one of these, says that it suits any, or says nothing. */
export function suits(
  { codes, values }: ValueColumn,
  wanted: readonly string[],
): readonly ItemTest[] {
  if (wanted.length === 0) return [];
  const matches = [
    true,
    ...values.map((own) => own.includes(ANY) || own.some((value) => wanted.includes(value))),
  ];
  return [(index) => matches[codes[index] ?? 0] === true];
}
