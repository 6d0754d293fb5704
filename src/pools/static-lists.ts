/** The last resort of a feed: each tenant's static list, read from its shelf and remembered for a while. */
import { weighedOnly } from "../cache/codec.ts";
import { LayeredCache } from "../cache/layered-cache.ts";
import { FailureError } from "../domain/failure.ts";
import type { TenantId } from "../domain/ids.ts";
import type { Counters } from "../observability/counters.ts";
import type { Background } from "../platform/background.ts";
import { PoolReplica } from "./pool-replica.ts";
import type { PoolSnapshot } from "./pool-store.ts";
import type { ReplicaShelf } from "./replica-shelf.ts";

/** Lists are rewritten hourly, and judged by today's policy whenever they are served: an old one is better than none. */
const WINDOWS = { freshMs: 60_000, staleMs: 3_540_000, onErrorMs: Infinity, negativeMs: 60_000 };
/** 30 KB a list. */
const IN_MEMORY = { entries: 500, bytes: 15_000_000 };

export class StaticLists {
  readonly #shelf: ReplicaShelf;
  readonly #cache: LayeredCache<PoolReplica>;

  constructor(shelf: ReplicaShelf, counters: Counters) {
    this.#shelf = shelf;
    this.#cache = new LayeredCache({
      name: "static",
      tiers: [],
      codec: weighedOnly(({ sizeBytes }) => sizeBytes),
      windows: WINDOWS,
      memory: IN_MEMORY,
      counters,
    });
  }

  /** Undefined when the tenant has none. A shelf that does not answer costs nothing where one is remembered. */
  async find(
    tenant: TenantId,
    nowMs: number,
    background: Background,
  ): Promise<PoolReplica | undefined> {
    const read = await this.#cache.read(tenant, {
      nowMs,
      background,
      load: async () => {
        const list = await this.#shelf.find(tenant);
        if (list === undefined) return { outcome: "nothing" };
        return { outcome: "value", value: new PoolReplica(list) };
      },
    });
    switch (read.outcome) {
      case "found":
        return read.value;
      case "nothing":
        return undefined;
      case "failed":
        throw new FailureError("COPIES_UNAVAILABLE", "The static list cannot be had.");
    }
  }

  keep(tenant: TenantId, list: PoolSnapshot): Promise<void> {
    return this.#shelf.keep(tenant, list);
  }
}
