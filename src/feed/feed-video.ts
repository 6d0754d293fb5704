/** A video as ranking sees it. What nobody knows is undefined here and null on the wire: nothing is made up. */
import type { Metadata } from "../catalogue/catalogue.ts";
import type { MetadataValue } from "../catalogue/item-row.ts";
import type { ItemId } from "../domain/ids.ts";
import type { Video } from "../youtube/video.ts";

/** Every `Video` of YouTube is one; an item of a catalogue knows as much as its row says. */
export type FeedVideo = { readonly id: ItemId; readonly tags: readonly string[] } & {
  readonly [Field in keyof Omit<Video, "id" | "tags">]: Video[Field] | undefined;
};

/** Undefined when the catalogue knows nothing of the item at all: there would be nothing to show. */
export function catalogueVideo(id: ItemId, metadata: Metadata | undefined): FeedVideo | undefined {
  if (metadata === undefined) return undefined;
  const text = (...names: readonly string[]): string | undefined => {
    for (const name of names) {
      const value = metadata[name];
      if (typeof value === "string") return value;
    }
    return undefined;
  };
  const amount = (name: string): number | undefined => {
    const value = metadata[name];
    return typeof value === "number" ? value : undefined;
  };
  const publishedAt = Date.parse(text("published_at") ?? "");
  const channelTitle = text("channel", "creator", "channel_title");
  return {
    id,
    title: text("title"),
    description: text("description"),
    channelTitle,
    channelId: text("channel_id", "creator_id") ?? channelTitle,
    publishedAtMs: Number.isNaN(publishedAt) ? undefined : publishedAt,
    categoryId: text("category_id"),
    categoryName: text("category", "category_name"),
    durationSeconds: amount("duration_seconds"),
    viewCount: amount("views"),
    likeCount: amount("likes"),
    commentCount: amount("comments"),
    tags: textsOf(metadata["tags"]),
    thumbnailUrl: text("thumbnail_url", "thumbnail"),
    watchUrl: text("playback_url", "url"),
  };
}

const textsOf = (value: MetadataValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((part) => typeof part === "string") : [];

/** As categories and names of tags are compared. */
export const folded = (text: string | undefined): string => (text ?? "").trim().toLowerCase();

/** The category of an answer is asked for by id or by name. `wanted` is folded. */
export const isOfCategory = (
  { categoryId, categoryName }: Pick<FeedVideo, "categoryId" | "categoryName">,
  wanted: string,
): boolean => folded(categoryId) === wanted || folded(categoryName) === wanted;
