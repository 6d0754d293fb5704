import { describe, it } from "vitest";
import { checkColumns, mapColumns } from "../../scripts/import/map-columns.ts";
import { parseColumnMap, parseImportOptions } from "../../scripts/import/options.ts";
import { readTime, zoned } from "../../scripts/import/read-time.ts";
import { itemKind, watchedKind } from "../../scripts/import/row-kind.ts";
import { parseItemRow } from "../../src/catalogue/item-row.ts";
import { splitTags } from "../../scripts/import/split-tags.ts";

const NO_MAP = new Map<string, string>();

describe("--map", () => {
  it("renames columns, keeps the others and lets the mapping win", ({ expect }) => {
    const map = parseColumnMap("--map", ["title=name,id=video_id"]);
    expect(mapColumns({ video_id: "a", name: "New", title: "Old", views: 3 }, map)).toEqual({
      id: "a",
      title: "New",
      views: 3,
    });
  });

  it("may feed two fields from one column", ({ expect }) => {
    const map = parseColumnMap("--map", ["views=hits", "popularity=hits"]);
    expect(mapColumns({ hits: 7 }, map)).toEqual({ views: 7, popularity: 7 });
  });

  it("refuses a column that is not there and shows those that are", ({ expect }) => {
    const needs = { file: "f.csv", option: "--map", map: new Map([["title", "name"]]), needed: [] };
    expect(() => checkColumns(new Set(["id", "label"]), needs)).toThrow(/"name".*id, label/);
  });

  it("asks for the id when no column gives it", ({ expect }) => {
    const needs = { file: "f.csv", option: "--map", map: NO_MAP, needed: itemKind.needed };
    expect(() => checkColumns(new Set(["video_id"]), needs)).toThrow("--map id=<column>");
  });

  it("refuses what is no pair, and a field twice", ({ expect }) => {
    expect(() => parseColumnMap("--map", ["title"])).toThrow("title=name");
    expect(() => parseColumnMap("--map", ["a=b,a=c"])).toThrow("twice");
  });
});

describe("the options", () => {
  it("refuse a tenant id that no path could carry", ({ expect }) => {
    expect(() => parseImportOptions(["--tenant", "A b", "--items", "f"])).toThrow("no tenant id");
  });

  it("refuse to shift what can only be read once", ({ expect }) => {
    const args = ["--tenant", "a", "--items", "-", "--shift-to-now"];
    expect(() => parseImportOptions(args)).toThrow("twice");
  });
});

describe("tags", () => {
  it("are split at bars and freed of their quotes", ({ expect }) => {
    expect(splitTags('rock|"live music"|"2017"|rock')).toEqual(["rock", "live music", "2017"]);
  });

  it("are none where YouTube says so", ({ expect }) => {
    expect(splitTags("[none]")).toBeUndefined();
  });

  it("stay as they are when they are a list", ({ expect }) => {
    expect(splitTags(["a|b"])).toEqual(["a|b"]);
  });
});

describe("a time", () => {
  it("without a zone is UTC, wherever the import runs", ({ expect }) => {
    expect(zoned("2017-11-13 17:13:01")).toBe("2017-11-13T17:13:01Z");
    expect(readTime("2017-11-13T17:13")).toBe(Date.UTC(2017, 10, 13, 17, 13));
  });

  it("may be epoch seconds or milliseconds", ({ expect }) => {
    expect(readTime("1510593181")).toBe(1_510_593_181_000);
    expect(readTime(1_510_593_181_000)).toBe(1_510_593_181_000);
  });
});

describe("a row", () => {
  it("of items carries what the file says beyond the known fields", ({ expect }) => {
    const row = { id: "a", views: "12", published_at: "2020-01-02", region: "US", tags: "x|y" };
    const text = itemKind.toText(row, NO_MAP, 1_000);
    expect(text.ok && JSON.parse(text.json)).toEqual({
      id: "a",
      views: 12,
      popularity: 12,
      published_at: Date.UTC(2020, 0, 2) + 1_000,
      region: "US",
      tags: ["x", "y"],
    });
  });

  it("of items carries the facts of a CSV file in the form that the Worker keeps", ({ expect }) => {
    const row = {
      id: "a",
      creator_id: "c7",
      maturity: "pg13",
      stock: "0",
      countries: "de,at",
      vector: "[0.5,1]",
      playback_url: "https://video.example/watch/a",
    };
    const text = itemKind.toText(row, NO_MAP, 0);
    const sent: unknown = text.ok && JSON.parse(text.json);
    expect(sent).toEqual({
      id: "a",
      popularity: 0,
      creator_id: "c7",
      maturity: "PG-13",
      stock: 0,
      in_stock: false,
      countries: ["AT", "DE"],
      vector: [0.5, 1],
      playback_url: "https://video.example/watch/a",
    });
    const { popularity, id, ...metadata } = sent as Record<string, unknown>;
    expect(parseItemRow(sent)).toEqual({ ok: true, item: { id, popularity, metadata } });
  });

  it("of items that breaks a rule says which", ({ expect }) => {
    expect(itemKind.toText({ id: "a", views: "many" }, NO_MAP, 0)).toMatchObject({
      ok: false,
      reason: expect.stringContaining("views"),
    });
  });

  it("of watch history names the item in either way", ({ expect }) => {
    const text = watchedKind.toText({ user_id: "u", item_id: "a" }, NO_MAP, 0);
    expect(text.ok && JSON.parse(text.json)).toEqual({ user_id: "u", video_id: "a" });
    expect(watchedKind.toText({ user_id: "u" }, NO_MAP, 0)).toEqual({
      ok: false,
      reason: "video_id: is missing",
    });
  });
});
