/**
 * The four functions that system A left to its users (docs/storage-schema.md names its tables): what is popular, what
 * is new, what there is, and what was watched. Names of data sets are checked where they come in; values are
 * parameters.
 */
import type { Query } from "./bigquery-client.ts";

const text = (value: string) => ({ type: "STRING", value });
const whole = (value: number) => ({ type: "INT64", value: String(value) });
const instant = (ms: number) => ({ type: "TIMESTAMP", value: new Date(ms).toISOString() });

/** A video that was refused, or reported and not cleared, comes from no query. */
const allowed = (dataset: string): string =>
  `video_id NOT IN (SELECT video_id FROM \`${dataset}.ugc_content_approval\`
     WHERE is_approved = FALSE AND video_id IS NOT NULL)
   AND video_id NOT IN (SELECT video_id FROM \`${dataset}.excluded_videos\`
     WHERE video_id IS NOT NULL)`;

export const popularityQuery = (dataset: string, rows: number): Query => ({
  sql: `SELECT video_id, global_popularity_score AS popularity
    FROM \`${dataset}.global_popular_videos_l7d\`
    WHERE is_nsfw = FALSE AND global_popularity_score IS NOT NULL AND ${allowed(dataset)}
    ORDER BY global_popularity_score DESC LIMIT @rows`,
  parameters: { rows: whole(rows) },
});

export const freshnessQuery = (dataset: string, sinceMs: number, rows: number): Query => ({
  sql: `SELECT video_id, UNIX_MILLIS(uploaded_at) AS published_at,
      publisher_user_id, canister_id, post_id
    FROM (
      SELECT video_id, upload_timestamp AS uploaded_at, publisher_user_id,
        upload_canister_id AS canister_id, CAST(post_id AS STRING) AS post_id
      FROM \`${dataset}.ai_ugc\`
      UNION ALL
      SELECT video_id, timestamp, publisher_user_id, canister_id, CAST(post_id AS STRING)
      FROM \`${dataset}.bot_uploaded_content\`
      UNION ALL
      SELECT video_id, created_at, user_id, canister_id, CAST(post_id AS STRING)
      FROM \`${dataset}.ugc_content_approval\` WHERE is_approved
    )
    WHERE uploaded_at >= @since AND ${allowed(dataset)}
    ORDER BY uploaded_at DESC LIMIT @rows`,
  parameters: { since: instant(sinceMs), rows: whole(rows) },
});

export const fallbackQuery = (dataset: string, rows: number): Query => ({
  sql: `SELECT video_id FROM \`${dataset}.video_unique_v2\`
    WHERE ${allowed(dataset)} ORDER BY video_id LIMIT @rows`,
  parameters: { rows: whole(rows) },
});

/** Rows of the same instant are ordered by user and video, so that a run can go on between them. */
export const historyQuery = (
  dataset: string,
  after: { readonly atMs: number; readonly user: string; readonly video: string },
  rows: number,
): Query => ({
  sql: `SELECT user_id, video_id, UNIX_MILLIS(last_watched_timestamp) AS watched_at
    FROM \`${dataset}.userVideoRelation\`
    WHERE last_watched_timestamp >= @since
      AND (UNIX_MILLIS(last_watched_timestamp) > @after_ms
        OR user_id > @user OR (user_id = @user AND video_id > @video))
    ORDER BY UNIX_MILLIS(last_watched_timestamp), user_id, video_id LIMIT @rows`,
  parameters: {
    since: instant(after.atMs),
    after_ms: whole(after.atMs),
    user: text(after.user),
    video: text(after.video),
    rows: whole(rows),
  },
});
