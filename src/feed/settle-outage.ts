import { NO_CODES } from "../domain/item-code.ts";
import { toSeconds } from "../platform/clock.ts";
import type { FeedCall } from "./feed-call.ts";

/** Puts into cooldown what was served to this user while user state was away, before anything else is taken. */
export async function settleOutage({ ports, key, nowMs, policy }: FeedCall): Promise<void> {
  const codes = ports.outages.settle(key);
  if (codes === NO_CODES) return;
  try {
    await ports.users.mark(key, { nowSeconds: toSeconds(nowMs), codes, as: "cooldown", policy });
  } catch (error) {
    ports.outages.add(key, codes);
    throw error;
  }
}
