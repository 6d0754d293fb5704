/** Feedback: hides items from a user's feed, for good (watched) or for a while (cooldown). */
import { codeCount, type ItemCodes, itemCodes } from "../domain/item-code.ts";
import type { ItemId } from "../domain/ids.ts";
import { toSeconds } from "../platform/clock.ts";
import type { UserPolicy } from "../users/user-policy.ts";
import type { UserKey, UserStore } from "../users/user-store.ts";
import type { LeasedPages } from "./leased-pages.ts";

export interface FeedbackRequest {
  readonly key: UserKey;
  readonly items: readonly ItemId[];
  readonly permanent: boolean;
  readonly policy: UserPolicy;
  readonly nowMs: number;
}

/** Returns how many distinct items were marked; they are hidden from the user's next page on. */
export async function recordFeedback(
  ports: { readonly users: UserStore; readonly leasedPages: LeasedPages },
  { key, items, permanent, policy, nowMs }: FeedbackRequest,
): Promise<number> {
  const codes: ItemCodes = itemCodes(new Set(items));
  try {
    await ports.users.mark(key, {
      nowSeconds: toSeconds(nowMs),
      codes,
      as: permanent ? "watched" : "cooldown",
      policy,
    });
  } finally {
    // Afterwards, whatever came of it: a page that is set aside meanwhile may or may not know of the mark.
    ports.leasedPages.drop(key);
  }
  return codeCount(codes);
}
