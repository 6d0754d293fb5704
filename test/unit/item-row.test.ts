import { describe, it } from "vitest";
import { parseItemRow } from "../../src/catalogue/item-row.ts";

const publishedAt = (published_at: unknown): number | undefined => {
  const parsed = parseItemRow({ id: "a", published_at });
  return parsed.ok ? parsed.item.publishedAtMs : undefined;
};

describe("a catalogue row", () => {
  it("reads times with a zone, without one as UTC, as a date, in seconds and in milliseconds", ({
    expect,
  }) => {
    const noon = Date.UTC(2017, 10, 14, 12);
    expect(publishedAt("2017-11-14T12:00:00.000Z")).toBe(noon);
    expect(publishedAt("2017-11-14T13:00:00+01:00")).toBe(noon);
    expect(publishedAt("2017-11-14T12:00:00")).toBe(noon);
    expect(publishedAt("2017-11-14 12:00:00")).toBe(noon);
    expect(publishedAt("2017-11-14")).toBe(Date.UTC(2017, 10, 14));
    expect(publishedAt(noon)).toBe(noon);
    expect(publishedAt(String(noon))).toBe(noon);
    expect(publishedAt(String(noon / 1000))).toBe(noon);
  });

  it("orders by popularity, else by views, else by nothing", ({ expect }) => {
    const of = (row: object): unknown => {
      const parsed = parseItemRow({ id: "a", ...row });
      return parsed.ok ? parsed.item.popularity : parsed.reason;
    };
    expect(of({ popularity: 0.5, views: 7 })).toBe(0.5);
    expect(of({ views: "7" })).toBe(7);
    expect(of({})).toBe(0);
  });

  it("keeps foreign scalar fields, lists of texts and the time of publication", ({ expect }) => {
    const parsed = parseItemRow({
      id: "a",
      title: "T",
      region: "US",
      ratings_disabled: false,
      tags: ["x", "y"],
      nested: { no: 1 },
      published_at: 0,
    });
    expect(parsed).toMatchObject({
      ok: true,
      item: {
        metadata: {
          title: "T",
          region: "US",
          ratings_disabled: false,
          tags: ["x", "y"],
          published_at: "1970-01-01T00:00:00.000Z",
        },
      },
    });
    expect(parsed.ok && "nested" in parsed.item.metadata).toBe(false);
  });

  it("knows one spelling of each fact, whatever the file has", ({ expect }) => {
    const metadataOf = (row: object): unknown => {
      const parsed = parseItemRow({ id: "a", ...row });
      return parsed.ok ? parsed.item.metadata : parsed.reason;
    };
    expect(metadataOf({ maturity: "pg 13" })).toEqual({ maturity: "PG-13" });
    expect(metadataOf({ maturity: " Nc17 " })).toEqual({ maturity: "NC-17" });
    expect(metadataOf({ in_stock: "Yes" })).toEqual({ in_stock: true });
    expect(metadataOf({ in_stock: 0 })).toEqual({ in_stock: false });
    expect(metadataOf({ stock: "3" })).toEqual({ stock: 3, in_stock: true });
    expect(metadataOf({ stock: 0 })).toEqual({ stock: 0, in_stock: false });
    expect(metadataOf({ stock: 0, in_stock: true })).toEqual({ stock: 0, in_stock: true });
    expect(metadataOf({ countries: "de, at ,DE" })).toEqual({ countries: ["AT", "DE"] });
    expect(metadataOf({ blocked_countries: ["us"] })).toEqual({ blocked_countries: ["US"] });
    expect(metadataOf({ vector: "[0.123456, -2]" })).toEqual({ vector: [0.1235, -2] });
    expect(metadataOf({ creator: "Ada", creator_id: 7 })).toEqual({
      creator: "Ada",
      creator_id: "7",
    });
  });

  it("says nothing of a fact that is empty", ({ expect }) => {
    const facts = {
      maturity: "",
      in_stock: null,
      countries: [],
      blocked_countries: " ",
      vector: "",
    };
    expect(parseItemRow({ id: "a", ...facts })).toMatchObject({ ok: true, item: { metadata: {} } });
  });

  it("is refused when a fact cannot be understood", ({ expect }) => {
    const reasonOf = (row: object): string => {
      const parsed = parseItemRow({ id: "a", ...row });
      return parsed.ok ? "" : parsed.reason;
    };
    expect(reasonOf({ maturity: "X" })).toBe("maturity: must be one of G, PG, PG-13, R, NC-17");
    expect(reasonOf({ in_stock: "maybe" })).toBe("in_stock: must be true or false");
    expect(reasonOf({ stock: -1 })).toBe("stock: must not be negative");
    expect(reasonOf({ countries: "DE,UK" })).toBe(
      'countries: must be ISO 3166 alpha-2 codes such as DE; "UK" is none',
    );
    expect(reasonOf({ blocked_countries: { US: true } })).toMatch(/^blocked_countries: /);
    expect(reasonOf({ vector: [] })).toMatch(/^vector: must be a list of 1 to 64 numbers/);
    expect(reasonOf({ vector: Array(65).fill(1) })).toMatch(/^vector: /);
    expect(reasonOf({ vector: [1, "2"] })).toMatch(/^vector: /);
    expect(reasonOf({ vector: "[1,2" })).toMatch(/^vector: /);
  });

  it("names the field at fault and what is wrong with it", ({ expect }) => {
    const reasonOf = (row: unknown): string => {
      const parsed = parseItemRow(row);
      return parsed.ok ? "" : parsed.reason;
    };
    expect(reasonOf({})).toMatch(/^id: /);
    expect(reasonOf({ id: "a b" })).toMatch(/^id: must be 1 to 128/);
    expect(reasonOf({ id: "a", views: -1 })).toBe("views: must not be negative");
    expect(reasonOf({ id: "a", views: "many" })).toMatch(/^views: /);
    expect(reasonOf({ id: "a", published_at: "yesterday" })).toMatch(/^published_at: must be/);
    expect(reasonOf({ id: "a", published_at: 1e18 })).toMatch(/^published_at: must be/);
    expect(reasonOf({ id: "a", description: "x".repeat(9_000) })).toMatch(/^description: /);
    expect(reasonOf("text")).toMatch(/^row: /);
    expect(reasonOf(undefined)).toMatch(/^row: /);
  });
});
