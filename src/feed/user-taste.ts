/** The profile of a ranked page's user, asked for only where user state says that there is a taste. */
import type { Profile } from "../profiles/profile.ts";
import type { PeekResult } from "../users/user-store.ts";
import type { FeedCall } from "./feed-call.ts";
import { isMarked } from "./taste-mark.ts";

export interface UserTaste {
  /** Part of the page's tag: 0 where there is no taste. */
  readonly version: number;
  readonly profile: Profile | undefined;
  /** The store did not answer: this is the last that was known here, or nothing. */
  readonly degraded: boolean;
}

const TASTELESS: UserTaste = { version: 0, profile: undefined, degraded: false };

/** Throws for no outage. */
export async function userTasteOf(
  { ports: { profiles }, key, nowMs }: FeedCall,
  user: Pick<PeekResult, "recentlyWatched">,
): Promise<UserTaste> {
  if (!isMarked(user)) return TASTELESS;
  const seen = await profiles.open(key, { nowMs });
  const { version, profile, state } = await profiles.profile(key, seen, nowMs);
  return { version, profile, degraded: state !== "current" };
}

/** The version alone, for a page that may still be good. */
export async function tasteVersionOf(
  { ports: { profiles }, key, nowMs }: FeedCall,
  user: Pick<PeekResult, "recentlyWatched">,
): Promise<number> {
  return isMarked(user) ? (await profiles.open(key, { nowMs })).version : TASTELESS.version;
}
