/**
 * Snapshots as an isolate holds them: memory, then the Cache API, then the store. A minute old, it is served while the
 * store is asked by tag whether there is another; while the store is away it is served on for a day.
 */
import { cacheKey } from "../cache/cache-key.ts";
import type { Cache, CacheRead, Loaded, Windows } from "../cache/tiered-cache.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Eventually } from "../pipeline/stages.ts";
import type { Background } from "../platform/background.ts";
import type { GiftSnapshot } from "./gift-snapshot.ts";
import { decodeSnapshot } from "./snapshot-codec.ts";
import type { SnapshotStore } from "./snapshot-store.ts";

export const SNAPSHOT_WINDOWS: Windows = {
  freshMs: 60_000,
  staleMs: 30 * 60_000,
  onErrorMs: 24 * 3_600_000,
  // A new tenant sees its first lists soon.
  negativeMs: 5_000,
};

export type ReadSnapshot = CacheRead<GiftSnapshot>;

export class SnapshotShelf {
  readonly #cache: Cache<GiftSnapshot>;
  readonly #store: Pick<SnapshotStore, "current">;
  /** What memory lets go of is not held here either. */
  readonly #last = new Map<
    TenantId,
    { readonly tag: string; readonly held: WeakRef<GiftSnapshot> }
  >();
  readonly #keys = new Map<TenantId, string>();

  constructor(cache: Cache<GiftSnapshot>, store: Pick<SnapshotStore, "current">) {
    this.#cache = cache;
    this.#store = store;
  }

  /** Synchronous while it is in memory. Throws for no outage. */
  read(
    tenant: TenantId,
    nowMs: number,
    background: Background,
    renew = false,
  ): Eventually<ReadSnapshot> {
    const load = () => this.#load(tenant);
    return this.#cache.read(this.#keyOf(tenant), { nowMs, background, load, renew });
  }

  async #load(tenant: TenantId): Promise<Loaded<GiftSnapshot>> {
    const last = this.#last.get(tenant);
    const held = last?.held.deref();
    const found = await this.#store.current(tenant, held === undefined ? undefined : last?.tag);
    if (found === undefined) return { outcome: "nothing" };
    if (found === "unchanged") {
      if (held === undefined) return { outcome: "nothing" };
      return { outcome: "value", value: held };
    }
    const value = decodeSnapshot(found.bytes);
    this.#last.set(tenant, { tag: found.tag, held: new WeakRef(value) });
    return { outcome: "value", value };
  }

  #keyOf(tenant: TenantId): string {
    const known = this.#keys.get(tenant);
    if (known !== undefined) return known;
    const key = cacheKey("popularity", { tenant, versions: {}, inputs: {} });
    this.#keys.set(tenant, key);
    return key;
  }
}
