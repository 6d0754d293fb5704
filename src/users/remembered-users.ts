import type { UserId } from "../domain/ids.ts";
import type { QueueRecord } from "./user-records.ts";

/** Queues as the object remembers them: the texts as they are stored, and the record that they make. */
export interface RememberedQueues {
  readonly popularityText: string;
  readonly freshnessText: string;
  readonly record: QueueRecord;
}

interface Remembered {
  readonly queues?: RememberedQueues;
  /** Number of the next served page. */
  readonly nextPage?: number;
}

/** Users remembered per object: 10 KB each with full queues. */
const REMEMBERED_LIMIT = 1_000;

/** The hot users of one object. */
export class RememberedUsers {
  readonly #users = new Map<UserId, Remembered>();

  find(user: UserId): Remembered {
    return this.#users.get(user) ?? {};
  }

  keep(user: UserId, change: Remembered): void {
    const remembered = { ...this.#users.get(user), ...change };
    this.#users.delete(user);
    this.#users.set(user, remembered);
    if (this.#users.size <= REMEMBERED_LIMIT) return;
    const [oldest] = this.#users.keys();
    if (oldest !== undefined) this.#users.delete(oldest);
  }

  forget(user: UserId): void {
    this.#users.delete(user);
  }
}
