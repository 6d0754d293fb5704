/**
 * One row of a catalogue, from import files and the items route. Known fields are checked and normalised;
 * other scalar fields are kept as they came, so that clients can ask for them with `?fields=`.
 */
import * as z from "zod";
import { ITEM_ID_PATTERN, type ItemId } from "../domain/ids.ts";
import { countriesField, flagField, maturityField, vectorField } from "./fact-fields.ts";
import { ageField, genderField, impliedFacts, wordsField } from "./gift-fields.ts";

export type MetadataValue = string | number | boolean | readonly string[] | readonly number[];

export interface CatalogueItem {
  readonly id: ItemId;
  /** Epoch milliseconds; absent when the row does not say. Such an item is in no freshness window. */
  readonly publishedAtMs?: number;
  /** Orders the popularity buckets. Any finite number; only its rank matters. */
  readonly popularity: number;
  /** Everything else, as `?fields=` serves it. */
  readonly metadata: Readonly<Record<string, MetadataValue>>;
}

export type ItemRow =
  | { readonly ok: true; readonly item: CatalogueItem }
  | { readonly ok: false; readonly reason: string };

/** Metadata of one item, as JSON text. Bigger rows are refused: they would make feeds slow. */
const METADATA_LIMIT_CHARACTERS = 16_384;
const EARLIEST_MS = Date.UTC(1970, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);

const text = z.string().max(8_192);
const name = z.string().max(256);
const address = z.string().max(2_048);
const amount = z.union([
  z.number(),
  z
    .string()
    .trim()
    .regex(/^-?\d+(\.\d+)?$/, "must be a number")
    .transform(Number),
]);
const nonNegative = amount.refine((value) => value >= 0, "must not be negative");

const instant = z.union([z.number(), z.string()]).transform((value, context) => {
  const ms = typeof value === "number" ? value : parseInstant(value.trim());
  if (!Number.isFinite(ms) || ms < EARLIEST_MS || ms >= LATEST_MS) {
    context.addIssue({ code: "custom", message: "must be an ISO 8601 time or epoch milliseconds" });
    return z.NEVER;
  }
  return Math.floor(ms);
});

const row = z.looseObject({
  id: z.coerce.string().regex(ITEM_ID_PATTERN, "must be 1 to 128 of A-Z a-z 0-9 . _ ~ : @ | + = -"),
  published_at: instant.nullish(),
  popularity: amount.nullish(),
  views: nonNegative.nullish(),
  likes: nonNegative.nullish(),
  dislikes: nonNegative.nullish(),
  comments: nonNegative.nullish(),
  duration_seconds: nonNegative.nullish(),
  title: text.nullish(),
  channel: text.nullish(),
  creator: name.nullish(),
  creator_id: z.coerce.string().max(256).nullish(),
  category: z.coerce.string().max(256).nullish(),
  description: text.nullish(),
  thumbnail: address.nullish(),
  thumbnail_url: address.nullish(),
  playback_url: address.nullish(),
  tags: z.array(name).max(500).nullish(),
  maturity: maturityField,
  in_stock: flagField,
  /** How many there are; none means out of stock, unless the row says otherwise. */
  stock: nonNegative.nullish(),
  countries: countriesField,
  blocked_countries: countriesField,
  vector: vectorField,
  price: nonNegative.nullish(),
  platform: name.nullish(),
  gender: genderField,
  age: ageField,
  suitable_for: wordsField,
  acquaintance_level: wordsField,
  /** Where it is sold: a country, or a place that only the tenant knows. */
  geo_id: z.coerce.string().trim().max(64).nullish(),
  private: flagField,
  /** Whose item it is; that of one user is nobody else's. */
  user_id: z.coerce.string().max(128).nullish(),
  status: name.nullish(),
});

/** Parses one row of unknown shape. The reason names the field and what is wrong with it. */
export function parseItemRow(value: unknown): ItemRow {
  const parsed = row.safeParse(withoutNulls(value));
  if (!parsed.success) return { ok: false, reason: describe(parsed.error) };
  const { id, published_at: publishedAtMs, popularity, vector, ...rest } = parsed.data;
  const metadata: Record<string, MetadataValue> = {};
  for (const [field, value] of Object.entries({ ...rest, ...impliedFacts(rest) })) {
    if (isMetadata(value)) metadata[field] = value;
  }
  if (vector !== undefined) metadata["vector"] = vector;
  if (publishedAtMs != null) metadata["published_at"] = new Date(publishedAtMs).toISOString();
  if (JSON.stringify(metadata).length > METADATA_LIMIT_CHARACTERS) {
    return { ok: false, reason: `row: longer than ${METADATA_LIMIT_CHARACTERS} characters` };
  }
  return {
    ok: true,
    item: {
      id: id as ItemId,
      popularity: popularity ?? parsed.data.views ?? 0,
      metadata,
      ...(publishedAtMs == null ? {} : { publishedAtMs }),
    },
  };
}

/** `z.coerce` makes a text of null. */
function withoutNulls(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null));
}

/** ISO 8601, UTC where no zone is named, or digits: 13 of them are milliseconds, 9 or 10 are seconds. */
function parseInstant(value: string): number {
  if (/^\d{9,10}$/.test(value)) return Number(value) * 1000;
  if (/^\d{11,13}$/.test(value)) return Number(value);
  if (!/^\d{4}-\d{2}-\d{2}/.test(value)) return Number.NaN;
  const zoned = /(?:Z|[+-]\d{2}:?\d{2}|^\d{4}-\d{2}-\d{2})$/i.test(value);
  return Date.parse(zoned ? value : `${value}Z`);
}

function isMetadata(value: unknown): value is MetadataValue {
  return (
    typeof value === "boolean" ||
    (typeof value === "string" && value !== "") ||
    (typeof value === "number" && Number.isFinite(value)) ||
    (Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === "string"))
  );
}

function describe(error: z.ZodError): string {
  return error.issues
    .map((issue) => `${issue.path.join(".") || "row"}: ${issue.message}`)
    .join("; ");
}
