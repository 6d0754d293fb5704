import fc from "fast-check";
import { describe, it } from "vitest";
import { DISCOVERIES } from "../../src/domain/discovery.ts";
import { MATURITIES } from "../../src/domain/maturity.ts";
import { factsAt, FactsBuilder, type DatedFacts, noFacts } from "../../src/pools/facts-builder.ts";
import { factsText, parseFactsText } from "../../src/pools/facts-text.ts";
import { someFacts } from "../support/pool-builders.ts";

const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });
const countries = fc.uniqueArray(fc.constantFrom("AT", "DE", "US"), { minLength: 1 });

const anItem: fc.Arbitrary<DatedFacts> = fc.record({
  publishedAtMs: maybe(fc.integer({ min: 1, max: 4_102_444_799 }).map((seconds) => seconds * 1000)),
  creator: maybe(fc.string({ unit: "grapheme", minLength: 1 })),
  tags: fc.uniqueArray(fc.string({ unit: "grapheme" }), { maxLength: 6 }),
  maturity: maybe(fc.constantFrom(...MATURITIES)),
  inStock: maybe(fc.boolean()),
  countries: maybe(countries),
  blockedCountries: maybe(countries),
  discovery: maybe(fc.constantFrom(...DISCOVERIES)),
});
/** Quantised, so that what comes out is what went in. */
const aVector = fc.int8Array({ minLength: 3, maxLength: 3 });

function built(items: readonly DatedFacts[]) {
  const builder = new FactsBuilder();
  for (const item of items) builder.add(item);
  return builder.build();
}

describe("facts", () => {
  it("say of each item what was said of it, before and after the text", ({ expect }) => {
    fc.assert(
      fc.property(fc.array(anItem, { maxLength: 40 }), (items) => {
        const facts = built(items);
        expect(items.map((_, index) => factsAt(facts, index))).toEqual(items);
        expect(parseFactsText(factsText(facts))).toEqual(facts);
      }),
    );
  });

  it("carry vectors", ({ expect }) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anItem, aVector), { minLength: 1 }), (pairs) => {
        const facts = built(pairs.map(([item, vector]) => ({ ...item, vector })));
        const read = parseFactsText(factsText(facts));
        expect(read).toEqual(facts);
        expect(pairs.map((_, index) => factsAt(read, index).vector)).toEqual(
          pairs.map(([, vector]) => vector),
        );
      }),
    );
  });

  it("keep numbers that need two bytes, and four", ({ expect }) => {
    const items = Array.from({ length: 70_000 }, (_, index) => ({
      creator: `c${index % 300}`,
      tags: [`t${index}`],
    }));
    const read = parseFactsText(factsText(built(items)));
    // Not all of them: toEqual takes a second for 70,000.
    for (const index of [0, 299, 300, 65_535, 65_536, 69_999]) {
      expect(factsAt(read, index)).toMatchObject(items[index] ?? {});
    }
  });

  it("are ASCII, and short", ({ expect }) => {
    const text = factsText(someFacts(10_000));
    expect(text).toMatch(/^[A-Za-z0-9+/=]+$/);
    expect(text.length).toBeLessThan(300_000);
  });

  it("cost nothing where nothing is known", ({ expect }) => {
    expect(factsText(noFacts(100_000)).length).toBeLessThan(300);
    expect(parseFactsText(factsText(noFacts(7)))).toEqual(noFacts(7));
  });

  it("are read as releases wrote them that knew of no discoveries", ({ expect }) => {
    const facts = built([{ creator: "Ann", vector: new Int8Array([1, 2, 3]) }, { inStock: true }]);
    const text = atob(factsText(facts)).replace(
      /"widths":\[([\d,]*),0\](.*?)\}/,
      '"widths":[$1]$2}  ',
    );
    expect(text).toContain("  ");
    expect(parseFactsText(btoa(text))).toEqual(facts);
  });

  it("are refused when the text is not theirs", ({ expect }) => {
    expect(() => parseFactsText("nonsense")).toThrow();
    expect(() => parseFactsText("")).toThrow();
  });
});
