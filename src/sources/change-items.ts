/**
 * One way into the catalogue for everything that changes it: items are written, those that must not be shown are
 * withdrawn at once, and a pool refresh is asked for. A changed item is eligible, or gone, within 60 s: the refresh
 * waits 10 s for more changes, and isolates ask for new pools every 15 s.
 */
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { CatalogueItem } from "../catalogue/item-row.ts";
import type { ItemId, TenantId } from "../domain/ids.ts";
import type { Withdrawals, Withdrawn } from "../tenants/withdrawn-items.ts";

export interface ChangePorts {
  readonly catalogue: Catalogue;
  readonly withdrawals: Withdrawals;
  /** Has the tenant's pools refreshed soon; many calls cost one run. */
  refreshSoon(tenant: TenantId, nowMs: number): Promise<void>;
}

export interface ItemChange {
  readonly upserts: readonly CatalogueItem[];
  readonly removals: readonly ItemId[];
}

export interface ChangeCounts {
  readonly upserted: number;
  /** Of the removals, those that were there. */
  readonly removed: number;
}

/** No item is in both lists, and none twice in one. */
export async function changeItems(
  ports: ChangePorts,
  tenant: TenantId,
  { upserts, removals }: ItemChange,
  nowMs: number,
): Promise<ChangeCounts> {
  if (upserts.length > 0) await ports.catalogue.upsert(tenant, upserts, nowMs);
  const removed = removals.length === 0 ? [] : await ports.catalogue.remove(tenant, removals);
  const withdrawn: Withdrawn[] = removed.map((item) => ({ item, reason: "gone" }));
  const restored: ItemId[] = [];
  for (const { id, metadata } of upserts) {
    if (metadata["private"] === true) withdrawn.push({ item: id, reason: "gone" });
    else if (metadata["in_stock"] === false) withdrawn.push({ item: id, reason: "stock" });
    else restored.push(id);
  }
  await Promise.all([
    ports.withdrawals.change(tenant, { withdrawn, restored }, nowMs),
    upserts.length + removed.length > 0 && ports.refreshSoon(tenant, nowMs),
  ]);
  return { upserted: upserts.length, removed: removed.length };
}
