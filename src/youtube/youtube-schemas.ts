/**
 * What we read of YouTube's answers. Each item is parsed alone and every field may be missing: one odd video must not
 * cost the other 49. Only the envelope is strict, so that the answer of a proxy is not taken for an empty list.
 */
import * as z from "zod";

const text = z.string().catch("");
/** Counts are strings of digits, and are missing where the uploader hides them. */
const count = z.coerce.number().int().nonnegative().catch(0);
const thumbnail = z.object({ url: text }).optional().catch(undefined);

const snippetSchema = z.object({
  title: text,
  description: text,
  channelTitle: text,
  channelId: text,
  publishedAt: text,
  categoryId: text,
  tags: z.array(z.string()).catch([]),
  thumbnails: z
    .object({ default: thumbnail, medium: thumbnail, high: thumbnail })
    .catch({ default: undefined, medium: undefined, high: undefined }),
});

export const videoResourceSchema = z.object({
  id: z.string(),
  snippet: snippetSchema,
  contentDetails: z.object({ duration: text }).catch({ duration: "" }),
  statistics: z
    .object({ viewCount: count, likeCount: count, commentCount: count })
    .catch({ viewCount: 0, likeCount: 0, commentCount: 0 }),
  status: z.object({ privacyStatus: text }).catch({ privacyStatus: "" }),
});

export const searchResultSchema = z.object({ id: z.object({ videoId: z.string() }) });
export const playlistItemSchema = z.object({ contentDetails: z.object({ videoId: z.string() }) });

/** An empty list may come without `items`, but never without its kind. */
export const listAnswerSchema = z.object({
  kind: z.string().startsWith("youtube#"),
  etag: z.string().optional().catch(undefined),
  items: z.array(z.unknown()).default([]),
});

/** Google's error envelope; `details` tells a limit of the day from one of the minute. */
export const errorAnswerSchema = z.object({
  error: z.object({
    message: text,
    status: text,
    errors: z.array(z.object({ reason: text, domain: text })).catch([]),
    details: z
      .array(
        z.object({
          reason: text,
          metadata: z.object({ quota_limit: text }).catch({ quota_limit: "" }),
        }),
      )
      .catch([]),
  }),
});

/** The parts and fields that are asked for: of 8 KB a video, 1.2 KB arrive. */
export const VIDEO_PARTS = "snippet,contentDetails,statistics,status";
export const VIDEO_FIELDS =
  "kind,etag,items(id,snippet(title,description,channelTitle,channelId,publishedAt,categoryId,tags," +
  "thumbnails(default/url,medium/url,high/url)),contentDetails/duration," +
  "statistics(viewCount,likeCount,commentCount),status/privacyStatus)";
