/** Answers of gifts, as they are documented. */
import { z } from "@hono/zod-openapi";
import { GIFT_REASONS } from "../gifts/gift-body.ts";

export const giftAnswer = z
  .object({
    items: z.array(z.string()),
    pagination: z.object({
      page: z.number().int(),
      limit: z.number().int(),
      total_pages: z.number().int(),
      total_count: z.number().int(),
      has_next: z.boolean(),
      has_previous: z.boolean(),
    }),
    computation_time_ms: z.number().openapi({ description: "Of making it, also on a hit." }),
    algorithm_used: z
      .enum([
        "popular",
        "trending",
        "under_exposed",
        "content_based",
        "collaborative",
        "collaborative_fallback_content",
        "popular_fallback",
      ])
      .openapi({ description: "What ran, also on a hit." }),
    cache_hit: z.boolean(),
    audience: z
      .enum(["gender_and_age", "gender", "age", "everyone"])
      .nullable()
      .openapi({ description: "How far the demographic had to be widened for the popular part." }),
    degraded: z.boolean(),
    degraded_reason: z.enum([...GIFT_REASONS, "registry_stale", "limits_unavailable"]).nullable(),
    generated_at: z.string(),
    version: z
      .number()
      .int()
      .nullable()
      .openapi({ description: "Of the scores; null without any." }),
  })
  .openapi("GiftAnswer");

export const giftStats = z
  .object({
    main_database: z.object({
      total_items: z.number().int(),
      total_likes: z.number().int().openapi({ description: "Of the last 90 days." }),
      total_clicks: z.number().int().openapi({ description: "Of the last 90 days." }),
      active_users: z.number().int().openapi({ description: "Of the last 7 days." }),
    }),
    recommendations_database: z.object({
      cached_popular_items: z
        .number()
        .int()
        .openapi({ description: "Items of the snapshot that have a score." }),
      cached_user_profiles: z
        .number()
        .int()
        .openapi({
          description:
            "Users of whose likes, dislikes, ratings, watches, purchases, shares, comments and watchlists the current " +
            "version of what goes together knows. A profile that holds demographics alone is not counted.",
        }),
      users_with_collaborative: z.number().int().openapi({
        description: "Users whose likes the current version of what goes together is made of.",
      }),
      users_with_content_based: z
        .number()
        .int()
        .openapi({
          description:
            "Of `cached_user_profiles` those with one or two likes: their lists are made of content, when they ask. " +
            "Purchases and ratings above 3 count as likes here.",
        }),
    }),
    cache_info: z.object({
      version: z.number().int().nullable(),
      items: z.number().int(),
      bytes: z.number().int(),
    }),
    configuration: z.object({
      popular_ttl_seconds: z.number(),
      personalized_ttl_seconds: z.number(),
      refresh_seconds: z.number(),
      scored_days: z.number(),
      collaborative_from_likes: z.number(),
    }),
  })
  .openapi("GiftStats");
