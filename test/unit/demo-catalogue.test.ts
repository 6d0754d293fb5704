import { describe, it } from "vitest";
import { anchorOf, demoCatalogue, type DemoItem } from "../../scripts/demo/catalogue.ts";
import { parseItemRow } from "../../src/catalogue/item-row.ts";

const NOW_MS = Date.UTC(2026, 7, 1, 12, 34, 56);
const DAY_MS = 86_400_000;
const items = [...demoCatalogue({ items: 10_000, anchorMs: anchorOf(NOW_MS) })];

const shareOf = (accepts: (item: DemoItem) => boolean): number =>
  items.filter(accepts).length / items.length;

describe("the demo catalogue", () => {
  it("is the same every time", ({ expect }) => {
    const again = [...demoCatalogue({ items: 500, anchorMs: anchorOf(NOW_MS) })];
    expect(again).toEqual(items.slice(0, 500));
  });

  it("holds items that the Worker takes, each under an id of its own", ({ expect }) => {
    expect(items.every((item) => parseItemRow(item).ok)).toBe(true);
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
    expect(items.every(({ id }) => /^[A-Za-z0-9_-]{11}$/.test(id))).toBe(true);
  });

  it("publishes nothing in the future and much of it lately", ({ expect }) => {
    expect(items.every((item) => item.published_at < NOW_MS)).toBe(true);
    expect(items.every((item) => item.published_at > NOW_MS - 366 * DAY_MS)).toBe(true);
    expect(shareOf((item) => item.published_at > NOW_MS - DAY_MS)).toBeGreaterThan(0.1);
    expect(shareOf((item) => item.published_at > NOW_MS - 30 * DAY_MS)).toBeGreaterThan(0.35);
  });

  it("gives policy something to decide", ({ expect }) => {
    expect(shareOf(({ maturity }) => maturity === "G")).toBeGreaterThan(0.4);
    expect(shareOf(({ maturity }) => maturity === "NC-17")).toBeGreaterThan(0.005);
    expect(shareOf(({ countries }) => countries !== undefined)).toBeGreaterThan(0.01);
    expect(shareOf((item) => item.blocked_countries !== undefined)).toBeGreaterThan(0.005);
    const channelOf = new Map(items.map((item) => [item.creator_id, item.channel]));
    expect(items.every((item) => channelOf.get(item.creator_id) === item.channel)).toBe(true);
  });

  it("gives a few items most of the views", ({ expect }) => {
    const views = items.map((item) => item.views).toSorted((a, b) => b - a);
    const sum = (part: readonly number[]): number => part.reduce((total, each) => total + each, 0);
    expect(sum(views.slice(0, 500)) / sum(views)).toBeGreaterThan(0.5);
  });

  it("fills every slot of a title", ({ expect }) => {
    expect(items.filter(({ title }) => /[{}]|undefined/.test(title) || title.length < 8)).toEqual(
      [],
    );
  });
});
