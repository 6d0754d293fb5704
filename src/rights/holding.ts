/** One store, as far as it holds something of a user. Erasing and counting look into the store itself. */
import type { UserKey } from "../users/user-store.ts";

export interface Holding {
  /** As receipts call it. */
  readonly store: string;
  /** Removes all of the user, and returns how much there was: rows or entries. Safe to repeat. */
  readonly erase: (key: UserKey) => Promise<number>;
  /** How much there is now. Changes nothing. */
  readonly count: (key: UserKey) => Promise<number>;
  /** What is held, as the user may have it; undefined when there is nothing. */
  readonly read: (key: UserKey) => Promise<unknown>;
}
