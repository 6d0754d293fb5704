/** A video as recommendations see it, from YouTube or from a tenant's own catalogue. */
import type { ItemId } from "../domain/ids.ts";

export interface Video {
  readonly id: ItemId;
  readonly title: string;
  readonly description: string;
  readonly channelTitle: string;
  readonly channelId: string;
  /** Epoch milliseconds; undefined when nobody knows. */
  readonly publishedAtMs: number | undefined;
  /** YouTube's category id, such as "10"; empty when unknown. */
  readonly categoryId: string;
  readonly categoryName: string;
  /** 0 for a live stream, and when unknown. */
  readonly durationSeconds: number;
  /** Counts that are hidden are 0. */
  readonly viewCount: number;
  readonly likeCount: number;
  readonly commentCount: number;
  readonly tags: readonly string[];
  readonly thumbnailUrl: string;
  /** Where it can be watched: at YouTube, or as the tenant's catalogue says. */
  readonly watchUrl: string;
}
