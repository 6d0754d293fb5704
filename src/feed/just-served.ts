/**
 * What this isolate served to whom within the last seconds: user state learns of a served page behind the answer,
 * and until then it still offers the same items.
 */
import type { ItemId } from "../domain/ids.ts";
import type { UserKey } from "../users/user-store.ts";

/** A commit is gathered for 50 ms and retried for a few seconds at most. */
const KEPT_MS = 10_000;
const USERS_LIMIT = 10_000;
/** Ten refreshes of 50: more than the limit on refreshes lets through meanwhile. */
const ITEMS_LIMIT = 500;

interface Entry {
  /** Oldest first. */
  readonly items: Set<ItemId>;
  readonly untilMs: number;
}

export class JustServed {
  readonly #entries = new Map<string, Entry>();

  of(key: UserKey, nowMs: number): ReadonlySet<ItemId> | undefined {
    const entry = this.#entries.get(nameOf(key));
    return entry === undefined || entry.untilMs <= nowMs ? undefined : entry.items;
  }

  add(key: UserKey, items: readonly ItemId[], nowMs: number): void {
    const name = nameOf(key);
    const entry = this.#entries.get(name);
    const all = entry !== undefined && entry.untilMs > nowMs ? entry.items : new Set<ItemId>();
    for (const item of items) all.add(item);
    for (const oldest of all) {
      if (all.size <= ITEMS_LIMIT) break;
      all.delete(oldest);
    }
    this.#entries.delete(name);
    this.#entries.set(name, { items: all, untilMs: nowMs + KEPT_MS });
    if (this.#entries.size <= USERS_LIMIT) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

const nameOf = ({ tenant, user }: UserKey): string => `${tenant}/${user}`;
