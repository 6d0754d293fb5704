/** Rows of system E's database, as JSON, in our words. docs/storage-schema.md describes the tables. */
import { AGE_GROUPS, type AgeGroup, type Gender } from "../domain/demographics.ts";
import { isJsonObject } from "../domain/json.ts";
import { isCountry } from "../domain/countries.ts";
import { parseItemId, parseUserId } from "../domain/ids.ts";
import type { UserEvent } from "../events/user-event.ts";
import type { UserFacts } from "./source-batch.ts";

export type JsonRow = Readonly<Record<string, unknown>>;

/** What `categories` holds of a gift; any other entry stays what it is. */
const CATEGORY_FIELDS = [
  "category",
  "gender",
  "age",
  "suitable_for",
  "acquaintance_level",
] as const;

/** An item row: the columns, with what `categories` says of them beside them. */
export function itemOf(row: JsonRow): JsonRow {
  const { categories, created_at: createdAt, updated_at: _, ...columns } = row;
  const said = isJsonObject(categories) ? categories : {};
  const fields: Record<string, unknown> = { published_at: createdAt, ...columns };
  for (const name of CATEGORY_FIELDS) {
    // Lists of one category are the usual form; the first is what the item is.
    const value = name === "category" ? firstOf(said[name]) : said[name];
    if (value != null) fields[name] = value;
  }
  return fields;
}

/** Undefined for a row that names no user, item or time: a click of nobody changes nobody's taste. */
export function eventOf(type: "like" | "click", row: JsonRow): UserEvent | undefined {
  const user = parseUserId(textOf(row["user_id"]));
  const item = parseItemId(textOf(row["handpicked_present_id"]));
  const atMs = Number(row["at_ms"]);
  const id = textOf(row["id"]);
  if (user === undefined || item === undefined || id === "" || !Number.isSafeInteger(atMs)) {
    return undefined;
  }
  return { id: `postgres-${type}-${id}`, type, user, item, atMs };
}

export function userOf(row: JsonRow, nowMs: number): UserFacts | undefined {
  const user = parseUserId(textOf(row["id"]));
  if (user === undefined) return undefined;
  const gender = GENDERS.get(textOf(row["gender"]).toLowerCase());
  const ageGroup = ageGroupOf(row, nowMs);
  const locale = textOf(row["locale"]);
  const country = textOf(row["geo_id"]).toUpperCase();
  return {
    user,
    atMs: Number(row["at_ms"]),
    ...(gender === undefined ? {} : { gender }),
    ...(ageGroup === undefined ? {} : { ageGroup }),
    ...(locale === "" || locale.length > 35 ? {} : { locale }),
    ...(isCountry(country) ? { country } : {}),
  };
}

const GENDERS: ReadonlyMap<string, Gender> = new Map([
  ["m", "m"],
  ["male", "m"],
  ["f", "f"],
  ["female", "f"],
]);
const YEAR_MS = 365.25 * 86_400_000;

/** From the group itself, the age in years, or the day of birth; nobody younger than 18 has one. */
function ageGroupOf(row: JsonRow, nowMs: number): AgeGroup | undefined {
  const named = AGE_GROUPS.find((group) => group === row["age_group"]);
  if (named !== undefined) return named;
  const bornMs = Date.parse(textOf(row["birth_date"]));
  const years = Number(row["age"] ?? (nowMs - bornMs) / YEAR_MS);
  if (!(years >= 18 && years < 130)) return undefined;
  if (years < 25) return "18-24";
  if (years < 35) return "25-34";
  return years < 45 ? "35-44" : "45+";
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";
