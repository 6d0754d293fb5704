/**
 * How popular an item is: what users did with it, weighed by what it was and by how long ago. Pure.
 *
 * Clicks and likes weigh as in system E's first release: a click 3 points within 7 days, 2 within 30 and 1 within 90; a
 * like 5, 3 and 1.5. The other types are set beside those two by how much they say, and decay as the like does:
 *
 * | type        | points                                                                     |
 * | ----------- | -------------------------------------------------------------------------- |
 * | impression  | 0: being shown is no merit                                                 |
 * | watch       | 4 / 2.4 / 1.2 for a whole one, less by the share that was watched           |
 * | like        | 5 / 3 / 1.5; an unlike takes back one like of its own window                |
 * | dislike     | -5 / -3 / -1.5                                                             |
 * | rate        | 2.5 / 1.5 / 0.75 for each star above 3, as many taken for each below         |
 * | watchlist   | 3 / 1.8 / 0.9 for each that is put on a list, as many taken for one taken off |
 * | skip        | -1 / -0.6 / -0.3                                                           |
 * | share       | 6 / 3.6 / 1.8                                                              |
 * | comment     | 4 / 2.4 / 1.2                                                              |
 * | purchase    | 10 / 6 / 3                                                                 |
 */
import type { EventType } from "../events/user-event.ts";

/** Windows by age in whole days, the newest first: up to and including so many days. */
export const BANDS = [7, 30, 90] as const;
export type Band = 0 | 1 | 2;
/** What is older counts nothing. */
export const SCORED_DAYS = 90;

/** What was counted of one type within one window. */
export interface Count {
  readonly type: EventType;
  readonly band: Band;
  readonly count: number;
  /** Shares watched, stars, or items put on lists less those taken off, added up; of other types nothing. */
  readonly sum: number;
}

const LIKE: readonly number[] = [5, 3, 1.5];
const CLICK: readonly number[] = [3, 2, 1];
/** Stars that say neither yes nor no. */
const INDIFFERENT_STARS = 3;

/** As shares of a like. */
const AS_LIKES: Readonly<
  Record<Exclude<EventType, "click" | "watch" | "rate" | "watchlist">, number>
> = {
  impression: 0,
  like: 1,
  unlike: -1,
  dislike: -1,
  skip: -0.2,
  share: 1.2,
  comment: 0.8,
  purchase: 2,
};
const WHOLE_WATCH = 0.8;
const STAR = 0.5;
const LISTED = 0.6;

/** Points, which may be negative: only what they add up to for an item is held at 0. */
export function pointsOf({ type, band, count, sum }: Count): number {
  const like = LIKE[band] ?? 0;
  switch (type) {
    case "click":
      return count * (CLICK[band] ?? 0);
    case "watch":
      return Math.min(Math.max(sum, 0), count) * like * WHOLE_WATCH;
    case "rate":
      return (sum - INDIFFERENT_STARS * count) * like * STAR;
    case "watchlist":
      return sum * like * LISTED;
    case "impression":
    case "like":
    case "unlike":
    case "dislike":
    case "skip":
    case "share":
    case "comment":
    case "purchase":
      return count * like * AS_LIKES[type];
  }
}

/** Fifths that take one another back add up to a hair more or less than 0, by their order. */
const HAIR = 1e-6;

/** Never below 0: nobody is helped by telling how much an item is disliked. */
export const scoreOf = (points: number): number => (points < HAIR ? 0 : points);
