import fc from "fast-check";
import { describe, it } from "vitest";
import type { ItemId } from "../../src/domain/ids.ts";
import type { SourceName } from "../../src/domain/slices.ts";
import { blend, type Served, wantOf } from "../../src/feed/blend.ts";

const ids = (prefix: string, count: number): ItemId[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}` as ItemId);

const items = (source: SourceName, count: number): Served[] =>
  ids(source, count).map((id) => ({ id, source }));

describe("wantOf", () => {
  it("asks for 60 % popularity and 40 % freshness", ({ expect }) => {
    expect(wantOf("mixed", 100, 0.6)).toEqual({ popularity: 60, freshness: 40, carryOver: true });
    expect(wantOf("mixed", 20, 0.6)).toEqual({ popularity: 12, freshness: 8, carryOver: true });
  });

  it("rounds popularity to the nearest whole item and never loses one", ({ expect }) => {
    for (let count = 1; count <= 500; count += 1) {
      const { popularity, freshness } = wantOf("mixed", count, 0.6);
      expect(popularity + freshness).toBe(count);
      expect(Math.abs(popularity - count * 0.6)).toBeLessThanOrEqual(0.5);
    }
  });

  it("follows the share of the tenant", ({ expect }) => {
    expect(wantOf("mixed", 10, 0.25)).toEqual({ popularity: 3, freshness: 7, carryOver: true });
    expect(wantOf("mixed", 10, 1)).toEqual({ popularity: 10, freshness: 0, carryOver: true });
  });

  it("asks one feed alone for everything, without carry-over", ({ expect }) => {
    expect(wantOf("freshness", 7, 0.6)).toEqual({ popularity: 0, freshness: 7, carryOver: false });
    expect(wantOf("popularity", 7, 0.6)).toEqual({ popularity: 7, freshness: 0, carryOver: false });
  });
});

describe("blend", () => {
  it("keeps every prefix within one item of the page's own ratio", ({ expect }) => {
    fc.assert(
      fc.property(fc.nat(120), fc.nat(120), fc.nat(20), (p, f, b) => {
        const served = blend([
          ...items("fallback", b),
          ...items("popularity", p),
          ...items("freshness", f),
        ]);
        expect(new Set(served.map((item) => item.id)).size).toBe(p + f + b);
        let popular = 0;
        served.slice(0, p + f).forEach((item, index) => {
          if (item.source === "popularity") popular += 1;
          expect(Math.abs(popular - ((index + 1) * p) / (p + f))).toBeLessThan(1);
        });
        expect(served.slice(p + f).every((item) => item.source === "fallback")).toBe(true);
      }),
    );
  });

  it("keeps each source in its own order", ({ expect }) => {
    const served = blend([...items("popularity", 6), ...items("freshness", 4)]);
    const of = (source: string) =>
      served.filter((item) => item.source === source).map((item) => item.id);
    expect(of("popularity")).toEqual(ids("popularity", 6));
    expect(of("freshness")).toEqual(ids("freshness", 4));
  });
});
