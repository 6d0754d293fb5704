/** A video of the API as recommendations see it. Nothing is made up: what is hidden or missing is 0 or empty. */
import type { ItemId } from "../domain/ids.ts";
import { categoryNameOf } from "./categories.ts";
import { secondsOfDuration } from "./iso-duration.ts";
import type { Video } from "./video.ts";
import { videoResourceSchema } from "./youtube-schemas.ts";

export const VIDEO_ID = /^[A-Za-z0-9_-]{11}$/;

/** A list of 50 videos stays below 60 KB, of which descriptions, 5,000 characters at YouTube, would be 250 KB. */
const DESCRIPTION_CHARACTERS = 500;
const TAGS = 20;

/** Undefined for what cannot be watched: no id, no title, not public. */
export function videoOf(item: unknown): Video | undefined {
  const parsed = videoResourceSchema.safeParse(item);
  if (!parsed.success) return undefined;
  const { id, snippet, contentDetails, statistics, status } = parsed.data;
  if (!VIDEO_ID.test(id) || snippet.title === "") return undefined;
  if (status.privacyStatus !== "" && status.privacyStatus !== "public") return undefined;
  const publishedAtMs = Date.parse(snippet.publishedAt);
  const { high, medium, default: small } = snippet.thumbnails;
  return {
    id: id as ItemId,
    title: snippet.title,
    description: shortened(snippet.description),
    channelTitle: snippet.channelTitle,
    channelId: snippet.channelId,
    publishedAtMs: Number.isNaN(publishedAtMs) ? undefined : publishedAtMs,
    categoryId: snippet.categoryId,
    categoryName: categoryNameOf(snippet.categoryId),
    durationSeconds: secondsOfDuration(contentDetails.duration),
    ...statistics,
    tags: snippet.tags.slice(0, TAGS),
    thumbnailUrl: (high ?? medium ?? small)?.url ?? "",
    watchUrl: `https://www.youtube.com/watch?v=${id}`,
  };
}

/** Whole characters: half a surrogate pair is no text. */
const shortened = (text: string): string =>
  text.length <= DESCRIPTION_CHARACTERS
    ? text
    : text.slice(0, DESCRIPTION_CHARACTERS).replace(/[\uD800-\uDBFF]$/, "");
