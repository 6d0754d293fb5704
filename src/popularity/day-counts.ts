/** The port to what was counted of events, item by item. */
import type { ItemId, TenantId } from "../domain/ids.ts";
import type { Demographics } from "./groups.ts";
import type { Count } from "./scores.ts";
import type { ItemHours } from "./trending.ts";

/** What users of one country and one kind did with an item. */
export interface DayCount extends Count {
  readonly item: ItemId;
  /** ISO 3166 alpha-2; undefined where it is not known. */
  readonly country: string | undefined;
  readonly who: Demographics;
}

export interface DayCounts {
  /** All that still counts today, in pages by rising item id. An item is in one page alone. */
  counted(tenant: TenantId, nowMs: number): AsyncIterable<readonly DayCount[]>;
  /** What the last 48 hours say, of the `limit` items with the most weight. */
  hours(tenant: TenantId, nowMs: number, limit: number): Promise<readonly ItemHours[]>;
}
