/** What a user did with an item. One vocabulary for every surface; an item is a video or a gift. */
import type { ItemId, UserId } from "../domain/ids.ts";

export const EVENT_TYPES = [
  "impression",
  "click",
  "watch",
  "like",
  "unlike",
  "dislike",
  "rate",
  "watchlist",
  "skip",
  "share",
  "comment",
  "purchase",
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

export interface UserEvent {
  /** 1 to 128 characters; derived from all the rest where the sender gives none. Unique in its tenant. */
  readonly id: string;
  readonly type: EventType;
  readonly user: UserId;
  readonly item: ItemId;
  /** When it happened, by the sender. At most 7 days ago, and not in the future. */
  readonly atMs: number;
  /** `watch`: how much of the item. */
  readonly watchedSeconds?: number;
  readonly totalSeconds?: number;
  /** `rate`: 1 to 5. */
  readonly rating?: number;
  /** `watchlist`: taken from the list, not put on it. */
  readonly removed?: true;
  /** Where it happened, ISO 3166 alpha-2. */
  readonly country?: string;
  readonly device?: string;
  /** The surface that it came from did to the user what it does: it is recorded only. No sender may say it. */
  readonly applied?: true;
}
