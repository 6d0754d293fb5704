import { DAY_MS } from "../domain/epoch-time.ts";
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { GIFT_WINDOWS } from "../gifts/gift-answers.ts";
import { SCORED_DAYS } from "../popularity/scores.ts";
import { COLLABORATIVE_FROM } from "../similar/defaults.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { giftStats } from "./gift-schemas.ts";
import { ADMIN_PROBLEMS, json, tenantParams } from "./schemas.ts";

/** As long as activity is kept. */
const ACTIVE_DAYS = 7;
/** Of the cron line. */
const REFRESH_SECONDS = 900;

const statsRoute = createRoute({
  method: "get",
  path: "/t/{tenant}/stats",
  tags: ["Gifts"],
  summary: "What lists of gifts are made of",
  description:
    "In system E's shape. Counts of items and events are those of the last run of `update-popularity`, of users " +
    "those of the last version of `update-similarities`: 0 before the first.",
  ...access("service"),
  request: { params: tenantParams },
  responses: { 200: json("Counts.", giftStats), ...ADMIN_PROBLEMS },
});

export function mountGiftStats(app: OpenAPIHono<AppEnv>): void {
  app.openapi(statsRoute, async (c) => {
    const { services, tenant, startedMs } = c.get("call");
    const { gifts, similar } = services;
    const [published, active, alike] = await Promise.all([
      gifts.snapshots.published(tenant.id),
      gifts.activeUsers(tenant, startedMs - ACTIVE_DAYS * DAY_MS),
      similar.facts(tenant.id),
    ]);
    const ttlSeconds = GIFT_WINDOWS.freshMs / 1_000;
    return c.json(
      {
        main_database: {
          total_items: published?.catalogue ?? 0,
          total_likes: published?.likes ?? 0,
          total_clicks: published?.clicks ?? 0,
          active_users: active,
        },
        recommendations_database: {
          cached_popular_items: published?.scored ?? 0,
          cached_user_profiles: alike?.profiles ?? 0,
          users_with_collaborative: alike?.users ?? 0,
          users_with_content_based: alike?.content ?? 0,
        },
        cache_info: {
          version: published?.version ?? null,
          items: published?.items ?? 0,
          bytes: published?.bytes ?? 0,
        },
        configuration: {
          popular_ttl_seconds: ttlSeconds,
          personalized_ttl_seconds: ttlSeconds,
          refresh_seconds: REFRESH_SECONDS,
          scored_days: SCORED_DAYS,
          collaborative_from_likes: COLLABORATIVE_FROM,
        },
      },
      200,
    );
  });
}
