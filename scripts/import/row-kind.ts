/** What a row of each kind of file must be, and how it is sent. */
import { parseItemRow } from "../../src/catalogue/item-row.ts";
import { parseItemId, parseUserId } from "../../src/domain/ids.ts";
import { mapColumns } from "./map-columns.ts";
import type { ColumnMap } from "./options.ts";
import { readTime, zoned } from "./read-time.ts";
import { splitTags } from "./split-tags.ts";

export type RowText =
  | {
      readonly ok: true;
      /** Rows of the same key replace each other, so they must arrive in the order of the file. */
      readonly key: string;
      /** One line of NDJSON. */
      readonly json: string;
    }
  | { readonly ok: false; readonly reason: string };

type Row = Readonly<Record<string, unknown>>;

export interface RowKind {
  readonly name: "items" | "watched";
  readonly mapOption: string;
  readonly needed: readonly (readonly [string, ...string[]])[];
  timeOf(row: Row, map: ColumnMap): number | undefined;
  /** `shiftMs` is added to every time. */
  toText(row: Row, map: ColumnMap, shiftMs: number): RowText;
}

export const itemKind: RowKind = {
  name: "items",
  mapOption: "--map",
  needed: [["id"]],

  timeOf(row, map) {
    const parsed = parseItemRow(normaliseItem(mapColumns(row, map)));
    return parsed.ok ? parsed.item.publishedAtMs : undefined;
  },

  toText(row, map, shiftMs) {
    const parsed = parseItemRow(normaliseItem(mapColumns(row, map)));
    if (!parsed.ok) return parsed;
    const { id, popularity, publishedAtMs, metadata } = parsed.item;
    const published =
      publishedAtMs === undefined ? {} : { published_at: Math.max(0, publishedAtMs + shiftMs) };
    return {
      ok: true,
      key: id,
      json: JSON.stringify({ ...metadata, id, popularity, ...published }),
    };
  },
};

export const watchedKind: RowKind = {
  name: "watched",
  mapOption: "--map-watched",
  needed: [["user_id"], ["video_id", "item_id"]],

  timeOf: (row, map) => readTime(mapColumns(row, map)["watched_at"]),

  toText(row, map, shiftMs) {
    const { user_id, video_id, item_id, watched_at } = mapColumns(row, map);
    const user = parseUserId(text(user_id));
    const item = parseItemId(text(video_id ?? item_id));
    if (user === undefined) return { ok: false, reason: `user_id: ${missingOrBad(user_id)}` };
    if (item === undefined) {
      return { ok: false, reason: `video_id: ${missingOrBad(video_id ?? item_id)}` };
    }
    const watchedAtMs = readTime(watched_at);
    if (watchedAtMs === undefined && watched_at != null) {
      return { ok: false, reason: "watched_at: must be an ISO 8601 time or epoch milliseconds" };
    }
    const watched =
      watchedAtMs === undefined ? {} : { watched_at: Math.max(0, watchedAtMs + shiftMs) };
    return {
      ok: true,
      key: `${user} ${item}`,
      json: JSON.stringify({ user_id: user, video_id: item, ...watched }),
    };
  },
};

function normaliseItem(row: Row): Row {
  return { ...row, tags: splitTags(row["tags"]), published_at: zoned(row["published_at"]) };
}

const text = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value).trim() : "";

const missingOrBad = (value: unknown): string =>
  value == null || value === ""
    ? "is missing"
    : "must be 1 to 128 of A-Z a-z 0-9 . _ ~ : @ | + = -";
