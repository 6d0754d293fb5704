/** The last resort of a feed: each tenant's static list, read from its shelf and remembered for a while. */
import type { TenantId } from "../domain/ids.ts";
import { PoolReplica } from "./pool-replica.ts";
import type { ReplicaShelf } from "./pool-replicas.ts";
import type { PoolSnapshot } from "./pool-store.ts";

/** Lists are rewritten hourly, and judged by today's policy whenever they are served. */
const REMEMBERED_MS = 60_000;
/** 30 KB a list: 15 MB at most. */
const LISTS_LIMIT = 500;

interface Remembered {
  readonly list: PoolReplica | undefined;
  readonly untilMs: number;
}

export class StaticLists {
  readonly #shelf: ReplicaShelf;
  readonly #remembered = new Map<TenantId, Remembered>();

  constructor(shelf: ReplicaShelf) {
    this.#shelf = shelf;
  }

  /** Undefined when the tenant has none. A shelf that does not answer costs nothing where one is remembered. */
  async find(tenant: TenantId, nowMs: number): Promise<PoolReplica | undefined> {
    const remembered = this.#remembered.get(tenant);
    if (remembered !== undefined && nowMs < remembered.untilMs) return remembered.list;
    try {
      const snapshot = await this.#shelf.find(tenant);
      const list = snapshot === undefined ? undefined : new PoolReplica(snapshot);
      if (this.#remembered.size >= LISTS_LIMIT) this.#remembered.clear();
      this.#remembered.set(tenant, { list, untilMs: nowMs + REMEMBERED_MS });
      return list;
    } catch (error) {
      if (remembered?.list === undefined) throw error;
      return remembered.list;
    }
  }

  keep(tenant: TenantId, list: PoolSnapshot): Promise<void> {
    return this.#shelf.keep(tenant, list);
  }
}
