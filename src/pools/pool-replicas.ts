/**
 * Where an isolate gets its pools from: its own memory, the data centre's Cache API, the pool store (L2), and
 * when that does not answer, the copy in KV that every refresh leaves behind.
 */
import type { TenantId } from "../domain/ids.ts";
import type { Background } from "../platform/background.ts";
import { PoolReplica } from "./pool-replica.ts";
import type { PoolSnapshot, PoolStore } from "./pool-store.ts";
import type { ReplicaShelf } from "./replica-shelf.ts";

interface Held {
  readonly pools: PoolReplica;
  /** Served without asking until then. */
  freshUntilMs: number;
  /** Another request is asking for a newer version until then. */
  askingUntilMs: number;
  /** The pool store did not answer when it was last asked. */
  stale: boolean;
}

export interface CurrentPools {
  readonly pools: PoolReplica;
  /** True when the pool store is down: this is the newest version that could be had. */
  readonly stale: boolean;
}

/** A new version is seen by every isolate within this time; pools are rebuilt hourly. */
const FRESH_MS = 15_000;
const ASKING_MS = 10_000;
/** An isolate that idled asks first: a deleted item is gone within 60 s on every surface, and a refresh takes some. */
const WAIT_MS = 40_000;
/** A third of an isolate's 128 MB. */
const HELD_LIMIT_BYTES = 40_000_000;
/** Older versions kept for readers in the middle of a feed: few tenants swap their pools at the same time. */
const OLDER_LIMIT = 2;

export class PoolReplicas {
  readonly #held = new Map<TenantId, Held>();
  /** By tenant and version, the one that was asked for last at the end. */
  readonly #older = new Map<string, PoolReplica>();
  /** Versions, which are immutable. */
  readonly #edge: ReplicaShelf;
  /** The last version of each tenant. */
  readonly #copies: ReplicaShelf;

  constructor(shelves: { readonly edge: ReplicaShelf; readonly copies: ReplicaShelf }) {
    this.#edge = shelves.edge;
    this.#copies = shelves.copies;
  }

  /**
   * The tenant's pools, or undefined when it has none yet. In a busy isolate a request never waits for L2; one that
   * finds pools that nobody has asked after for 40 s does.
   */
  async current(
    tenant: TenantId,
    store: PoolStore,
    nowMs: number,
    background: Background,
  ): Promise<CurrentPools | undefined> {
    const held = this.#held.get(tenant);
    if (held === undefined || nowMs >= held.freshUntilMs - FRESH_MS + WAIT_MS) {
      return this.#load(tenant, store, nowMs);
    }
    if (nowMs >= held.freshUntilMs && nowMs >= held.askingUntilMs) {
      held.askingUntilMs = nowMs + ASKING_MS;
      background.run("pools-revalidate", () => this.#load(tenant, store, nowMs));
    }
    return held;
  }

  /** Of the pools that are here, without asking anybody; undefined when there are none. */
  heldVersion(tenant: TenantId): number | undefined {
    return this.#held.get(tenant)?.pools.manifest.version;
  }

  /** Asks the pool store now: for a user whose queue names items of a version not seen here yet. */
  async reload(
    tenant: TenantId,
    store: PoolStore,
    nowMs: number,
  ): Promise<CurrentPools | undefined> {
    return this.#load(tenant, store, nowMs);
  }

  /**
   * One version, current or not: for a reader whose cursor names items that the newest version may have dropped.
   * Undefined when it is gone. The version that is current stays so.
   */
  async version(
    tenant: TenantId,
    store: PoolStore,
    version: number,
  ): Promise<PoolReplica | undefined> {
    const held = this.#held.get(tenant)?.pools;
    if (held?.manifest.version === version) return held;
    const key = versionKey(tenant, version);
    const known = this.#older.get(key);
    const pools = known ?? (await this.#loadOlder(tenant, store, version));
    if (pools === undefined) return undefined;
    this.#older.delete(key);
    this.#older.set(key, pools);
    const [oldest] = this.#older.keys();
    if (this.#older.size > OLDER_LIMIT && oldest !== undefined) this.#older.delete(oldest);
    return pools;
  }

  /** A version was published here: this isolate has it now, and a copy survives the pool store. */
  async adopt(tenant: TenantId, snapshot: PoolSnapshot, nowMs: number): Promise<void> {
    if (this.#held.has(tenant)) this.#hold(tenant, snapshot, nowMs, false);
    await this.#copies.keep(tenant, snapshot);
  }

  async #load(tenant: TenantId, store: PoolStore, nowMs: number): Promise<Held | undefined> {
    const held = this.#held.get(tenant);
    try {
      const manifest = await store.current(tenant);
      if (manifest === undefined) return undefined;
      if (held?.pools.manifest.version === manifest.version) {
        return Object.assign(held, {
          freshUntilMs: nowMs + FRESH_MS,
          askingUntilMs: 0,
          stale: false,
        });
      }
      const snapshot = await this.#snapshot(tenant, store, manifest.version);
      if (snapshot !== undefined) return this.#hold(tenant, snapshot, nowMs, false);
    } catch (error) {
      if (held !== undefined)
        return Object.assign(held, { freshUntilMs: nowMs + FRESH_MS, stale: true });
      const copy = await this.#copies.find(tenant);
      if (copy === undefined) throw error;
      return this.#hold(tenant, copy, nowMs, true);
    }
    return held;
  }

  async #loadOlder(
    tenant: TenantId,
    store: PoolStore,
    version: number,
  ): Promise<PoolReplica | undefined> {
    try {
      const snapshot = await this.#snapshot(tenant, store, version);
      return snapshot && new PoolReplica(snapshot);
    } catch (error) {
      const copy = await this.#copies.find(tenant);
      if (copy?.manifest.version !== version) throw error;
      return new PoolReplica(copy);
    }
  }

  async #snapshot(
    tenant: TenantId,
    store: PoolStore,
    version: number,
  ): Promise<PoolSnapshot | undefined> {
    const key = versionKey(tenant, version);
    const kept = await this.#edge.find(key);
    if (kept !== undefined) return kept;
    const loaded = await store.load(tenant, version);
    if (loaded !== undefined) await this.#edge.keep(key, loaded);
    return loaded;
  }

  #hold(tenant: TenantId, snapshot: PoolSnapshot, nowMs: number, stale: boolean): Held {
    const held: Held = {
      pools: new PoolReplica(snapshot),
      freshUntilMs: nowMs + FRESH_MS,
      askingUntilMs: 0,
      stale,
    };
    this.#held.delete(tenant);
    this.#held.set(tenant, held);
    let total = 0;
    for (const each of this.#held.values()) total += each.pools.sizeBytes;
    for (const [oldest, each] of this.#held) {
      if (total <= HELD_LIMIT_BYTES || oldest === tenant) break;
      total -= each.pools.sizeBytes;
      this.#held.delete(oldest);
    }
    return held;
  }
}

const versionKey = (tenant: TenantId, version: number): string => `${tenant}/${version}`;
