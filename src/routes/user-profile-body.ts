/** System E's profile of a user on the wire. Its exact answer is not known to us: the names are its own. */
import { z } from "@hono/zod-openapi";
import { AGE_GROUPS } from "../domain/demographics.ts";
import type { DemographicsChange } from "../profiles/demographics.ts";
import type { Profile } from "../profiles/profile.ts";
import { affinityAt, type LikesSummary, meanPriceOf, type Sums } from "../profiles/taste.ts";
import { metaSchema } from "./meta.ts";

/** Affinities that are shown, each way. */
const SHOWN = 20;

const GENDERS = { male: "m", female: "f", m: "m", f: "f" } as const;
/** BCP 47, as far as it has a use here: a language, a script, a region. */
const LOCALE = /^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$/;
const GEO = /^[A-Za-z0-9._-]{1,64}$/;

const nullable = (description: string) => ({ description: `${description} Null takes it back.` });

export const demographicsBody = z
  .strictObject({
    gender: z.enum(["male", "female", "m", "f"]).nullish().openapi(nullable("Kept as m or f.")),
    age_group: z.enum(AGE_GROUPS).nullish().openapi(nullable("Years.")),
    locale: z
      .string()
      .regex(LOCALE, "must be a language tag such as de-DE")
      .nullish()
      .openapi({
        ...nullable("A language tag."),
        example: "de-DE",
      }),
    geo_id: z
      .union([z.string(), z.number().int()])
      .transform(String)
      .refine((text) => GEO.test(text), "must be 1 to 64 of A-Z a-z 0-9 . _ -")
      .nullish()
      .openapi({ ...nullable("A country, or the tenant's own id of a place."), type: "string" }),
  })
  .refine((fields) => Object.keys(fields).length > 0, "must name at least one field")
  .openapi("Demographics");

/** Fields that are left out stay as they are. */
export function demographicsOf(body: z.output<typeof demographicsBody>): DemographicsChange {
  const { gender, age_group: ageGroup, locale, geo_id: geo } = body;
  return {
    ...(gender === undefined ? {} : { gender: gender === null ? null : GENDERS[gender] }),
    ...(ageGroup === undefined ? {} : { ageGroup }),
    ...(locale === undefined ? {} : { locale }),
    ...(geo === undefined ? {} : { country: geo === null ? null : placeOf(geo) }),
  };
}

/** Countries are written in capitals everywhere else. */
const placeOf = (geo: string): string => (/^[a-z]{2}$/i.test(geo) ? geo.toUpperCase() : geo);

const shares = z.record(z.string(), z.number());
const affinities = z.array(z.object({ name: z.string(), weight: z.number() })).openapi({
  description: "Strongest first; negative for what the user does not want. Halves every 14 days.",
});

export const userProfileAnswer = z
  .object({
    user_id: z.string(),
    demographics: z.object({
      gender: z.enum(["m", "f"]).nullable(),
      age_group: z.enum(AGE_GROUPS).nullable(),
      locale: z.string().nullable(),
      geo_id: z.string().nullable(),
    }),
    interaction_counts: z.record(z.string(), z.number().int()).openapi({
      description: "Events by type. Impressions are not counted here.",
    }),
    liked_items: z.number().int().openapi({ description: "Liked now; 1,000 at most." }),
    preferred_categories: shares.openapi({
      description: "Share of each category among the last 1,000 likes, by today's catalogue.",
    }),
    buying_patterns: z.object({
      mean_price: z.number().nullable().openapi({ description: "Of liked items with a price." }),
      recent_mean_price: z.number().nullable().openapi({
        description: "Of everything the user did something good with, recent deeds first.",
      }),
      priced_items: z.number().int(),
      platforms: shares,
    }),
    affinities: z.object({ tags: affinities, creators: affinities, categories: affinities }),
    meta: metaSchema,
  })
  .openapi("UserProfile");

export function userProfileBody(
  user: string,
  { demographics, liked, taste }: Profile,
  likes: LikesSummary | undefined,
  nowMs: number,
) {
  return {
    user_id: user,
    demographics: {
      gender: demographics.gender ?? null,
      age_group: demographics.ageGroup ?? null,
      locale: demographics.locale ?? null,
      geo_id: demographics.country ?? null,
    },
    interaction_counts: { ...taste.counts },
    liked_items: liked.length,
    preferred_categories: { ...likes?.categories },
    buying_patterns: {
      mean_price: likes?.meanPrice ?? null,
      recent_mean_price: meanPriceOf(taste) ?? null,
      priced_items: likes?.pricedItems ?? 0,
      platforms: { ...likes?.platforms },
    },
    affinities: {
      tags: strongest(taste.tags, nowMs),
      creators: strongest(taste.creators, nowMs),
      categories: strongest(taste.categories, nowMs),
    },
  };
}

const strongest = (sums: Sums, nowMs: number) =>
  Object.entries(sums)
    .map(([name, sum]) => ({ name, weight: affinityAt(sum, nowMs) }))
    .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, SHOWN);
