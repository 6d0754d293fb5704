/**
 * Gathers the leases of many users, which all happen behind answers, and sends them together: what a scrolling
 * user costs L2 is a share of a round trip. One request waits for the others and carries their leases, too.
 */
import type { Background } from "../platform/background.ts";
import { retrying } from "../platform/retrying.ts";
import type { LeaseEntry, LeaseResult, UserKey, UserStore } from "../users/user-store.ts";

export interface Lodged extends LeaseEntry {
  /** Told as it leaves: what happens to the user from now on, the outcome may not know. */
  left?(): void;
  /** Told the outcome in the request that carried the batch, whose background is the one still alive. */
  settled(result: LeaseResult, carrier: Background): Promise<void>;
}

/**
 * Long enough to gather a busy isolate's leases, shorter than anyone needs to scroll a page. Measured on Durable
 * Objects: sent within 10 ms, leases took a third of the throughput of the pages that they serve.
 */
const GATHER_MS = 50;
/** A batch stays under 1 MB of request: a page of 500 to commit is 4 KB. */
const BATCH_LIMIT = 128;

export class LeaseDesk {
  /** By store, then by user: the batch that is being gathered. */
  readonly #waiting = new Map<UserStore, Map<string, Lodged>>();
  /** Users whose lease is on its way. */
  readonly #carried = new Set<string>();

  /** Lodges a lease. The first of a batch carries it; the others are done. */
  bring(store: UserStore, background: Background, lodged: Lodged): void {
    const name = nameOf(lodged.key);
    const waiting = this.#waiting.get(store);
    if (waiting?.has(name) === false) {
      waiting.set(name, lodged);
      return;
    }
    if (waiting !== undefined) {
      background.run("leases", () => this.#carry(store, background, [lodged]));
      return;
    }
    const batch = new Map([[name, lodged]]);
    this.#waiting.set(store, batch);
    background.run("leases", async () => {
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      this.#waiting.delete(store);
      await this.#carry(store, background, [...batch.values()]);
    });
  }

  /**
   * The user asks for a page before the next one was set aside: of what is lodged for them, only the commit goes.
   */
  recall(store: UserStore, key: UserKey): void {
    const waiting = this.#waiting.get(store);
    const lodged = waiting?.get(nameOf(key));
    if (waiting === undefined || lodged === undefined) return;
    const { next: _, ...request } = lodged.request;
    if (request.commit === undefined) waiting.delete(nameOf(key));
    else waiting.set(nameOf(key), { ...lodged, request });
  }

  /** True while a lease of this user is on its way. */
  carries(key: UserKey): boolean {
    return this.#carried.has(nameOf(key));
  }

  async #carry(store: UserStore, background: Background, batch: readonly Lodged[]): Promise<void> {
    const names = batch.map(({ key }) => nameOf(key));
    for (const name of names) this.#carried.add(name);
    try {
      for (let at = 0; at < batch.length; at += BATCH_LIMIT) {
        const part = batch.slice(at, at + BATCH_LIMIT);
        for (const lodged of part) lodged.left?.();
        const results = await retrying(() => store.lease(part));
        await Promise.all(
          part.map(async (lodged, index) => {
            const result = results[index];
            if (result !== undefined) await lodged.settled(result, background);
          }),
        );
      }
    } finally {
      for (const name of names) this.#carried.delete(name);
    }
  }
}

const nameOf = ({ tenant, user }: UserKey): string => `${tenant}/${user}`;
