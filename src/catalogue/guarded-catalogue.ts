/** The catalogue behind a guard, with the deadline of the tenant whose items are asked for. */
import type { ItemId, TenantId } from "../domain/ids.ts";
import type { Guard } from "../platform/guard.ts";
import type { Catalogue, Metadata, RankedItem, StoredItem } from "./catalogue.ts";
import type { CatalogueItem } from "./item-row.ts";

/** Imports and rankings read and write thousands of rows; D1 itself ends a statement after 30 s. */
const BULK_DEADLINE_MS = 30_000;

export class GuardedCatalogue implements Catalogue {
  readonly #catalogue: Catalogue;
  readonly #guardOf: (tenant: TenantId) => Guard;

  constructor(catalogue: Catalogue, guardOf: (tenant: TenantId) => Guard) {
    this.#catalogue = catalogue;
    this.#guardOf = guardOf;
  }

  upsert(tenant: TenantId, items: readonly CatalogueItem[], nowMs: number): Promise<void> {
    return this.#guardOf(tenant).call(
      () => this.#catalogue.upsert(tenant, items, nowMs),
      BULK_DEADLINE_MS,
    );
  }

  read(tenant: TenantId, id: ItemId): Promise<StoredItem | undefined> {
    return this.#guardOf(tenant).call(() => this.#catalogue.read(tenant, id));
  }

  remove(tenant: TenantId, ids: readonly ItemId[]): Promise<readonly ItemId[]> {
    return this.#guardOf(tenant).call(() => this.#catalogue.remove(tenant, ids), BULK_DEADLINE_MS);
  }

  lookup(tenant: TenantId, ids: readonly ItemId[]): Promise<ReadonlyMap<ItemId, Metadata>> {
    return this.#guardOf(tenant).call(() => this.#catalogue.lookup(tenant, ids));
  }

  /** Page by page: each has the deadline of bulk work. */
  async *ranked(tenant: TenantId, limit: number): AsyncGenerator<readonly RankedItem[]> {
    const pages = this.#catalogue.ranked(tenant, limit)[Symbol.asyncIterator]();
    for (;;) {
      const next = await this.#guardOf(tenant).call(() => pages.next(), BULK_DEADLINE_MS);
      if (next.done === true) return;
      yield next.value;
    }
  }
}
