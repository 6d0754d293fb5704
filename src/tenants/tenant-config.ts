/**
 * The tenant record: everything that a customer may decide, in one schema. Its names are those of the JSON that
 * operators write and D1 keeps, so that nothing is translated between the two. Every field has a default: `{}` is
 * a whole record.
 */
import * as z from "zod";
import { isCountry } from "../domain/countries.ts";
import { ITEM_ID_PATTERN, type ItemId } from "../domain/ids.ts";
import { MATURITIES } from "../domain/maturity.ts";
import { authSchema } from "./tenant-auth.ts";
import { eventsSchema } from "./tenant-events.ts";
import { rulesSchema } from "./tenant-rules.ts";

/** Names of the dependencies that a request may wait for, each with a deadline and a circuit breaker of its own. */
export const DEPENDENCIES = [
  "l2",
  "pools",
  "registry",
  "catalogue",
  "copies",
  "limits",
  "profiles",
  "quota",
  "youtube",
] as const;
export type Dependency = (typeof DEPENDENCIES)[number];

const share = z.number().min(0).max(1);
const weight = z.number().min(0).max(10);
const itemId = z
  .string()
  .regex(ITEM_ID_PATTERN, "must be an item id")
  .transform((id) => id as ItemId);
const deadline = z.number().int().min(5).max(30_000);

/** 5,000 ids are 180 KB of record at most, and a set that an isolate builds once a version. */
export const EXCLUDED_ITEMS_LIMIT = 5_000;

const mixSchema = z
  .strictObject({
    popularity: share.describe("Share of a page that comes from what is popular."),
    freshness: share.describe("The rest: what is new."),
  })
  .refine(({ popularity, freshness }) => Math.abs(popularity + freshness - 1) < 1e-9, {
    message: "popularity and freshness must add up to 1",
  })
  .default({ popularity: 0.6, freshness: 0.4 });

const userPoolSchema = z
  .strictObject({
    capacity: z
      .number()
      .int()
      .min(50)
      .max(1_000)
      .default(500)
      .describe("Items that each of a user's two queues holds at most."),
    low_water_mark: z
      .number()
      .int()
      .min(10)
      .max(900)
      .default(200)
      .describe("Below this many items in a queue a refill starts."),
    entry_life_hours: z
      .number()
      .min(1)
      .max(720)
      .default(72)
      .describe("How long an offered item may wait to be served."),
    cooldown_hours: z
      .number()
      .min(0.01)
      .max(720)
      .default(24)
      .describe("How long a served item is not served again."),
  })
  .refine(({ capacity, low_water_mark: low }) => low < capacity, {
    message: "must be below capacity",
    path: ["low_water_mark"],
  })
  .prefault({});

const weightsSchema = z
  .strictObject({
    popularity: weight.default(1).describe("Of the item's rank by popularity."),
    recency: weight.default(1).describe("Of the item's age."),
    affinity: weight
      .default(1)
      .describe("Of the item's tags and creator among what the user watched last."),
    recency_half_life_hours: z
      .number()
      .min(0.1)
      .max(87_600)
      .default(48)
      .describe("Age at which an item has half the recency of a new one."),
  })
  .prefault({});

const filtersSchema = z
  .strictObject({
    excluded_tags: z
      .array(z.string().trim().min(1).max(256))
      .max(500)
      .default([])
      .describe("Items with one of these tags are not allowed; case does not matter."),
    max_maturity: z
      .enum(MATURITIES)
      .nullable()
      .default(null)
      .describe("With a maximum, an item of unknown maturity is not allowed."),
    stock: z
      .enum(["any", "in_stock"])
      .default("any")
      .describe(
        "`in_stock`: an item that is out of stock, or does not say, is not allowed. `any`: stock does not matter.",
      ),
    geography: z
      .enum(["any", "enforce"])
      .default("enforce")
      .describe(
        "`enforce`: an item that names countries is allowed only to a request that is known to come from them.",
      ),
    excluded_items: z
      .array(itemId)
      .max(EXCLUDED_ITEMS_LIMIT)
      .default([])
      .describe("Not shown to anybody, within 5 s."),
  })
  .prefault({});

const diversitySchema = z
  .strictObject({
    by: z
      .enum(["tags", "creators", "vectors"])
      .default("tags")
      .describe("What the items of a page should differ in."),
    strength: share.default(0).describe("0: by score alone; 1: by difference alone."),
  })
  .prefault({});

const rateLimitsSchema = z
  .strictObject({
    user_requests_per_minute: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .default(500)
      .describe("Of each user."),
    user_refreshes_per_second: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .default(2)
      .describe("First pages of `/v1/feed`, of each user."),
    tenant_requests_per_minute: z
      .number()
      .int()
      .min(1)
      .max(100_000_000)
      .nullable()
      .default(null)
      .describe("All users together; null: no limit but that of the users."),
  })
  .prefault({});

const videosSchema = z
  .strictObject({
    youtube_key: z
      .union([
        z.enum(["deployment", "none"]),
        z.string().regex(/^YOUTUBE_KEY_[A-Z0-9_]{1,64}$/, "must be the name of a secret"),
      ])
      .default("deployment")
      .describe(
        "Whose key pays for YouTube: the deployment's, the secret of this name (`YOUTUBE_KEY_…`), or nobody's: the tenant's own catalogue is all there is.",
      ),
    region: z
      .string()
      .regex(/^[A-Z]{2}$/, "must be an ISO 3166-1 alpha-2 code")
      // UK would be a region that has no list, for every user whose country is unknown.
      .refine(isCountry, "must be a country's code, such as GB")
      .default("US")
      .describe("Of users whose country is unknown."),
    language: z
      .string()
      .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "must be a language tag such as en")
      .default("en")
      .describe("Searches prefer videos of this language."),
    answer_life_minutes: z
      .number()
      .min(1)
      .max(1_440)
      .default(15)
      .describe("How long an answer is fresh."),
    refreshes_per_minute: z
      .number()
      .int()
      .min(1)
      .max(600)
      .default(6)
      .describe("`force_refresh` of each user; what is more gets the answer that is kept."),
    personalised_share: share
      .default(0.8)
      .describe(
        "Share of an answer that is personal; the rest is trending, where it is asked for.",
      ),
  })
  .prefault({});

const retentionSchema = z
  .strictObject({
    event_log_days: z
      .number()
      .int()
      .min(10)
      .max(36_500)
      .nullable()
      .default(null)
      .describe("Days that what users did is kept in the log and counted; null: for ever."),
    profile_idle_days: z
      .number()
      .int()
      .min(7)
      .max(36_500)
      .nullable()
      .default(null)
      .describe(
        "Days without a use after which a profile deletes itself; null: never. Holds for profiles used since it was set.",
      ),
  })
  .prefault({});

const ORIGIN = /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?$/;

export const tenantConfigSchema = z.strictObject({
  name: z.string().trim().min(1).max(120).describe("As people call the tenant."),
  l2: z
    .enum(["default", "embedded", "redis"])
    .default("default")
    .describe("Where user state and pools live; `default` follows the deployment."),
  kill_switch: z.boolean().default(false).describe("No personal feeds, within 5 s; not degraded."),
  personalization_enabled: z.boolean().default(true).describe("The same, meant to last."),
  rollout_pct: z
    .number()
    .min(0)
    .max(100)
    .default(100)
    .describe(
      "Share of the users, in percent, who get personal feeds; by one stable hash, so that a user stays in.",
    ),
  mix: mixSchema,
  user_pool: userPoolSchema,
  weights: weightsSchema,
  filters: filtersSchema,
  rules: rulesSchema,
  diversity: diversitySchema,
  exploration: z
    .strictObject({
      share: z
        .number()
        .min(0)
        .max(0.5)
        .default(0)
        .describe(
          "Share of a page that goes to items that are under-exposed or trending, or less popular.",
        ),
    })
    .prefault({}),
  deadlines_ms: z
    .partialRecord(z.enum(DEPENDENCIES), deadline)
    .default({})
    .describe("A dependency that is not named has the deployment's deadline."),
  videos: videosSchema.describe("Video recommendations (system D's surface)."),
  events: eventsSchema.describe("What users do (POST …/v1/events)."),
  rate_limits: rateLimitsSchema,
  retention: retentionSchema,
  allowed_origins: z
    .array(
      z.union([
        z.literal("*"),
        z.string().regex(ORIGIN, "must be an origin such as https://example.com"),
      ]),
    )
    .max(100)
    .default([])
    .describe("Origins that browsers may call from; `*` allows every one."),
  auth: authSchema.describe("How callers prove who they are (access.md)."),
});

export type TenantConfig = z.output<typeof tenantConfigSchema>;
