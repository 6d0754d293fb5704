/**
 * What is rising and what is overlooked, from hours. Pure.
 *
 * Velocity compares an item with itself: `(r + k·m) / (b + k·m)`, where `r` is its weight an hour within the last six
 * hours, `b` its weight an hour within the 42 before those, `m` the mean weight an hour of all items that have any, and
 * `k = 1` a smoothing without which a first click would be an infinite rise. Only items that rise are trending; they are
 * ordered by velocity times the root of their recent weight, so that a rise that many see stands above one of two clicks.
 *
 * Under-exposed: few impressions against how well they did. An item's yield is `(w + k·y) / (i + k)`, weight by
 * impression, with `y` the yield of all items and `k = 20` impressions of doubt. Items are under-exposed that were
 * shown less often than the median of those that were shown, and yield more than `y`; best yield first.
 */
import type { ItemId } from "../domain/ids.ts";
import { KEPT_HOURS } from "../events/count-events.ts";

export interface ItemHours {
  readonly item: ItemId;
  /** Points within the last `RECENT_HOURS`, and within the hours before. */
  readonly recent: number;
  readonly before: number;
  /** All that is kept. */
  readonly impressions: number;
}

export const RECENT_HOURS = 6;
/** Of each list. */
const RISING_LIMIT = 500;

const DOUBT_IMPRESSIONS = 20;

const hourly = ({ recent, before }: ItemHours) => ({
  recent: Math.max(0, recent) / RECENT_HOURS,
  before: Math.max(0, before) / (KEPT_HOURS - RECENT_HOURS),
});

const weightOf = ({ recent, before }: ItemHours): number => Math.max(0, recent + before);

/** Best first; at most `RISING_LIMIT`. */
export function trendingOf(items: readonly ItemHours[]): readonly ItemId[] {
  const moving = items.filter((item) => weightOf(item) > 0);
  const all = moving.reduce((sum, item) => sum + weightOf(item), 0);
  const mean = moving.length === 0 ? 0 : all / moving.length / KEPT_HOURS;
  const rising = moving.flatMap((item) => {
    const { recent, before } = hourly(item);
    const velocity = (recent + mean) / (before + mean);
    return velocity > 1 ? [{ item: item.item, merit: velocity * Math.sqrt(recent) }] : [];
  });
  return best(rising);
}

/** Best first; at most `RISING_LIMIT`. */
export function underExposedOf(items: readonly ItemHours[]): readonly ItemId[] {
  const shown = items.filter(({ impressions }) => impressions > 0);
  if (shown.length === 0) return [];
  const impressions = shown.reduce((sum, item) => sum + item.impressions, 0);
  const usual = shown.reduce((sum, item) => sum + weightOf(item), 0) / impressions;
  const counts = shown.map((item) => item.impressions).toSorted((a, b) => a - b);
  const median = counts[Math.floor(counts.length / 2)] ?? 0;
  const overlooked = shown.flatMap((item) => {
    const merit =
      (weightOf(item) + DOUBT_IMPRESSIONS * usual) / (item.impressions + DOUBT_IMPRESSIONS);
    return item.impressions < median && merit > usual ? [{ item: item.item, merit }] : [];
  });
  return best(overlooked);
}

const best = (rated: readonly { item: ItemId; merit: number }[]): readonly ItemId[] =>
  rated
    .toSorted((a, b) => b.merit - a.merit || (a.item < b.item ? -1 : 1))
    .slice(0, RISING_LIMIT)
    .map(({ item }) => item);
