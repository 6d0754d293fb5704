/** What deeds hide from their user's next pages, and the mark by which user state knows that there is a taste. */
import { codeCount, itemCodes, joinCodes } from "../domain/item-code.ts";
import type { ItemId } from "../domain/ids.ts";
import { toSeconds } from "../platform/clock.ts";
import { countsAsWatched } from "../profiles/apply-deeds.ts";
import type { DeedType } from "../profiles/taste.ts";
import type { UserPolicy } from "../users/user-policy.ts";
import type { MarkEntry, UserKey, UserStore } from "../users/user-store.ts";
import type { LeasedPages } from "./leased-pages.ts";
import { TASTE_MARK } from "./taste-mark.ts";

export interface MarkedDeed {
  readonly type: DeedType;
  readonly item: ItemId;
  /** 0 to 1; undefined when nobody knows. */
  readonly share: number | undefined;
}

/**
 * `watched` hides for 30 days at least, `cooldown` for the tenant's cooldown. A dislike hides for good where the profile
 * is asked, and as long as something watched where it is not.
 */
function hidingOf({ type, share }: MarkedDeed): "watched" | "cooldown" | undefined {
  if (type === "watch") return countsAsWatched(share) ? "watched" : "cooldown";
  if (type === "dislike") return "watched";
  return type === "skip" ? "cooldown" : undefined;
}

export interface UserDeeds {
  readonly key: UserKey;
  /** In the order in which they happened. */
  readonly deeds: readonly MarkedDeed[];
}

export interface MarkPorts {
  readonly users: Pick<UserStore, "markAll">;
  readonly leasedPages: Pick<LeasedPages, "drop">;
}

/** 100 KB of a request of Redis, and 50 ms of a shard's thread. */
const MARKS_AT_ONCE = 400;

/** Safe to repeat. Users are marked together: each store commits as few times as it can. */
export async function markDeeds(
  { users, leasedPages }: MarkPorts,
  all: readonly UserDeeds[],
  { policy, nowMs }: { readonly policy: UserPolicy; readonly nowMs: number },
): Promise<void> {
  const nowSeconds = toSeconds(nowMs);
  const hiding: UserKey[] = [];
  const entries = all.flatMap(({ key, deeds }): readonly MarkEntry[] => {
    const hidden = (as: "watched" | "cooldown") =>
      itemCodes(new Set(deeds.filter((deed) => hidingOf(deed) === as).map(({ item }) => item)));
    const [watched, cooling] = [hidden("watched"), hidden("cooldown")];
    if (codeCount(watched) + codeCount(cooling) > 0) hiding.push(key);
    // Last, so that it is kept exactly the longest.
    const codes = joinCodes(watched, TASTE_MARK);
    const marked: MarkEntry = { key, request: { nowSeconds, codes, as: "watched", policy } };
    if (cooling === "") return [marked];
    return [marked, { key, request: { nowSeconds, codes: cooling, as: "cooldown", policy } }];
  });
  try {
    for (let at = 0; at < entries.length; at += MARKS_AT_ONCE) {
      await users.markAll(entries.slice(at, at + MARKS_AT_ONCE));
    }
  } finally {
    // As after feedback.
    for (const key of hiding) leasedPages.drop(key);
  }
}
