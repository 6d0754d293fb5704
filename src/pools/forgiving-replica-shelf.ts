/** A shelf that may fail: what it cannot give is looked for elsewhere, and each failure is counted. */
import type { TenantId } from "../domain/ids.ts";
import type { Counters } from "../observability/counters.ts";
import type { ReplicaShelf } from "./pool-replicas.ts";
import type { PoolSnapshot } from "./pool-store.ts";

export class ForgivingReplicaShelf implements ReplicaShelf {
  readonly #shelf: ReplicaShelf;
  readonly #counters: Counters;
  readonly #counter: string;

  /** `name` is the shelf's in the counter: `failed.edge`. */
  constructor(shelf: ReplicaShelf, name: string, counters: Counters) {
    this.#shelf = shelf;
    this.#counters = counters;
    this.#counter = `failed.${name}`;
  }

  async find(tenant: TenantId, version?: number): Promise<PoolSnapshot | undefined> {
    try {
      return await this.#shelf.find(tenant, version);
    } catch {
      this.#counters.add(this.#counter);
      return undefined;
    }
  }

  async keep(tenant: TenantId, snapshot: PoolSnapshot): Promise<void> {
    try {
      await this.#shelf.keep(tenant, snapshot);
    } catch {
      this.#counters.add(this.#counter);
    }
  }
}
