/** Feedback: hides items from a user's feed, for good (watched) or for a while (cooldown). */
import { codeCount, type ItemCodes, itemCodes } from "../domain/item-code.ts";
import type { ItemId } from "../domain/ids.ts";
import { toSeconds } from "../platform/clock.ts";
import type { UserPolicy } from "../users/user-policy.ts";
import type { MarkEntry, UserKey, UserStore } from "../users/user-store.ts";
import type { LeasedPages } from "./leased-pages.ts";
import { tasteMark } from "./taste-mark.ts";

export interface FeedbackRequest {
  readonly key: UserKey;
  readonly items: readonly ItemId[];
  readonly permanent: boolean;
  /** It is a deed that the profile is taught: whoever asks user state next sees that there is a taste. */
  readonly taught: boolean;
  readonly policy: UserPolicy;
  readonly nowMs: number;
}

/** Returns how many distinct items were marked; they are hidden from the user's next page on. */
export async function recordFeedback(
  ports: { readonly users: UserStore; readonly leasedPages: LeasedPages },
  { key, items, permanent, taught, policy, nowMs }: FeedbackRequest,
): Promise<number> {
  const codes: ItemCodes = itemCodes(new Set(items));
  const nowSeconds = toSeconds(nowMs);
  const as = permanent ? "watched" : "cooldown";
  const hidden: MarkEntry = { key, request: { nowSeconds, codes, as, policy } };
  try {
    // The mark last, so that it is kept exactly the longest.
    await ports.users.markAll(taught ? [hidden, tasteMark(key, { policy, nowMs })] : [hidden]);
  } finally {
    // Afterwards, whatever came of it: a page that is set aside meanwhile may or may not know of the mark.
    ports.leasedPages.drop(key);
  }
  return codeCount(codes);
}
