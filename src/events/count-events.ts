/** Events to counts: by item and day for popularity, by item and hour for what is trending. */
import { dayOf, hourOf } from "../domain/epoch-time.ts";
import type { ItemId } from "../domain/ids.ts";
import type { LoggedEvent } from "./logged-event.ts";
import type { EventType } from "./user-event.ts";
import { watchedShare } from "./weights.ts";

/** What happened to an item on a day, in one group of users. Empty where country, gender or age are not known. */
export interface ItemDay {
  readonly item: ItemId;
  /** Epoch day of the event. */
  readonly day: number;
  readonly country: string;
  readonly gender: string;
  readonly age: string;
  readonly type: EventType;
  readonly count: number;
  /** `watch`: shares watched; `rate`: ratings; `watchlist`: put on less taken off. 0 for other types. */
  readonly sum: number;
}

/** So long hours are kept, for what is trending: what is older is nobody's business. */
export const KEPT_HOURS = 48;

export interface ItemHour {
  readonly item: ItemId;
  /** Epoch hour of the event. */
  readonly hour: number;
  readonly impressions: number;
  /** By the tenant's weights. */
  readonly weight: number;
}

export interface EventCounts {
  readonly days: readonly ItemDay[];
  readonly hours: readonly ItemHour[];
}

export interface Counted {
  readonly counts: EventCounts;
  readonly events: number;
  readonly minMs: number;
  readonly maxMs: number;
}

type Growing<Row> = { -readonly [Field in keyof Row]: Row[Field] };

export function countEvents(events: Iterable<LoggedEvent>): Counted {
  const days = new Map<string, Growing<ItemDay>>();
  const hours = new Map<string, Growing<ItemHour>>();
  let [count, minMs, maxMs] = [0, Infinity, 0];
  for (const event of events) {
    count += 1;
    minMs = Math.min(minMs, event.atMs);
    maxMs = Math.max(maxMs, event.atMs);
    addDay(days, event);
    addHour(hours, event);
  }
  return {
    counts: { days: [...days.values()], hours: [...hours.values()] },
    events: count,
    minMs: count === 0 ? 0 : minMs,
    maxMs,
  };
}

function addDay(days: Map<string, Growing<ItemDay>>, event: LoggedEvent): void {
  const { item, type, country = "", gender = "", age = "" } = event;
  const day = dayOf(event.atMs);
  // No id has a space.
  const key = `${item} ${day} ${country} ${gender} ${age} ${type}`;
  const sum = summed(event);
  const row = days.get(key);
  if (row === undefined) {
    days.set(key, { item, day, country, gender, age, type, count: 1, sum });
    return;
  }
  row.count += 1;
  row.sum += sum;
}

function addHour(hours: Map<string, Growing<ItemHour>>, event: LoggedEvent): void {
  const { item, weight } = event;
  const hour = hourOf(event.atMs);
  const key = `${item} ${hour}`;
  const impressions = event.type === "impression" ? 1 : 0;
  const row = hours.get(key);
  if (row === undefined) {
    hours.set(key, { item, hour, impressions, weight });
    return;
  }
  row.impressions += impressions;
  row.weight += weight;
}

function summed(event: LoggedEvent): number {
  switch (event.type) {
    case "watch":
      return watchedShare(event);
    case "rate":
      return event.rating ?? 0;
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
      return 0;
  }
}
