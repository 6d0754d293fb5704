import { describe, it } from "vitest";
import { parseItemRow } from "../../src/catalogue/item-row.ts";

const metadataOf = (row: object): Readonly<Record<string, unknown>> => {
  const parsed = parseItemRow({ id: "g", ...row });
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.item.metadata;
};
const reasonOf = (row: object): string => {
  const parsed = parseItemRow({ id: "g", ...row });
  return parsed.ok ? "" : parsed.reason;
};

describe("the fields of a gift", () => {
  it("have one form, whatever the row calls them", ({ expect }) => {
    const gift = {
      price: "19.90",
      gender: "Female",
      age: "25-34, 18-24",
      suitable_for: ["friend"],
      acquaintance_level: "close",
      platform: "amazon",
    };
    expect(metadataOf(gift)).toEqual({
      price: 19.9,
      gender: "f",
      age: ["25-34", "18-24"],
      suitable_for: ["friend"],
      acquaintance_level: ["close"],
      platform: "amazon",
    });
  });

  it("say any age by `any` alone", ({ expect }) => {
    expect(metadataOf({ age: ["18-24", "any"] })).toEqual({ age: ["any"] });
  });

  it("sell in a country where the place is one, and keep any other place", ({ expect }) => {
    expect(metadataOf({ geo_id: "de" })).toEqual({ countries: ["DE"] });
    expect(metadataOf({ geo_id: 7 })).toEqual({ geo_id: "7" });
    expect(metadataOf({ geo_id: "DE", countries: "AT" })).toEqual({ countries: ["AT"] });
  });

  it("are private where a user owns the item, unless the row says otherwise", ({ expect }) => {
    expect(metadataOf({ user_id: 12 })).toEqual({ user_id: "12", private: true });
    expect(metadataOf({ user_id: "u", private: "no" })).toEqual({ user_id: "u", private: false });
    expect(metadataOf({ user_id: null })).toEqual({});
  });

  it("are in stock by their status, and by nothing else that it says", ({ expect }) => {
    expect(metadataOf({ status: "in_stock" })).toEqual({ status: "in_stock", in_stock: true });
    expect(metadataOf({ status: "gone" })).toEqual({ status: "gone", in_stock: false });
    expect(metadataOf({ status: "gone", in_stock: 1 })["in_stock"]).toBe(true);
    expect(metadataOf({ status: "in_stock", stock: 0 })["in_stock"]).toBe(false);
  });

  it("are refused where they cannot be understood, by name", ({ expect }) => {
    expect(reasonOf({ gender: "x" })).toBe("gender: must be f, m or any");
    expect(reasonOf({ age: "30" })).toMatch(/^age: must be one or more of 18-24/);
    expect(reasonOf({ price: -1 })).toBe("price: must not be negative");
    expect(reasonOf({ suitable_for: [1] })).toMatch(/^suitable_for: must be a text or a list/);
  });
});
