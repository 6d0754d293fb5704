/**
 * The fields of a gift: who it suits, whose it is and where it is sold. One form leaves here, whatever a file or a
 * database calls it; what cannot be understood is a fault of the row, as in `fact-fields.ts`.
 */
import * as z from "zod";
import { isCountry } from "../domain/countries.ts";
import { AGE_GROUPS, type Gender } from "../domain/demographics.ts";

const GENDERS: ReadonlyMap<string, Gender | "any"> = new Map([
  ["f", "f"],
  ["female", "f"],
  ["m", "m"],
  ["male", "m"],
  ["any", "any"],
  ["unisex", "any"],
]);
/** Who a gift suits: relations are few, and a list of more is a mistake. */
const PARTS_LIMIT = 50;
const PART_CHARACTERS = 256;

export const genderField = optional((value, context) => {
  const gender = GENDERS.get(String(value).trim().toLowerCase());
  if (gender === undefined) context.addIssue({ code: "custom", message: "must be f, m or any" });
  return gender;
});

/** A list of age groups, or of `any` alone. */
export const ageField = optional((value, context) => {
  const groups = partsOf(value)?.map((part) => part.toLowerCase());
  const known = (part: string): boolean =>
    part === "any" || AGE_GROUPS.some((group) => group === part);
  if (groups === undefined || !groups.every(known)) {
    const allowed = [...AGE_GROUPS, "any"].join(", ");
    context.addIssue({ code: "custom", message: `must be one or more of ${allowed}` });
    return undefined;
  }
  return groups.includes("any") ? ["any"] : groups;
});

/** A list of texts, or one text with commas between them. */
export const wordsField = optional((value, context) => {
  const parts = partsOf(value);
  if (parts === undefined) {
    context.addIssue({
      code: "custom",
      message: `must be a text or a list of at most ${PARTS_LIMIT} texts`,
    });
  }
  return parts;
});

export interface GiftRow {
  readonly geo_id?: string | null | undefined;
  readonly countries?: readonly string[] | undefined;
  readonly private?: boolean | undefined;
  readonly user_id?: string | null | undefined;
  readonly status?: string | null | undefined;
  readonly in_stock?: boolean | undefined;
  readonly stock?: number | null | undefined;
}

/**
 * What a row says in other words: the country that `geo_id` names, that an item of one user is private, and that a
 * status other than `in_stock` is none. What the row says itself stays.
 */
export function impliedFacts(
  row: GiftRow,
): Readonly<Record<string, boolean | string[] | undefined>> {
  const place = row.geo_id?.toUpperCase() ?? "";
  const stocked =
    row.stock != null ? row.stock > 0 : row.status == null ? undefined : row.status === "in_stock";
  return {
    ...(isCountry(place) ? { countries: [...(row.countries ?? [place])], geo_id: undefined } : {}),
    ...(row.user_id != null && row.private === undefined ? { private: true } : {}),
    ...(row.in_stock === undefined && stocked !== undefined ? { in_stock: stocked } : {}),
  };
}

function partsOf(value: unknown): string[] | undefined {
  const parts = typeof value === "string" ? value.split(",") : value;
  if (!Array.isArray(parts) || parts.length > PARTS_LIMIT) return undefined;
  if (!parts.every((part) => typeof part === "string" && part.length <= PART_CHARACTERS)) {
    return undefined;
  }
  const words = parts.map((part: string) => part.trim()).filter((part) => part !== "");
  return [...new Set(words)];
}

/** An empty cell says nothing. */
function optional<Value>(parse: (value: unknown, context: z.RefinementCtx) => Value | undefined) {
  return z
    .unknown()
    .transform((value, context): Value | undefined => {
      if (value === null || value === undefined) return undefined;
      if (typeof value === "string" && value.trim() === "") return undefined;
      return parse(value, context);
    })
    .optional();
}
