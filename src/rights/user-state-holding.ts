import { NO_CODES } from "../domain/item-code.ts";
import { DEFAULT_USER_POLICY } from "../users/user-policy.ts";
import type { UserKey, UserStore } from "../users/user-store.ts";
import type { Holding } from "./holding.ts";

export interface UserStateSettings {
  /** As the L2 is called: `embedded` or `redis`. */
  readonly kind: string;
  readonly users: UserStore;
  readonly nowMs: () => number;
}

/** A read of what waits does not take it, and asks for no refill: no level is below 0. */
const POLICY = { ...DEFAULT_USER_POLICY, capacity: 1_000, lowWaterMark: 0 };

/** Queues, cooldown, lease and watched filter in one L2. A user is one, whatever is held of them. */
export function userStateHolding(settings: UserStateSettings): Holding {
  const { kind, users, nowMs } = settings;
  const nowSeconds = (): number => Math.floor(nowMs() / 1_000);
  const stats = (key: UserKey) => users.stats(key, nowSeconds(), POLICY);
  const count = async (key: UserKey): Promise<number> => ((await stats(key)).known ? 1 : 0);
  return {
    store: `user_state_${kind}`,
    async erase(key) {
      const known = await count(key);
      await users.forget(key);
      return known;
    },
    count,
    async read(key) {
      const held = await stats(key);
      if (!held.known) return undefined;
      const limits = { popularity: POLICY.capacity, freshness: POLICY.capacity };
      const peeked = await users.peek(key, {
        nowSeconds: nowSeconds(),
        limits,
        candidates: NO_CODES,
        policy: POLICY,
      });
      const { waiting, recentlyWatched } = peeked;
      // Codes of items, 7 characters each: L2 holds nothing else of them (decision 0002).
      return { stats: held, waiting_codes: waiting, recently_watched_codes: recentlyWatched };
    },
  };
}
