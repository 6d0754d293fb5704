/**
 * Item metadata as an isolate remembers it, for `?fields=`. Bounded by count; an entry is believed for a
 * minute, which is how soon a changed title shows.
 */
import type { ItemId, TenantId } from "../domain/ids.ts";
import type { Catalogue, Metadata } from "./catalogue.ts";

interface Entry {
  readonly metadata: Metadata | undefined;
  readonly freshUntilMs: number;
}

const FRESH_MS = 60_000;
/** About 1 KB an item at most for the usual fields: 20 MB of the isolate's 128. */
const ENTRY_LIMIT = 20_000;

export class MetadataShelf {
  readonly #catalogue: Catalogue;
  readonly #entries = new Map<string, Entry>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** Metadata by item; an item that the catalogue does not know is absent. */
  async lookup(
    tenant: TenantId,
    ids: readonly ItemId[],
    nowMs: number,
  ): Promise<ReadonlyMap<ItemId, Metadata>> {
    const found = new Map<ItemId, Metadata>();
    const missing: ItemId[] = [];
    for (const id of ids) {
      const entry = this.#entries.get(`${tenant}/${id}`);
      if (entry === undefined || entry.freshUntilMs <= nowMs) missing.push(id);
      else if (entry.metadata !== undefined) found.set(id, entry.metadata);
    }
    if (missing.length === 0) return found;
    const fetched = await this.#catalogue.lookup(tenant, missing);
    for (const id of missing) {
      const metadata = fetched.get(id);
      if (metadata !== undefined) found.set(id, metadata);
      this.#keep(`${tenant}/${id}`, { metadata, freshUntilMs: nowMs + FRESH_MS });
    }
    return found;
  }

  #keep(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size <= ENTRY_LIMIT) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
