import { describe, it } from "vitest";
import { compilePolicy, type PolicyReason } from "../../src/feed/filters/compile-policy.ts";
import { oncePerPair } from "../../src/feed/once-per-pair.ts";
import { aConfig, type FactsOfItem, idOf, indexOfId, someFacts } from "../support/facts-builder.ts";

interface Asked {
  readonly filters?: Readonly<Record<string, unknown>>;
  readonly country?: string;
  readonly globallyExcluded?: readonly number[];
}

/** Why each of the items is not allowed. */
function reasons(items: readonly FactsOfItem[], asked: Asked): (PolicyReason | undefined)[] {
  const facts = someFacts(items);
  const policy = compilePolicy(
    facts,
    aConfig({ filters: asked.filters ?? {} }).filters,
    (asked.globallyExcluded ?? []).map(idOf),
    indexOfId(facts.count),
  );
  const test = policy.forCountry(() => asked.country);
  return items.map((_, index) => test(index));
}

describe("compilePolicy", () => {
  it("allows everything that names no country when the tenant filters nothing", ({ expect }) => {
    expect(reasons([{}, { maturity: "NC-17", inStock: false, tags: ["war"] }], {})).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("excludes the items of the tenant and those of the deployment", ({ expect }) => {
    const found = reasons([{}, {}, {}], {
      filters: { excluded_items: [idOf(0), "not-in-the-pools"] },
      globallyExcluded: [2],
    });
    expect(found).toEqual(["excluded_item", undefined, "excluded_item"]);
  });

  it("excludes an item for any of its tags, in whatever case it is written", ({ expect }) => {
    const found = reasons(
      [{ tags: ["sport", "Politics"] }, { tags: ["sport"] }, { tags: ["politics of art"] }, {}],
      { filters: { excluded_tags: ["POLITICS", "unknown"] } },
    );
    expect(found).toEqual(["excluded_tag", undefined, undefined, undefined]);
  });

  it("allows up to the maximum maturity, and nothing that does not say", ({ expect }) => {
    const found = reasons([{ maturity: "G" }, { maturity: "PG" }, { maturity: "PG-13" }, {}], {
      filters: { max_maturity: "PG" },
    });
    expect(found).toEqual([undefined, undefined, "maturity", "maturity_unknown"]);
  });

  it("allows what is in stock, and nothing that does not say", ({ expect }) => {
    const found = reasons([{ inStock: true }, { inStock: false }, {}], {
      filters: { stock: "in_stock" },
    });
    expect(found).toEqual([undefined, "out_of_stock", "stock_unknown"]);
  });

  it("obeys both lists of countries, and the blocked one first", ({ expect }) => {
    const items: FactsOfItem[] = [
      { geography: { allowed: ["CH", "DE"] } },
      { geography: { allowed: ["US"] } },
      { geography: { blocked: ["CH"] } },
      { geography: { allowed: ["CH"], blocked: ["CH"] } },
      { geography: { allowed: [] } },
      { geography: {} },
      {},
    ];
    expect(reasons(items, { country: "CH" })).toEqual([
      undefined,
      "geography",
      "geography",
      "geography",
      "geography",
      undefined,
      undefined,
    ]);
  });

  it("shows an item that names countries to nobody whose country is unknown", ({ expect }) => {
    const items: FactsOfItem[] = [
      { geography: { allowed: ["CH"] } },
      { geography: { blocked: ["US"] } },
      {},
    ];
    const unknown = ["geography_unknown_country", "geography_unknown_country", undefined];
    expect(reasons(items, {})).toEqual(unknown);
    // What Cloudflare says when it does not know, and for Tor.
    expect(reasons(items, { country: "XX" })).toEqual(unknown);
    expect(reasons(items, { country: "T1" })).toEqual(unknown);
  });

  it("does not look at countries when the tenant does not enforce them", ({ expect }) => {
    const items: FactsOfItem[] = [{ geography: { allowed: ["US"] } }];
    expect(reasons(items, { filters: { geography: "any" }, country: "CH" })).toEqual([undefined]);
  });
});

describe("oncePerPair", () => {
  it("makes a value once for two objects, and another one for another pair", ({ expect }) => {
    let made = 0;
    const numbered = oncePerPair((_first: object, _second: object) => ({ number: (made += 1) }));
    const [replica, config, newConfig] = [{}, {}, {}];
    expect(numbered(replica, config)).toBe(numbered(replica, config));
    expect(numbered(replica, newConfig)).not.toBe(numbered(replica, config));
    expect(made).toBe(2);
  });
});
