/** What ranking and policy need to know of an item, as its metadata says it. */
import { MATURITIES, type Maturity } from "../domain/maturity.ts";

/** A fact that is absent is one that the catalogue does not know. */
export interface KnownFacts {
  /** The name that rules match: the creator's, else the channel's, else the creator's id. */
  readonly creator?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly maturity?: Maturity | undefined;
  readonly inStock?: boolean | undefined;
  /** ISO 3166 alpha-2 codes, upper case. */
  readonly countries?: readonly string[] | undefined;
  readonly blockedCountries?: readonly string[] | undefined;
  /** Of any length and scale; an `Int8Array` is quantised already. */
  readonly vector?: ArrayLike<number> | undefined;
}

/** The metadata fields that facts come from, in the order in which {@link knownFacts} reads them. */
export const FACT_FIELDS = [
  "creator",
  "channel",
  "creator_id",
  "maturity",
  "in_stock",
  "tags",
  "countries",
  "blocked_countries",
  "vector",
] as const;

/** Rows may be older than the rules that fields are checked by today: what has another form says nothing. */
export function knownFacts(values: readonly unknown[]): KnownFacts {
  const [creator, channel, creatorId, maturity, inStock, tags, countries, blocked, vector] = values;
  return {
    creator: [creator, channel, creatorId].find(isText),
    maturity: MATURITIES.find((rating) => rating === maturity),
    inStock: typeof inStock === "boolean" ? inStock : undefined,
    tags: listOf(tags, isText),
    countries: listOf(countries, isText),
    blockedCountries: listOf(blocked, isText),
    vector: listOf(vector, Number.isFinite),
  };
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

function listOf<Value>(
  value: unknown,
  accepts: ((part: unknown) => part is Value) | ((part: unknown) => boolean),
): readonly Value[] | undefined {
  return Array.isArray(value) && value.length > 0 && value.every(accepts) ? value : undefined;
}
