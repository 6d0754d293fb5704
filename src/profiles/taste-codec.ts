/** Taste and demographics as JSON, for storage. Reading forgives, as that of the whole profile does. */
import * as z from "zod";
import { CODE_WIDTH, NO_CODES, type ItemCodes, sliceCodes } from "../domain/item-code.ts";
import { AGE_GROUPS, GENDERS } from "../domain/demographics.ts";
import { type Demographics, NO_DEMOGRAPHICS } from "./demographics.ts";
import {
  APPLIED_LIMIT,
  CATEGORIES_LIMIT,
  CREATORS_LIMIT,
  type LikesSummary,
  NO_TASTE,
  type Sums,
  type Taste,
  TAGS_LIMIT,
} from "./taste.ts";

/** The readable entries of a table of numbers; no table at all is an empty one. */
const numbersOf = (limit: number) =>
  z.unknown().transform((table): Sums =>
    Object.fromEntries(
      Object.entries(typeof table === "object" && table !== null ? table : {})
        .filter((entry): entry is [string, number] => Number.isFinite(entry[1]))
        .slice(0, limit),
    ),
  );

const CODES_PATTERN = new RegExp(`^(?:[A-Za-z0-9_-]{${CODE_WIDTH}})*$`);

/** The newest `limit` of stored codes; none of what is unreadable. */
export const codesOf = (limit: number) =>
  z
    .string()
    .regex(CODES_PATTERN)
    .catch(NO_CODES)
    .transform((stored) => sliceCodes(stored as ItemCodes, -limit));

const amount = z.number().min(0);

const likes = z
  .object({
    items: amount,
    categories: numbersOf(CATEGORIES_LIMIT),
    platforms: numbersOf(CATEGORIES_LIMIT),
    pricedItems: amount,
    meanPrice: z.number().optional().catch(undefined),
  })
  .transform(({ meanPrice, ...rest }): LikesSummary => ({
    ...rest,
    ...(meanPrice === undefined ? {} : { meanPrice }),
  }))
  .optional()
  .catch(undefined);

/** As many as there are types. */
const COUNTS_LIMIT = 20;

export const tasteSchema = z
  .object({
    tags: numbersOf(TAGS_LIMIT),
    creators: numbersOf(CREATORS_LIMIT),
    categories: numbersOf(CATEGORIES_LIMIT),
    price: z.object({ weight: amount, total: z.number() }).catch(NO_TASTE.price),
    counts: numbersOf(COUNTS_LIMIT),
    applied: codesOf(APPLIED_LIMIT),
    likes,
  })
  .transform(({ likes: summary, ...rest }): Taste => ({
    ...rest,
    ...(summary === undefined ? {} : { likes: summary }),
  }))
  .catch(NO_TASTE);

/** Of a language tag, and of a place. */
const WORD_LIMIT = 64;
const word = z.string().min(1).max(WORD_LIMIT).optional().catch(undefined);

export const demographicsSchema = z
  .object({
    gender: z.enum(GENDERS).optional().catch(undefined),
    ageGroup: z.enum(AGE_GROUPS).optional().catch(undefined),
    locale: word,
    country: word,
  })
  .transform(
    (given): Demographics =>
      Object.fromEntries(
        Object.entries(given).filter(([, value]) => value !== undefined),
      ) as Demographics,
  )
  .catch(NO_DEMOGRAPHICS);
