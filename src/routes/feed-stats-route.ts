import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { toSeconds } from "../platform/clock.ts";
import { FRESHNESS_WALK, POPULARITY_WALK, resume, sliceAt } from "../pools/walk.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { metaOf, metaSchema, sendMade } from "./meta.ts";
import { json, USER_PROBLEMS, userParams } from "./schemas.ts";

const feed = z.object({
  valid_count: z.number().int().openapi({
    description: "Items waiting whose entry has at least 1 % of its three days left.",
  }),
  needs_refill: z.boolean(),
  percentile_pointer: z.string().nullable().openapi({
    description: "The slice of the global pools that the user's next refill reads.",
  }),
});

const answer = z
  .object({
    user_id: z.string(),
    popularity: feed,
    freshness: feed,
    fallback: feed.openapi({ description: "Shared by all users: its size is the pool's." }),
    bloom_filter_exists: z.boolean().openapi({
      description: "System A's word for a known user: something is remembered of what they had.",
    }),
    memory_used_bytes: z
      .number()
      .int()
      .openapi({ description: "Payload held for this user in L2." }),
    cooling_down: z.number().int(),
    watched: z.object({
      recent: z.number().int().openapi({
        description:
          "Kept exactly, in front of the filter. Of a user with a taste one of them is its mark.",
      }),
      filter_layers: z.array(
        z.object({
          items: z.number().int(),
          rated_items: z.number().int(),
          size_bytes: z.number().int(),
          opened_at: z.number().int(),
        }),
      ),
    }),
    meta: metaSchema,
  })
  .openapi("FeedStats");

const route = createRoute({
  method: "get",
  path: "/t/{tenant}/feed-stats/{user_id}",
  tags: ["Feed"],
  summary: "What is waiting for a user, and what is remembered",
  ...access("reader"),
  request: { params: userParams },
  responses: { 200: json("Statistics of one user's feed.", answer), ...USER_PROBLEMS },
});

export function mountFeedStats(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { services, tenant, startedMs, background } = c.get("call");
    const { user_id: user } = c.req.valid("param");
    const { users, pools } = services.l2Of(tenant);
    const policy = services.policyOf(tenant);
    const nowSeconds = toSeconds(startedMs);
    const [stats, current] = await Promise.all([
      users.stats({ tenant: tenant.id, user }, nowSeconds, policy),
      services.replicas.current(tenant.id, pools, startedMs, background),
    ]);
    const pointer = (walk: typeof POPULARITY_WALK, cursor: typeof stats.cursors.popularity) =>
      current === undefined
        ? null
        : (sliceAt(walk, current.pools, resume(walk, current.pools, cursor, nowSeconds).position) ??
          null);
    const fallback = current?.pools.size("fallback") ?? 0;
    const made = {
      algorithm: "feed-stats",
      poolsVersion: current?.pools.manifest.version ?? 0,
      cache: "l2",
    } as const;
    return sendMade(c, made, {
      user_id: user,
      popularity: {
        valid_count: stats.valid.popularity,
        needs_refill: stats.valid.popularity < policy.lowWaterMark,
        percentile_pointer: pointer(POPULARITY_WALK, stats.cursors.popularity),
      },
      freshness: {
        valid_count: stats.valid.freshness,
        needs_refill: stats.valid.freshness < policy.lowWaterMark,
        percentile_pointer: pointer(FRESHNESS_WALK, stats.cursors.freshness),
      },
      fallback: { valid_count: fallback, needs_refill: fallback === 0, percentile_pointer: null },
      bloom_filter_exists: stats.known,
      memory_used_bytes: stats.sizeBytes,
      cooling_down: stats.coolingDown,
      watched: {
        recent: stats.recentlyWatched,
        filter_layers: stats.watchedLayers.map((layer) => ({
          items: layer.items,
          rated_items: layer.ratedItems,
          size_bytes: layer.sizeBytes,
          opened_at: layer.openedAtSeconds,
        })),
      },
      meta: metaOf(c, made),
    });
  });
}
