/**
 * Profiles as JSON, for storage. Reading forgives: a field or row that is broken, or of another release, becomes its
 * default, never an error: losing some history is less than losing the user.
 */
import * as z from "zod";
import { ITEM_ID_PATTERN, type ItemId } from "../domain/ids.ts";
import { HISTORY_LIMIT } from "./apply-deeds.ts";
import { VALUES_LIMIT } from "./learned-values.ts";
import { SERVED_LIMIT, SHOWN_LIMIT } from "./note-shown.ts";
import { DISLIKES_LIMIT, LIKES_LIMIT, SAID_LIMIT } from "./opinions.ts";
import {
  FIRST_EPSILON,
  type Profile,
  type SaidAt,
  type ShownVideo,
  TRAITS,
  UNKNOWN_PROFILE,
} from "./profile.ts";
import { codesOf, demographicsSchema, tasteSchema } from "./taste-codec.ts";

const text = z.string().catch("");
const count = z.number().min(0).catch(0);
const itemId = z.string().regex(ITEM_ID_PATTERN) as unknown as z.ZodType<ItemId>;
const share = z.number().min(0).max(1);

/** The readable rows of a list; no list at all is an empty one. */
const rowsOf = <Row>(row: z.ZodType<Row>, limit: number) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((rows): readonly Row[] =>
      rows
        .flatMap((candidate) => {
          const parsed = row.safeParse(candidate);
          return parsed.success ? [parsed.data] : [];
        })
        .slice(0, limit),
    );

const trait = z.number().int().min(0).max(100);
const personality = z.object({
  openness: trait,
  conscientiousness: trait,
  extraversion: trait,
  agreeableness: trait,
  neuroticism: trait,
});

const videoFacts = {
  video: itemId,
  title: text,
  channelTitle: text,
  channelId: text,
  categoryName: text,
};

const watched = z.object({
  ...videoFacts,
  watchSeconds: count,
  completion: share
    .nullish()
    .catch(undefined)
    .transform((known) => known ?? undefined),
  atMs: count,
});

const shown = z
  .object({
    ...videoFacts,
    durationSeconds: count,
    valueKey: z.string(),
    madeMs: z.number().optional().catch(undefined),
    served: z.literal(false).optional().catch(undefined),
  })
  .transform(({ madeMs, served, ...facts }): ShownVideo => ({
    ...facts,
    ...(madeMs === undefined ? {} : { madeMs }),
    ...(served === undefined ? {} : { served }),
  }));

const learned = z
  .object({
    values: z
      .record(z.string(), z.unknown())
      .catch({})
      .transform((values) =>
        Object.fromEntries(
          Object.entries(values)
            .filter((entry): entry is [string, number] => Number.isFinite(entry[1]))
            .slice(-VALUES_LIMIT),
        ),
      ),
    updates: count,
    epsilon: share.catch(FIRST_EPSILON),
  })
  .catch(UNKNOWN_PROFILE.learned);

const timeMs = z.number().min(-1);
const saidAt = z.tuple([itemId, timeMs, timeMs]) as unknown as z.ZodType<SaidAt>;

const profileSchema = z.object({
  personality: personality.optional().catch(undefined),
  assumed: rowsOf(z.enum(TRAITS), TRAITS.length),
  history: rowsOf(watched, HISTORY_LIMIT),
  liked: rowsOf(itemId, LIKES_LIMIT),
  disliked: rowsOf(itemId, DISLIKES_LIMIT),
  saidAt: rowsOf(saidAt, SAID_LIMIT),
  learned,
  shown: rowsOf(shown, SHOWN_LIMIT),
  served: codesOf(SERVED_LIMIT),
  taste: tasteSchema,
  demographics: demographicsSchema,
});

/** A profile of parsed JSON. */
export function readProfile(stored: unknown): Profile {
  const parsed = profileSchema.safeParse(stored);
  if (!parsed.success) return UNKNOWN_PROFILE;
  const { assumed, personality: assessed, ...rest } = parsed.data;
  return { ...rest, personality: assessed, ...(assumed.length === 0 ? {} : { assumed }) };
}
