/**
 * What an event says of the liking of its item, as one number: the tenant's weight of its type, times how much of it
 * there was. Explicit events weigh more than implicit ones, and negative ones less than nothing.
 */
import type { EventType, UserEvent } from "./user-event.ts";

/** What of an event its weight follows from. */
export type Weighed = Pick<
  UserEvent,
  "type" | "watchedSeconds" | "totalSeconds" | "rating" | "removed"
>;

export type EventWeights = Readonly<Record<EventType, number>>;

/** The scale of ratings is 1 to 5: 3 says neither, 5 all of it, 1 the opposite. */
const MIDDLE_RATING = 3;
const RATING_REACH = 2;

/** 0 to 1. A watch that does not say how much counts as a whole one, as a mark of the feed does. */
export function watchedShare({
  watchedSeconds,
  totalSeconds,
}: Pick<UserEvent, "watchedSeconds" | "totalSeconds">): number {
  if (watchedSeconds === undefined || totalSeconds === undefined || totalSeconds <= 0) return 1;
  return Math.min(1, watchedSeconds / totalSeconds);
}

/** Three decimals: it is a part of every line of the log. */
export function weightOf(weights: EventWeights, event: Weighed): number {
  return Math.round(weights[event.type] * extentOf(event) * 1_000) / 1_000;
}

/** -1 to 1. */
function extentOf(event: Weighed): number {
  switch (event.type) {
    case "watch":
      return watchedShare(event);
    case "rate":
      return ((event.rating ?? MIDDLE_RATING) - MIDDLE_RATING) / RATING_REACH;
    case "watchlist":
      return event.removed === true ? -1 : 1;
    case "impression":
    case "click":
    case "like":
    case "unlike":
    case "dislike":
    case "skip":
    case "share":
    case "comment":
    case "purchase":
      return 1;
  }
}
