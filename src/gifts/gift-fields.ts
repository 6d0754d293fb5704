/** The metadata that makes an item a gift: fields of the catalogue's rows, read as leniently as rows were written. */
import { type Attribute, ATTRIBUTES } from "./gift-snapshot.ts";

/** In the order in which {@link giftFields} reads them. */
export const GIFT_FIELDS = [...ATTRIBUTES, "price", "private", "user_id"] as const;

export interface GiftFields {
  readonly attributes: Readonly<Record<Attribute, readonly string[]>>;
  /** NaN where it is not known. */
  readonly price: number;
  /** One user's own: never in a list. */
  readonly isPrivate: boolean;
}

export function giftFields(values: readonly unknown[]): GiftFields {
  const [category, platform, gender, age, suitable, acquaintance, geo, price, hidden, user] =
    values;
  return {
    attributes: {
      category: valuesOf(category),
      platform: valuesOf(platform),
      gender: valuesOf(gender).map((value) => GENDER_WORDS.get(value) ?? value),
      age: valuesOf(age),
      suitable_for: valuesOf(suitable),
      acquaintance_level: valuesOf(acquaintance),
      geo_id: valuesOf(geo),
    },
    price: priceOf(price),
    isPrivate: saysTrue(hidden) || saysSomething(user),
  };
}

/** System E's words and ours. */
export const GENDER_WORDS: ReadonlyMap<string, string> = new Map([
  ["male", "m"],
  ["female", "f"],
]);

/** As values are compared: sorted, each once, lower case. */
export function valuesOf(given: unknown): readonly string[] {
  const parts: readonly unknown[] = Array.isArray(given) ? given : [given];
  const values = parts.flatMap((part) =>
    typeof part === "string" || typeof part === "number" ? [folded(String(part))] : [],
  );
  return [...new Set(values)].filter((value) => value !== "").toSorted();
}

export const folded = (text: string): string => text.trim().toLowerCase();

function priceOf(value: unknown): number {
  if (typeof value === "string" && value.trim() === "") return Number.NaN;
  const price = typeof value === "number" || typeof value === "string" ? Number(value) : Number.NaN;
  return Number.isFinite(price) && price >= 0 ? price : Number.NaN;
}

const saysTrue = (value: unknown): boolean =>
  value === true ||
  value === 1 ||
  (typeof value === "string" && ["true", "1", "yes"].includes(folded(value)));

const saysSomething = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== "" && value !== false;
