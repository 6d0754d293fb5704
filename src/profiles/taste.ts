/** What a user's deeds say of what they like: decayed sums by name, which come out the same in any order of arrival. */
import type { UserEvent } from "../events/user-event.ts";
import { type ItemCodes, NO_CODES } from "../domain/item-code.ts";

/** Impressions are no deeds: they are counted in the log alone, and cost a profile nothing. */
export type DeedType = Exclude<UserEvent["type"], "impression">;

/** What of an item taste is read from, as the catalogue says it. */
export interface TastedItem {
  readonly tags: readonly string[];
  readonly creator?: string;
  readonly category?: string;
  /** In the tenant's currency. */
  readonly price?: number;
  readonly platform?: string;
}

/** Of one name: `Σ weight × 2^((t − epoch) / half-life)`; see `affinityAt`. */
export type Sums = Readonly<Record<string, number>>;

export interface Taste {
  readonly tags: Sums;
  readonly creators: Sums;
  readonly categories: Sums;
  /** Of items that deeds of positive weight were about: sums of the weights and of weight × price. */
  readonly price: { readonly weight: number; readonly total: number };
  /** How often, by type; duplicates not counted. */
  readonly counts: Readonly<Partial<Record<DeedType, number>>>;
  /** Codes of the events that were applied last, oldest first. */
  readonly applied: ItemCodes;
  /** What the liked items have in common, when it was last computed from all of them. */
  readonly likes?: LikesSummary;
}

/** Over the last 1,000 likes of which the catalogue knows the item. */
export interface LikesSummary {
  readonly items: number;
  /** Share of each value, 0 to 1. */
  readonly categories: Readonly<Record<string, number>>;
  readonly platforms: Readonly<Record<string, number>>;
  readonly pricedItems: number;
  /** Absent when no liked item has a price. */
  readonly meanPrice?: number;
}

export const NO_TASTE: Taste = {
  tags: {},
  creators: {},
  categories: {},
  price: { weight: 0, total: 0 },
  counts: {},
  applied: NO_CODES,
};

export const TAGS_LIMIT = 200;
export const CREATORS_LIMIT = 200;
export const CATEGORIES_LIMIT = 60;
/** As many as one batch of events may hold for one user: 7 KB. */
export const APPLIED_LIMIT = 1_024;
/** Longer names are passed over. */
const NAME_LIMIT = 256;

/** A like of two weeks ago counts half of one of today. */
export const TASTE_HALF_LIFE_MS = 14 * 86_400_000;
/** A sum doubles every half-life and ends at 2^1024: good until 2065. Any fixed time does. */
const TASTE_EPOCH_MS = Date.UTC(2026, 0, 1);

const growthAt = (atMs: number): number => 2 ** ((atMs - TASTE_EPOCH_MS) / TASTE_HALF_LIFE_MS);

/** A sum as of `nowMs`: what a deed of this moment would have added by its weight. */
export const affinityAt = (sum: number, nowMs: number): number => sum / growthAt(nowMs);

export interface TasteDeed {
  readonly type: DeedType;
  readonly atMs: number;
  /** Negative for what the user does not want. */
  readonly weight: number;
  readonly item: TastedItem | undefined;
}

export function withDeeds(taste: Taste, deeds: readonly TasteDeed[]): Taste {
  const tags = new Map(Object.entries(taste.tags));
  const creators = new Map(Object.entries(taste.creators));
  const categories = new Map(Object.entries(taste.categories));
  const counts: Partial<Record<DeedType, number>> = { ...taste.counts };
  let { weight: priceWeight, total: priceTotal } = taste.price;
  for (const { type, atMs, weight, item } of deeds) {
    counts[type] = (counts[type] ?? 0) + 1;
    if (item === undefined || weight === 0) continue;
    const grown = weight * growthAt(atMs);
    for (const tag of new Set(item.tags)) add(tags, tag, grown);
    add(creators, item.creator, grown);
    add(categories, item.category, grown);
    if (item.price === undefined || weight < 0) continue;
    priceWeight += grown;
    priceTotal += grown * item.price;
  }
  return {
    ...taste,
    tags: greatest(tags, TAGS_LIMIT),
    creators: greatest(creators, CREATORS_LIMIT),
    categories: greatest(categories, CATEGORIES_LIMIT),
    price: { weight: priceWeight, total: priceTotal },
    counts,
  };
}

function add(sums: Map<string, number>, name: string | undefined, grown: number): void {
  if (name === undefined || name === "" || name.length > NAME_LIMIT) return;
  sums.set(name, (sums.get(name) ?? 0) + grown);
}

/** The strongest opinions, for and against. */
function greatest(sums: ReadonlyMap<string, number>, limit: number): Sums {
  const all = [...sums];
  if (all.length <= limit) return Object.fromEntries(all);
  const strongest = all.toSorted(([a, x], [b, y]) => Math.abs(y) - Math.abs(x) || (a < b ? -1 : 1));
  return Object.fromEntries(strongest.slice(0, limit));
}

/** Price of what the user cares for, recent deeds first in weight; undefined when nothing had one. */
export const meanPriceOf = ({ price }: Pick<Taste, "price">): number | undefined =>
  price.weight > 0 ? price.total / price.weight : undefined;

/** `items` are those of the last likes that the catalogue knows. */
export function summaryOf(items: readonly TastedItem[]): LikesSummary {
  const prices = items.flatMap(({ price }) => (price === undefined ? [] : [price]));
  const total = prices.reduce((sum, price) => sum + price, 0);
  return {
    items: items.length,
    categories: sharesOf(items.map(({ category }) => category)),
    platforms: sharesOf(items.map(({ platform }) => platform)),
    pricedItems: prices.length,
    ...(prices.length === 0 ? {} : { meanPrice: total / prices.length }),
  };
}

/** Of those that have a value; greatest first. */
function sharesOf(values: readonly (string | undefined)[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  let known = 0;
  for (const value of values) {
    if (value === undefined || value === "") continue;
    counts.set(value, (counts.get(value) ?? 0) + 1);
    known += 1;
  }
  const ordered = [...counts].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return Object.fromEntries(
    ordered.slice(0, CATEGORIES_LIMIT).map(([value, count]) => [value, count / known]),
  );
}
