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
