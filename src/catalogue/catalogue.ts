/** The port for a tenant's items; D1 is the source of truth. */
import type { Discovery } from "../domain/discovery.ts";
import type { ItemId, TenantId } from "../domain/ids.ts";
import type { CatalogueItem, MetadataValue } from "./item-row.ts";
import type { KnownFacts } from "./known-facts.ts";

export type Metadata = Readonly<Record<string, MetadataValue>>;

/** What a pool refresh needs to know of an item. */
export interface RankedItem extends KnownFacts {
  readonly id: ItemId;
  readonly publishedAtMs?: number;
  readonly discovery?: Discovery | undefined;
}

/** An item as it is stored. */
export interface StoredItem extends CatalogueItem {
  readonly updatedAtMs: number;
}

export interface Catalogue {
  /** Inserts or replaces items by id. */
  upsert(tenant: TenantId, items: readonly CatalogueItem[], nowMs: number): Promise<void>;
  /** One item with all that is known of it; undefined when there is none. */
  read(tenant: TenantId, id: ItemId): Promise<StoredItem | undefined>;
  /** Takes items out; returns those that were there. */
  remove(tenant: TenantId, ids: readonly ItemId[]): Promise<readonly ItemId[]>;
  /** Metadata of the items that are known; the others are absent from the map. */
  lookup(tenant: TenantId, ids: readonly ItemId[]): Promise<ReadonlyMap<ItemId, Metadata>>;
  /**
   * The `limit` most popular items that are nobody's own, best first; ties are ordered by id. In pages, so that whoever reads them holds
   * what it keeps of an item and never all that is known of every item.
   */
  ranked(tenant: TenantId, limit: number): AsyncIterable<readonly RankedItem[]>;
}
