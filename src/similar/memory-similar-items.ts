/** What goes together, as a test says it. */
import type { ItemId, TenantId, UserId } from "../domain/ids.ts";
import type { WeighedItem } from "./item-neighbours.ts";
import type { SimilarItems } from "./similar-items.ts";

export interface TenantSimilarities {
  readonly neighbours: ReadonlyMap<ItemId, readonly WeighedItem[]>;
  readonly byUser: ReadonlyMap<UserId, readonly WeighedItem[]>;
}

export class MemorySimilarItems implements SimilarItems {
  readonly tenants = new Map<TenantId, TenantSimilarities>();

  prepare(): void {
    // Everything is here.
  }

  neighboursOf(
    tenant: TenantId,
    items: readonly ItemId[],
  ): ReadonlyMap<ItemId, readonly WeighedItem[]> | undefined {
    const neighbours = this.tenants.get(tenant)?.neighbours;
    return neighbours && new Map([...neighbours].filter(([item]) => items.includes(item)));
  }

  byUsersLike(tenant: TenantId, user: UserId): Promise<readonly WeighedItem[] | undefined> {
    const lists = this.tenants.get(tenant)?.byUser;
    return Promise.resolve(lists && (lists.get(user) ?? []));
  }
}
