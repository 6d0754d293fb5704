import fc from "fast-check";
import { describe, it } from "vitest";
import type { DescribedItem } from "../../src/catalogue/item-pages.ts";
import { eligibleItems } from "../../src/gifts/eligible-items.ts";
import { GIFT_FIELDS } from "../../src/gifts/gift-fields.ts";
import { type GiftFilters, NO_FILTERS } from "../../src/gifts/gift-inputs.ts";
import { makePopular } from "../../src/gifts/make-gifts.ts";
import { popularList } from "../../src/gifts/popular-list.ts";
import { decodeSnapshot } from "../../src/gifts/snapshot-codec.ts";
import {
  aCount,
  aGift,
  aGiftCall,
  aSnapshot,
  giftId,
  type GiftMetadata,
  popularInputs,
} from "../support/gift-fixture.ts";

const CATEGORIES = ["books", "toys", "beauty"];
const value = (values: readonly string[]) => fc.option(fc.constantFrom(...values), { nil: null });

const metadata = fc.record({
  price: fc.option(fc.integer({ min: 0, max: 20 }), { nil: null }),
  category: value(CATEGORIES),
  gender: value(["m", "f", "any"]),
  age: value(["18-24", "45+", "any"]),
  suitable_for: fc.option(fc.subarray(["friend", "colleague", "family"], { minLength: 1 }), {
    nil: null,
  }),
  acquaintance_level: value(["close", "distant"]),
  platform: value(["web", "shop"]),
  geo_id: fc.option(fc.constantFrom<string | number>(1, "2", "de"), { nil: null }),
  countries: fc.option(fc.subarray(["DE", "FR"], { minLength: 1 }), { nil: null }),
  in_stock: fc.option(fc.boolean(), { nil: null }),
  private: fc.constantFrom(null, null, null, true),
  tags: fc.constantFrom(null, ["fine"], ["bad"]),
});

const some = (values: readonly string[]) => fc.subarray([...values].toSorted());
const wanted = fc.record({
  priceFrom: fc.option(fc.integer({ min: 0, max: 10 }), { nil: undefined }),
  priceTo: fc.option(fc.integer({ min: 11, max: 20 }), { nil: undefined }),
  category: some(CATEGORIES),
  platform: fc.constantFrom([], ["web"]),
  suitableFor: fc.constantFrom([], ["friend"], ["colleague", "family"]),
  acquaintanceLevel: fc.constantFrom([], ["close"]),
  gender: fc.constantFrom([], ["f"]),
  age: fc.constantFrom([], ["45+"]),
});

/** What an item must say, written out as plainly as can be. */
function naive(item: GiftMetadata, filters: GiftFilters, geo: string): boolean {
  const list = (name: string): string[] =>
    item[name] == null ? [] : [item[name]].flat().map(String);
  const says = (name: string, values: readonly string[]) =>
    values.length === 0 || list(name).some((own) => values.includes(own));
  const suits = (name: string, values: readonly string[]) =>
    list(name).length === 0 || list(name).includes("any") || says(name, values);
  const price = item["price"] as number | null;
  return (
    item["private"] !== true &&
    item["in_stock"] !== false &&
    !list("tags").includes("bad") &&
    (item["geo_id"] === null || list("geo_id")[0] === geo) &&
    (item["countries"] === null || geo !== "de" || list("countries").includes("DE")) &&
    (filters.priceFrom === undefined || (price !== null && price >= filters.priceFrom)) &&
    (filters.priceTo === undefined || (price !== null && price <= filters.priceTo)) &&
    says("category", filters.category) &&
    says("platform", filters.platform) &&
    says("suitable_for", filters.suitableFor) &&
    says("acquaintance_level", filters.acquaintanceLevel) &&
    suits("gender", filters.gender) &&
    suits("age", filters.age)
  );
}

const POLICY = { filters: { excluded_tags: ["BAD"], geography: "any" } };

const gifts = (count: number, say: (index: number) => GiftMetadata = () => ({})): DescribedItem[] =>
  Array.from({ length: count }, (_, index) => aGift(giftId(index), say(index)));

const idsOf = (list: { items: Uint32Array }, ids: readonly string[]) =>
  Array.from(list.items, (index) => ids[index] ?? "");

const sorted = (ids: readonly string[]) => ids.toSorted((a, b) => (a < b ? -1 : 1));

describe("lists of what is popular", () => {
  it("hold every item that filters, market and policy allow, each once, whatever the filters", ({
    expect,
  }) => {
    fc.assert(
      fc.property(
        fc.array(metadata, { maxLength: 60 }),
        wanted,
        fc.constantFrom("de", "1", "7"),
        (rows, filters, geo) => {
          const snapshot = aSnapshot(rows.map((row, index) => aGift(giftId(index), row)));
          const list = makePopular(aGiftCall(POLICY), snapshot, popularInputs({ filters, geo }));
          const expected = rows.flatMap((row, index) =>
            naive(row, filters, geo) ? [giftId(index)] : [],
          );
          expect(sorted(idsOf(list, snapshot.ids))).toEqual(expected);
        },
      ),
    );
  });

  it("are ordered by score, then by what was imported", ({ expect }) => {
    const snapshot = aSnapshot(
      gifts(4, (index) => ({ base: index })),
      [aCount(giftId(1), { count: 2 }), aCount(giftId(0), { type: "click" })],
    );
    const list = makePopular(aGiftCall(), snapshot, popularInputs());
    expect(idsOf(list, snapshot.ids)).toEqual([1, 0, 3, 2].map(giftId));
  });

  it("follow a group that has said enough, and not one click of it", ({ expect }) => {
    const who = { gender: "f" } as const;
    const all = Array.from({ length: 40 }, (_, index) => aCount(giftId(index), { count: 100 }));
    const most = aCount(giftId(0), { count: 100 });
    const items = gifts(40);
    const one = aSnapshot(items, [...all, most, aCount(giftId(9), { type: "click", who })]);
    const many = aSnapshot(items, [...all, most, aCount(giftId(9), { count: 400, who })]);
    const first = (snapshot: typeof one) =>
      idsOf(makePopular(aGiftCall(), snapshot, popularInputs({ who })), snapshot.ids)[0];
    expect(first(one)).toBe(giftId(0));
    expect(first(many)).toBe(giftId(9));
  });

  it("differ by country where enough was done there", ({ expect }) => {
    const snapshot = aSnapshot(gifts(3), [
      aCount(giftId(0), { count: 300, country: "FR" }),
      aCount(giftId(2), { count: 290, country: "DE" }),
    ]);
    const first = (geo: string) =>
      idsOf(makePopular(aGiftCall(), snapshot, popularInputs({ geo })), snapshot.ids)[0];
    expect([first("fr"), first("de"), first("42")]).toEqual([giftId(0), giftId(2), giftId(0)]);
  });
});

describe("the widening ladder", () => {
  const who = { gender: "f", ageGroup: "18-24" } as const;
  const widen = (say: (index: number) => GiftMetadata, count = 60) => {
    const snapshot = aSnapshot(gifts(count, say));
    const list = popularList(snapshot, () => true, who, "");
    return { audience: list.audience, ids: idsOf(list, snapshot.ids) };
  };

  it("stays with gender and age while they have a page", ({ expect }) => {
    const { audience, ids } = widen((index) => (index < 20 ? {} : { gender: "m" }));
    expect(audience).toBe("gender_and_age");
    expect(ids).toHaveLength(20);
  });

  it("widens to the gender, then to the age, then to everyone, the narrower first", ({
    expect,
  }) => {
    const toGender = widen((index) =>
      index < 5 ? {} : index < 40 ? { age: "45+" } : { gender: "m" },
    );
    expect([toGender.audience, toGender.ids.length]).toEqual(["gender", 40]);
    expect(sorted(toGender.ids.slice(0, 5))).toEqual([0, 1, 2, 3, 4].map(giftId));
    const toAge = widen((index) =>
      index < 5 ? {} : index < 40 ? { gender: "m" } : { gender: "m", age: "45+" },
    );
    expect([toAge.audience, toAge.ids.length]).toEqual(["age", 40]);
    const toAll = widen((index) => (index < 5 ? {} : { gender: "m", age: "45+" }));
    expect([toAll.audience, toAll.ids.length]).toEqual(["everyone", 60]);
    expect(new Set(toAll.ids).size).toBe(60);
  });
});

describe("policy", () => {
  it("fails closed where an item does not say what it asks for", ({ expect }) => {
    const snapshot = aSnapshot(
      gifts(3, (index) => [{ in_stock: true }, {}, { in_stock: false }][index] ?? {}),
    );
    const call = aGiftCall({ filters: { stock: "in_stock" } });
    const test = eligibleItems(snapshot, call, popularInputs());
    expect([0, 1, 2].map(test)).toEqual([true, false, false]);
  });

  it("takes a market that is a country for where the user is, wherever the request comes from", ({
    expect,
  }) => {
    const snapshot = aSnapshot(gifts(1, () => ({ countries: ["DE"] })));
    const asked = (country: string | undefined, geo: string) =>
      eligibleItems(snapshot, aGiftCall({}, { country: () => country }), popularInputs({ geo }))(0);
    expect([
      asked("DE", "de"),
      asked("FR", "de"),
      asked(undefined, "de"),
      asked("DE", "fr"),
      asked("DE", "7"),
      asked("FR", "7"),
      asked(undefined, "7"),
    ]).toEqual([true, true, true, false, true, false, false]);
  });
});

describe("a snapshot", () => {
  it("is the same after it was bytes, and holds no private item", ({ expect }) => {
    const snapshot = aSnapshot(
      gifts(50, (index) => ({
        ...Object.fromEntries(GIFT_FIELDS.map((field) => [field, `${field} ${index % 3}`])),
        price: index / 3,
        user_id: index === 7 ? "u" : null,
        private: null,
      })),
      [aCount(giftId(3), { count: 30, country: "DE", who: { gender: "m" } })],
    );
    const again = decodeSnapshot(snapshot.bytes.slice());
    expect({ ...again, bytes: 0, indexOf: 0 }).toEqual({ ...snapshot, bytes: 0, indexOf: 0 });
    expect(snapshot.ids).not.toContain(giftId(7));
    expect(again.ids.map((id) => again.indexOf(id))).toEqual(again.ids.map((_, index) => index));
    expect(again.indexOf(giftId(7))).toBeUndefined();
  });

  it("that is cut short is refused", ({ expect }) => {
    const { bytes } = aSnapshot(gifts(5));
    expect(() => decodeSnapshot(bytes.slice(0, -8))).toThrow(RangeError);
    expect(() => decodeSnapshot(new Uint8Array(64))).toThrow(RangeError);
  });

  it("of 16,000 items with scores of all groups takes at most 3 MB, of 100,000 below 20 MB", ({
    expect,
  }) => {
    const sizeOf = (count: number): number => {
      const items = gifts(count, (index) => ({
        price: index,
        category: `category ${index % 40}`,
        platform: "web",
        suitable_for: ["friend"],
        tags: [`tag ${index % 500}`],
        countries: ["DE"],
      }));
      const counts = items.flatMap(({ id }, index) =>
        (["m", "f"] as const).map((gender) =>
          aCount(id, {
            who: { gender, ageGroup: index % 2 === 0 ? "18-24" : "45+" },
            country: "DE",
          }),
        ),
      );
      return aSnapshot(items, counts).bytes.byteLength;
    };
    expect(sizeOf(16_000)).toBeLessThan(3_000_000);
    expect(sizeOf(100_000)).toBeLessThan(20_000_000);
  }, 30_000);
});

describe("filters", () => {
  it("that ask for nothing change nothing", ({ expect }) => {
    const snapshot = aSnapshot(gifts(5));
    const list = makePopular(aGiftCall(), snapshot, popularInputs({ filters: NO_FILTERS }));
    expect(list.items).toHaveLength(5);
  });
});
