/**
 * Item metadata as an isolate remembers it, for `?fields=`. Bounded by count. An entry is believed for a minute;
 * after that it is served while a newer one is fetched behind the answer, and while the catalogue does not answer
 * it is served on for an hour. A request waits for the catalogue only for items that are not here.
 */
import { isOutage } from "../domain/failure.ts";
import type { ItemId, TenantId } from "../domain/ids.ts";
import type { Background } from "../platform/background.ts";
import type { Catalogue, Metadata } from "./catalogue.ts";

interface Entry {
  readonly metadata: Metadata | undefined;
  readonly fetchedMs: number;
  /** Somebody is asking for a newer one until then. */
  askingUntilMs: number;
  /** The catalogue did not answer when it was last asked for a newer one. */
  stale: boolean;
}

export interface Shelved {
  /** Metadata by item; an item that the catalogue does not know is absent. */
  readonly found: ReadonlyMap<ItemId, Metadata>;
  /**
   * `stale`: the catalogue is down, and some of it is older than a minute. `missing`: the catalogue is down, and for
   * some items nothing is known here.
   */
  readonly state: "fresh" | "stale" | "missing";
}

const FRESH_MS = 60_000;
const KEEP_MS = 3_600_000;
/** An answer that has not come by then was lost with its request, and the next request asks again. */
const ASKING_MS = 10_000;
/** About 1 KB an item at most for the usual fields: 20 MB of the isolate's 128. */
const ENTRY_LIMIT = 20_000;

export class MetadataShelf {
  readonly #catalogue: Catalogue;
  readonly #entries = new Map<string, Entry>();

  constructor(catalogue: Catalogue) {
    this.#catalogue = catalogue;
  }

  /** Never fails because the catalogue does. */
  async lookup(
    tenant: TenantId,
    ids: readonly ItemId[],
    nowMs: number,
    background: Background,
  ): Promise<Shelved> {
    const found = new Map<ItemId, Metadata>();
    const unknown: ItemId[] = [];
    const old: ItemId[] = [];
    let stale = false;
    for (const id of ids) {
      const entry = this.#entries.get(nameOf(tenant, id));
      if (entry === undefined || nowMs - entry.fetchedMs >= KEEP_MS) {
        unknown.push(id);
        continue;
      }
      if (entry.metadata !== undefined) found.set(id, entry.metadata);
      if (nowMs - entry.fetchedMs < FRESH_MS) continue;
      stale ||= entry.stale;
      if (nowMs < entry.askingUntilMs) continue;
      entry.askingUntilMs = nowMs + ASKING_MS;
      old.push(id);
    }
    if (old.length > 0) {
      background.run("metadata-revalidate", () => this.#renew(tenant, old, nowMs));
    }
    if (unknown.length === 0) return { found, state: stale ? "stale" : "fresh" };
    try {
      const fetched = await this.#fetch(tenant, unknown, nowMs);
      for (const [id, metadata] of fetched) found.set(id, metadata);
      return { found, state: stale ? "stale" : "fresh" };
    } catch (error) {
      if (!isOutage(error)) throw error;
      background.run("metadata", () => Promise.reject(error));
      return { found, state: "missing" };
    }
  }

  /**
   * For work that nobody waits for: an hour old at most, and a minute where the catalogue did not know the item. Throws
   * when it does not answer.
   */
  async demand(
    tenant: TenantId,
    ids: readonly ItemId[],
    nowMs: number,
  ): Promise<ReadonlyMap<ItemId, Metadata>> {
    const found = new Map<ItemId, Metadata>();
    const unknown: ItemId[] = [];
    for (const id of ids) {
      const entry = this.#entries.get(nameOf(tenant, id));
      const lifeMs = entry?.metadata === undefined ? FRESH_MS : KEEP_MS;
      if (entry === undefined || nowMs - entry.fetchedMs >= lifeMs) unknown.push(id);
      else if (entry.metadata !== undefined) found.set(id, entry.metadata);
    }
    if (unknown.length === 0) return found;
    return new Map([...found, ...(await this.#fetch(tenant, unknown, nowMs))]);
  }

  async #renew(tenant: TenantId, ids: readonly ItemId[], nowMs: number): Promise<void> {
    try {
      await this.#fetch(tenant, ids, nowMs);
    } catch (error) {
      for (const id of ids) {
        const entry = this.#entries.get(nameOf(tenant, id));
        if (entry !== undefined) entry.stale = true;
      }
      throw error;
    }
  }

  async #fetch(
    tenant: TenantId,
    ids: readonly ItemId[],
    nowMs: number,
  ): Promise<ReadonlyMap<ItemId, Metadata>> {
    const fetched = await this.#catalogue.lookup(tenant, ids);
    for (const id of ids) {
      this.#keep(nameOf(tenant, id), {
        metadata: fetched.get(id),
        fetchedMs: nowMs,
        askingUntilMs: 0,
        stale: false,
      });
    }
    return fetched;
  }

  #keep(name: string, entry: Entry): void {
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    if (this.#entries.size <= ENTRY_LIMIT) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

const nameOf = (tenant: TenantId, id: ItemId): string => `${tenant}/${id}`;
