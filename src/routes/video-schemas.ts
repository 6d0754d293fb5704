/** Answers of videos, as the documentation shows them: system D's shape, with null for what nobody knows. */
import { z } from "@hono/zod-openapi";
import { REASONS } from "../feed/degradation.ts";
import { TRAITS } from "../profiles/profile.ts";

const text = z.string().nullable();
const count = z.number().nullable();
const traits = z.record(z.enum(TRAITS), z.number()).openapi({ description: "0 to 1 each." });

const videoItem = z
  .object({
    id: z.string(),
    title: text,
    description: text,
    channel_title: text,
    channel_id: text,
    published_at: text.openapi({ description: "ISO 8601." }),
    category_id: text,
    category_name: text,
    duration_seconds: count,
    duration_formatted: text.openapi({ example: "4:05" }),
    view_count: count,
    like_count: count,
    comment_count: count,
    tags: z.array(z.string()),
    thumbnail_url: text,
    youtube_url: text.openapi({ description: "Null for the tenant's own items." }),
    watch_url: text,
    content_themes: z.array(z.string()),
    engagement_score: z.number(),
    personality_indicators: traits,
    personality_score: z.number(),
    recommendation_score: z.number(),
    rl_score: z.number().openapi({ description: "What feedback on such videos has taught." }),
    combined_score: z.number(),
    source: z.enum(["personalized", "trending", "genre_personalized"]),
    shown_before: z
      .boolean()
      .openapi({ description: "It was shown before; of recommendations nothing else was left." }),
  })
  .openapi("RecommendedVideo");

const cluster = z
  .object({
    genre: z.string(),
    cluster_rank: z.number().int(),
    history_score: z.number(),
    personality_score: z.number(),
    combined_score: z.number(),
    reason: z.string(),
    videos: z.array(videoItem),
  })
  .openapi("GenreCluster");

const meta = z
  .object({
    algorithm: z.enum(["history-personality-40-40-20", "popular", "trending"]),
    source: z.enum(["youtube", "catalogue", "mixed"]),
    cache: z.enum(["hit", "miss"]).openapi({ description: "`X-Cache` says which tier." }),
    degraded: z.boolean(),
    degraded_reason: z.enum(REASONS.map(({ reason }) => reason)).nullable(),
    retry_after: z.number().nullable().openapi({ description: "Seconds." }),
    refresh: z.enum(["granted", "throttled"]).nullable().openapi({
      description: "`throttled`: the user refreshes too often; this is the answer that was kept.",
    }),
    personalized: z.boolean(),
    default_reason: z.string().nullable(),
    personality_assumed: z.boolean().openapi({
      description:
        "A balanced personality stands in: the user was never assessed, or the answer is not personal.",
    }),
    region: z.string(),
    missing_lists: z.number().int().openapi({
      description: "Lists that fit the user and are not here yet; the answer is kept for a minute.",
    }),
    old_lists: z.number().int().openapi({
      description: "Lists that are older than they should be, as no newer ones can be had.",
    }),
    lists_reason: z
      .enum(REASONS.map(({ reason }) => reason))
      .nullable()
      .openapi({
        description: "Why lists are missing or old; `retry_after` says when they can be had.",
      }),
    shown_before: z.number().int(),
    pools: z.object({ version: z.number(), built_at: z.string() }).nullable(),
  })
  .openapi("VideoMeta");

export const videoAnswer = z
  .object({
    success: z.boolean(),
    data: z.object({
      recommendations: z.array(videoItem),
      genre_clusters: z.array(cluster),
      total_count: z.number().int(),
      personality_profile: traits,
      refresh_time: z.string(),
      next_refresh: z.string().openapi({ description: "When the answer is made anew." }),
    }),
    cache_hit: z.boolean(),
    cache_timestamp: z.string(),
    cache_ttl: z.number().openapi({ description: "Seconds from `cache_timestamp`." }),
    meta,
    explain: z.record(z.string(), z.unknown()).optional(),
  })
  .openapi("VideoRecommendations");

export const warmUpAnswer = z
  .object({
    success: z.boolean(),
    status: z.enum(["warming", "already_warming", "warm", "unavailable"]).openapi({
      description: "`unavailable`: the store of profiles is away, and nothing is warmed up.",
    }),
    user_id: z.string(),
    until: z.string().nullable().openapi({ description: "When the warm-up that runs is over." }),
  })
  .openapi("WarmUpAnswer");
