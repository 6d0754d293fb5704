import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { SOURCES, type SourceName } from "../domain/slices.ts";
import { REC_TYPES, type RecType, type Served } from "../feed/blend.ts";
import { countPage } from "../feed/degradation.ts";
import { type FeedPage, recommend } from "../feed/recommend.ts";
import { tokenOf } from "../platform/token.ts";
import { accessDocs, allow } from "./access.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { degradedReasonOf, feedCallOf } from "./feed-call.ts";
import { idempotencyKeyOf, idempotencyKeyParameter } from "./idempotency-key.ts";
import { parseInput } from "./input.ts";
import { metaOf, metaSchema, sendMade } from "./meta.ts";
import { json, USER_PROBLEMS, userId, userParams, wholeNumber } from "./schemas.ts";

const FIELD_LIMIT = 20;

const query = z.object({
  count: wholeNumber(1, 500, 100),
  rec_type: z.enum(REC_TYPES).default("mixed"),
  fields: z
    .string()
    .regex(/^[a-z_]{1,32}(,[a-z_]{1,32})*$/, "must be names joined by commas")
    .transform((text) => text.split(","))
    .refine((names) => names.length <= FIELD_LIMIT, `must name at most ${FIELD_LIMIT} fields`)
    .optional()
    .openapi({ type: "string", example: "title,channel" }),
  page: z
    .string()
    .regex(/^[A-Za-z0-9_-]{16}$/, "must be a page token from an earlier answer")
    .optional()
    .openapi({
      description: "`meta.next_page` of the page before. Asking again gives the same page.",
    }),
});

const pathInput = z.object({ user_id: userId });

const answer = z
  .object({
    user_id: z.string(),
    videos: z.array(z.string()).openapi({ description: "Item ids in serving order." }),
    count: z.number().int(),
    sources: z.record(z.enum(SOURCES), z.number().int()).openapi({
      description: "How many of them really came from each source.",
    }),
    timestamp: z.number().int().openapi({ description: "Unix seconds." }),
    items: z
      .array(z.looseObject({ id: z.string() }))
      .optional()
      .openapi({ description: "With `fields`: the same items in the same order, with metadata." }),
    meta: metaSchema.extend({
      personalized: z.boolean().openapi({
        description:
          "False for a page that is not the user's own: kill switch, rollout, or an outage.",
      }),
      next_page: z.string(),
      item_sources: z.array(z.enum(SOURCES)).openapi({ description: "Of each video, in order." }),
      missing: z.number().int().openapi({
        description: "Items short of `count`: the user has had everything there is.",
      }),
    }),
  })
  .openapi("Recommendations");

const route = createRoute({
  method: "get",
  path: "/t/{tenant}/recommend/{user_id}",
  tags: ["Feed"],
  summary: "The next page of a user's feed",
  description:
    "Takes a page from the user's queues: popularity and freshness by the tenant's mix (60/40), never an item " +
    "that was served in the last 24 h or watched in the last 30 days.",
  ...accessDocs("reader"),
  request: { params: userParams, query },
  parameters: [idempotencyKeyParameter("A retry with the same key gets the same page.")],
  responses: { 200: json("A page of feed.", answer), ...USER_PROBLEMS },
});

/** The hottest route: validated in one synchronous step instead of by one asynchronous validator per place. */
export function mountRecommend(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerPath(route);
  app.get("/t/:tenant/recommend/:user_id", allow("reader"), async (c) => {
    const { services, tenant, background, startedMs } = c.get("call");
    const user = parseInput("path", pathInput, { user_id: c.req.param("user_id") }).user_id;
    const {
      count,
      rec_type: recType,
      fields,
      page: pageToken,
    } = parseInput("query", query, c.req.query());
    const call = feedCallOf(c, user);
    const page = await recommend({
      ...call,
      recType,
      count,
      ...(fields === undefined
        ? {}
        : {
            async prefetch(ids) {
              await services.metadata.lookup(tenant.id, ids, startedMs, background);
            },
          }),
      ...pageOf(idempotencyKeyOf(c), pageToken),
    });
    const shelved = fields && (await itemsOf(c, page.served, fields));
    const degraded = degradedReasonOf(c, page.degraded, shelved?.missing === true);
    countPage(services.counters, degraded);
    const made = {
      algorithm: algorithmOf(recType, tenant.config.mix.popularity),
      poolsVersion: page.poolsVersion,
      cache: page.tier,
      ...(degraded === undefined ? {} : { degraded }),
    };
    return sendMade(c, made, {
      user_id: user,
      videos: page.served.map((item) => item.id),
      count: page.served.length,
      sources: countSources(page),
      timestamp: Math.floor(startedMs / 1000),
      ...(shelved === undefined ? {} : { items: shelved.items }),
      meta: {
        ...metaOf(c, made),
        personalized: page.tier === "l1" || page.tier === "l2",
        next_page: page.nextPage,
        item_sources: page.served.map((item) => item.source),
        missing: count - page.served.length,
      },
    });
  });
}

function algorithmOf(recType: RecType, popularityShare: number): string {
  if (recType !== "mixed") return `pools-${recType}`;
  const percent = Math.round(popularityShare * 100);
  return `pools-${percent}-${100 - percent}`;
}

function pageOf(idempotencyKey: string | undefined, pageToken: string | undefined) {
  if (idempotencyKey !== undefined) {
    return { page: { token: tokenOf(idempotencyKey), idempotent: true } };
  }
  return pageToken === undefined ? {} : { page: { token: pageToken, idempotent: false } };
}

function countSources({ served }: FeedPage): Record<SourceName, number> {
  const counts: Record<SourceName, number> = { popularity: 0, freshness: 0, fallback: 0 };
  for (const { source } of served) counts[source] += 1;
  return counts;
}

/** An item without metadata is served all the same, by its id; metadata that cannot be had is left out. */
async function itemsOf(c: AppContext, served: readonly Served[], fields: readonly string[]) {
  const { services, tenant, startedMs, background } = c.get("call");
  const ids = served.map((item) => item.id);
  const { found, state } = await services.metadata.lookup(tenant.id, ids, startedMs, background);
  const items = ids.map((id) => {
    const metadata = found.get(id) ?? {};
    const chosen = fields.filter((field) => field !== "id" && metadata[field] !== undefined);
    return { id, ...Object.fromEntries(chosen.map((field) => [field, metadata[field]])) };
  });
  return { items, missing: state === "missing" };
}
