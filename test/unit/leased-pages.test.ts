import { describe, it } from "vitest";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import { type ItemCodes, NO_CODES } from "../../src/domain/item-code.ts";
import { LeasedPages } from "../../src/feed/leased-pages.ts";

const ALICE = { tenant: "t" as TenantId, user: "alice" as UserId };
const WANT = { popularity: 3, freshness: 2, carryOver: true };
const NOW_MS = 1_000_000;
const LEASED = {
  token: "token-one",
  want: WANT,
  page: { popularity: "aaaaaaa" as ItemCodes, freshness: NO_CODES, fallback: NO_CODES },
  poolsVersion: 1,
  setAsideMs: NOW_MS,
  marks: 0,
};

describe("leased pages", () => {
  it("hands a page out once", ({ expect }) => {
    const pages = new LeasedPages();
    pages.keep(ALICE, LEASED);
    expect(pages.claim(ALICE, WANT, undefined, NOW_MS)).toEqual(LEASED);
    expect(pages.claim(ALICE, WANT, undefined, NOW_MS)).toBeUndefined();
  });

  it("gives a request that names a page that page only", ({ expect }) => {
    const pages = new LeasedPages();
    pages.keep(ALICE, LEASED);
    expect(pages.claim(ALICE, WANT, "another", NOW_MS)).toBeUndefined();
    expect(pages.claim(ALICE, { ...WANT, popularity: 9 }, "token-one", NOW_MS)).toEqual(LEASED);
  });

  it("gives a request of another size nothing, and keeps the page", ({ expect }) => {
    const pages = new LeasedPages();
    pages.keep(ALICE, LEASED);
    expect(pages.claim(ALICE, { ...WANT, freshness: 3 }, undefined, NOW_MS)).toBeUndefined();
    expect(pages.claim(ALICE, WANT, undefined, NOW_MS)).toEqual(LEASED);
  });

  it("lets a page go long before its lease in L2 ends", ({ expect }) => {
    const pages = new LeasedPages();
    pages.keep(ALICE, LEASED);
    expect(pages.claim(ALICE, WANT, undefined, NOW_MS + 25_000)).toBeUndefined();
  });

  it("forgets the page when the user's items are marked", ({ expect }) => {
    const pages = new LeasedPages();
    pages.keep(ALICE, LEASED);
    pages.drop(ALICE);
    expect(pages.claim(ALICE, WANT, undefined, NOW_MS)).toBeUndefined();
  });

  it("does not keep a page that a mark overtook, and keeps the one that was asked for after it", ({
    expect,
  }) => {
    const pages = new LeasedPages();
    pages.note(ALICE, NOW_MS);
    pages.drop(ALICE);
    pages.keep(ALICE, LEASED);
    expect(pages.claim(ALICE, WANT, undefined, NOW_MS)).toBeUndefined();
    const later = { ...LEASED, marks: pages.marksOf(ALICE) };
    pages.keep(ALICE, later);
    expect(pages.claim(ALICE, WANT, undefined, NOW_MS)).toEqual(later);
  });

  it("knows a scrolling user by the last minute", ({ expect }) => {
    const pages = new LeasedPages();
    expect(pages.note(ALICE, NOW_MS)).toBe(false);
    expect(pages.note(ALICE, NOW_MS + 59_000)).toBe(true);
    expect(pages.note(ALICE, NOW_MS + 200_000)).toBe(false);
  });
});
