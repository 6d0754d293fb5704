/** What a client asks of gifts, in system E's words. */
import { z } from "@hono/zod-openapi";
import { FailureError } from "../domain/failure.ts";
import { ITEM_ID_PATTERN } from "../domain/ids.ts";
import { folded, GENDER_WORDS, valuesOf } from "../gifts/gift-fields.ts";
import {
  type GiftFilters,
  NO_FILTERS,
  ORDERS,
  type PersonalInputs,
  type PopularInputs,
} from "../gifts/gift-inputs.ts";
import { AGE_GROUPS } from "../domain/demographics.ts";
import { ageGroupOf, genderOf } from "../popularity/groups.ts";
import type { AppContext } from "./context.ts";
import { jsonOfBody, parseInput } from "./input.ts";
import { userId } from "./schemas.ts";

const PAGES_LIMIT = 100_000;
const PRICE_LIMIT = 1e12;
/** A body takes some 300 characters. */
const BODY_LIMIT_CHARACTERS = 16_384;
const ANY = "any";

const gender = z.enum(["m", "f", "male", "female", ANY]);
const age = z.enum([...AGE_GROUPS, ANY]);
const word = z.string().trim().min(1).max(128);
const oneOrMore = <Value extends z.ZodType>(value: Value) =>
  z.union([value, z.array(value).max(50)]).nullish();
const price = z.number().min(0).max(PRICE_LIMIT).nullish();

const geoId = z
  .union([z.number().int().min(0), z.string().trim().min(1).max(64).regex(ITEM_ID_PATTERN)])
  .openapi({
    description:
      "The market: the tenant's id of a place, or ISO 3166-1 alpha-2, which then counts as where the user is.",
    example: 1,
  });

const filters = z
  .object({
    price_from: price,
    price_to: price,
    category: oneOrMore(word),
    suitable_for: oneOrMore(word),
    acquaintance_level: oneOrMore(word),
    platform: oneOrMore(word),
    gender: oneOrMore(gender),
    age: oneOrMore(age),
  })
  .refine(
    (given) =>
      given.price_from == null || given.price_to == null || given.price_to > given.price_from,
    {
      message: "must be above price_from",
      path: ["price_to"],
    },
  )
  .openapi("GiftFilters", {
    description:
      "All hold at once, before anything is counted; of a list one value suffices. An item that suits any gender or " +
      "age, or does not say, passes those two.",
  });

const pagination = z
  .object({
    page: z.number().int().min(1).max(PAGES_LIMIT).default(1),
    limit: z.number().int().min(1).max(100).default(20),
  })
  .prefault({});

export const popularBody = z
  .object({
    user_params: z.object({
      geo_id: geoId,
      gender: gender.nullish(),
      age: age.nullish(),
      category: word.nullish(),
    }),
    filters: filters.nullish(),
    pagination,
    order: z.enum(ORDERS).default("popular").openapi({
      description:
        "`trending`: what rises within 48 hours. `under_exposed`: what is shown little and does well.",
    }),
  })
  .openapi("PopularItemsRequest");

export const personalBody = z
  .object({ user_id: userId, geo_id: geoId, filters: filters.nullish(), pagination })
  .openapi("PersonalizedItemsRequest");

export const popularInputs = (c: AppContext) =>
  remembering(c, popularBodies, (given): PopularInputs => {
    const {
      user_params: who,
      filters: asked,
      pagination: at,
      order,
    } = parseInput("body", popularBody, given);
    return {
      surface: "popular",
      geo: geoOf(who.geo_id),
      who: {
        gender: genderOf(genderWord(who.gender ?? ANY)),
        ageGroup: ageGroupOf(who.age ?? ANY),
      },
      category:
        who.category == null || folded(who.category) === ANY ? undefined : folded(who.category),
      order,
      filters: filtersOf(asked),
      ...at,
    };
  });

export const personalInputs = (c: AppContext) =>
  remembering(c, personalBodies, (given): PersonalInputs => {
    const {
      user_id,
      geo_id,
      filters: asked,
      pagination: at,
    } = parseInput("body", personalBody, given);
    return {
      surface: "personalized",
      user: user_id,
      geo: geoOf(geo_id),
      filters: filtersOf(asked),
      ...at,
    };
  });

/** Clients ask in few ways and often: a body that was parsed once is not parsed again. */
const REMEMBERED = 1_024;
const REMEMBERED_CHARACTERS = 1_024;
const popularBodies = new Map<string, PopularInputs>();
const personalBodies = new Map<string, PersonalInputs>();

async function remembering<Inputs>(
  c: AppContext,
  known: Map<string, Inputs>,
  parse: (given: unknown) => Inputs,
): Promise<Inputs> {
  const text = await c.req.raw.text();
  const remembered = known.get(text);
  if (remembered !== undefined) return remembered;
  if (text.length > BODY_LIMIT_CHARACTERS) {
    throw new FailureError(
      "BODY_TOO_LARGE",
      `A body has at most ${BODY_LIMIT_CHARACTERS} characters.`,
    );
  }
  const inputs = parse(jsonOfBody(text));
  if (text.length > REMEMBERED_CHARACTERS) return inputs;
  if (known.size === REMEMBERED) known.clear();
  known.set(text, inputs);
  return inputs;
}

const geoOf = (geo: string | number): string => folded(String(geo));
const genderWord = (word: string): string => GENDER_WORDS.get(word) ?? word;

/** "any" is no constraint, alone or beside others. */
const suiting = (given: unknown): readonly string[] => {
  const values = valuesOf(given);
  return values.includes(ANY) ? [] : [...new Set(values.map(genderWord))].toSorted();
};

function filtersOf(given: z.output<typeof filters> | null | undefined): GiftFilters {
  if (given == null) return NO_FILTERS;
  return {
    priceFrom: given.price_from ?? undefined,
    priceTo: given.price_to ?? undefined,
    category: valuesOf(given.category),
    platform: valuesOf(given.platform),
    suitableFor: valuesOf(given.suitable_for),
    acquaintanceLevel: valuesOf(given.acquaintance_level),
    gender: suiting(given.gender),
    age: suiting(given.age),
  };
}
