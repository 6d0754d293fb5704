/**
 * What this isolate served to whom while user state could not be reached: so that degraded pages do not repeat
 * themselves, and so that their items are put into cooldown before the next page is taken.
 */
import { CODE_WIDTH, eachCode, type ItemCodes, joinCodes, NO_CODES } from "../domain/item-code.ts";
import type { UserKey } from "../users/user-store.ts";

/** 2,000 users with 500 items each are 7 MB. Beyond that the oldest users may see an item again. */
const USERS_LIMIT = 2_000;
const CODES_LIMIT = 500;

export class OutageMemory {
  readonly #served = new Map<string, ItemCodes>();

  /** Items served to the user since the last {@link settle}. */
  served(key: UserKey): ReadonlySet<string> {
    return new Set(eachCode(this.#served.get(nameOf(key)) ?? NO_CODES));
  }

  add(key: UserKey, codes: ItemCodes): void {
    const name = nameOf(key);
    const all = joinCodes(this.#served.get(name) ?? NO_CODES, codes);
    this.#served.delete(name);
    this.#served.set(name, all.slice(-CODES_LIMIT * CODE_WIDTH) as ItemCodes);
    if (this.#served.size <= USERS_LIMIT) return;
    const [oldest] = this.#served.keys();
    if (oldest !== undefined) this.#served.delete(oldest);
  }

  /** Hands over what must be put into cooldown, and forgets it. */
  settle(key: UserKey): ItemCodes {
    const name = nameOf(key);
    const codes = this.#served.get(name) ?? NO_CODES;
    if (codes !== NO_CODES) this.#served.delete(name);
    return codes;
  }
}

const nameOf = ({ tenant, user }: UserKey): string => `${tenant}/${user}`;
