/**
 * Whether a user has a taste to ask for. Every deed leaves this mark in user state, which is asked for each page anyway:
 * the profile of a user who never did anything costs the ranked feed no call.
 *
 * It is a code among those of watched items, so that each supplier of user state keeps it as it is. No item has it: `#` is
 * in no id. It fades with what was watched, 30 days after the last deed at the earliest, when the deed counts a quarter.
 */
import { eachCode, itemCode, type ItemCodes } from "../domain/item-code.ts";
import type { ItemId } from "../domain/ids.ts";
import { toSeconds } from "../platform/clock.ts";
import type { UserPolicy } from "../users/user-policy.ts";
import type { MarkEntry, PeekResult, UserKey } from "../users/user-store.ts";

export const TASTE_MARK: ItemCodes = itemCode("#taste" as ItemId);

/**
 * Looked for where it costs nothing: among the last 64 watched, which every peek tells. As a candidate it would make each
 * peek read the layers of the filter and the served pages. Deeds and feedback renew it there; an import of 64 watched
 * items pushes it out until the next deed.
 */
export function isMarked({ recentlyWatched }: Pick<PeekResult, "recentlyWatched">): boolean {
  for (const code of eachCode(recentlyWatched)) if (code === TASTE_MARK) return true;
  return false;
}

/** Makes the mark the newest of what was watched. */
export const tasteMark = (
  key: UserKey,
  { policy, nowMs }: { readonly policy: UserPolicy; readonly nowMs: number },
): MarkEntry => ({
  key,
  request: { nowSeconds: toSeconds(nowMs), codes: TASTE_MARK, as: "watched", policy },
});
