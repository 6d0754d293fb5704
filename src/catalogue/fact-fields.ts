/**
 * The fields of a row that policy and ranking decide by: whatever a file calls them, one form leaves here. What
 * cannot be understood is a fault of the row, never a guess: a film whose rating is lost would be shown to all.
 * An empty text counts as absent, as an empty cell of a CSV file does.
 */
import { parseJson } from "../domain/json.ts";
import * as z from "zod";
import { isCountry } from "../domain/countries.ts";
import { MATURITIES, type Maturity } from "../domain/maturity.ts";

/** What diversity compares: enough for a topic embedding, and 6.4 MB for 100,000 items. */
const DIMENSIONS_LIMIT = 64;
const VECTOR_DECIMALS = 4;
/** Far beyond any embedding; the sum of the squares stays finite. */
const COMPONENT_LIMIT = 1e6;

const RATINGS: ReadonlyMap<string, Maturity> = new Map(
  MATURITIES.map((rating) => [withoutSpacing(rating), rating]),
);
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["yes", true],
  ["false", false],
  ["0", false],
  ["no", false],
]);

type Parsed<Value> = { readonly value: Value } | { readonly fault: string };

export const maturityField = optionalField((value): Parsed<Maturity> => {
  const rating = RATINGS.get(withoutSpacing(String(value)));
  return rating === undefined
    ? { fault: `must be one of ${MATURITIES.join(", ")}` }
    : { value: rating };
});

export const flagField = optionalField((value): Parsed<boolean> => {
  const flag = FLAGS.get(String(value).trim().toLowerCase());
  return flag === undefined ? { fault: "must be true or false" } : { value: flag };
});

/** A list, or a text with commas between the codes. No code at all is no rule. */
export const countriesField = optionalField((value): Parsed<readonly string[] | undefined> => {
  const parts = typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(parts)) return { fault: "must be a list of country codes" };
  const codes = parts
    .map((part) => String(part).trim().toUpperCase())
    .filter((code) => code !== "");
  const stranger = codes.find((code) => !isCountry(code));
  if (stranger !== undefined) {
    const shown = JSON.stringify(stranger.slice(0, 20));
    return { fault: `must be ISO 3166 alpha-2 codes such as DE; ${shown} is none` };
  }
  return { value: codes.length === 0 ? undefined : [...new Set(codes)].toSorted() };
});

/** A list of numbers, or the JSON text of one. */
export const vectorField = optionalField((value): Parsed<readonly number[]> => {
  const parts = typeof value === "string" ? parseJson(value) : value;
  const isVector =
    Array.isArray(parts) &&
    parts.length >= 1 &&
    parts.length <= DIMENSIONS_LIMIT &&
    parts.every((part) => typeof part === "number" && Math.abs(part) <= COMPONENT_LIMIT);
  if (!isVector) {
    const range = `between -${COMPONENT_LIMIT} and ${COMPONENT_LIMIT}`;
    return { fault: `must be a list of 1 to ${DIMENSIONS_LIMIT} numbers ${range}` };
  }
  return { value: parts.map((part: number) => Number(part.toFixed(VECTOR_DECIMALS))) };
});

function optionalField<Value>(parse: (value: unknown) => Parsed<Value>) {
  return z
    .unknown()
    .transform((value, context): Value | undefined => {
      if (value === null || (typeof value === "string" && value.trim() === "")) return undefined;
      const parsed = parse(value);
      if ("value" in parsed) return parsed.value;
      context.addIssue({ code: "custom", message: parsed.fault });
      return z.NEVER;
    })
    .optional();
}

/** `pg 13`, `PG13` and `Pg_13` are one rating. */
function withoutSpacing(rating: string): string {
  return rating.toUpperCase().replaceAll(/[\s_-]/g, "");
}
