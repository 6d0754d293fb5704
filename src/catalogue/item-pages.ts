/** The port of jobs that read every item of a tenant, and write how popular each is. */
import type { Discovery } from "../domain/discovery.ts";
import type { ItemId, TenantId } from "../domain/ids.ts";
import type { KnownFacts } from "./known-facts.ts";

/** What jobs know of an item. What is absent is not known. */
export interface DescribedItem extends KnownFacts {
  readonly id: ItemId;
  readonly publishedAtMs: number | undefined;
  /** As pools rank it. */
  readonly popularity: number;
  /** As it was imported, without events. */
  readonly basePopularity: number;
  /** Named fields of the metadata, in the order in which they were asked for; null where there is none. */
  readonly fields: readonly unknown[];
}

export interface ItemPages {
  /** Every item in pages by rising id. Names are the metadata's own: letters, digits and `_`. */
  pages(tenant: TenantId, fields: readonly string[]): AsyncIterable<readonly DescribedItem[]>;
  /** Sets `popularity = basePopularity + added` of the items named; of unknown ones nothing happens. */
  addToBase(
    tenant: TenantId,
    added: readonly { readonly id: ItemId; readonly added: number }[],
  ): Promise<void>;
  /** Says what is to be discovered, of items that are there, until it is said anew: of all others nothing is. */
  setDiscoveries(tenant: TenantId, discoveries: ReadonlyMap<ItemId, Discovery>): Promise<void>;
}
