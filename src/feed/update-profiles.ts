/**
 * The job that reads the likes of recently active users anew. Events keep profiles live by themselves; what they cannot
 * tell is that a liked item has got another category, price or platform since.
 */
import type { Catalogue } from "../catalogue/catalogue.ts";
import { NO_CODES } from "../domain/item-code.ts";
import type { ItemId, TenantId, UserId } from "../domain/ids.ts";
import { toSeconds } from "../platform/clock.ts";
import { inParallel } from "../platform/in-parallel.ts";
import type { BelievedProfiles } from "../profiles/believed-profiles.ts";
import type { LikesSummary } from "../profiles/taste.ts";
import type { ActiveUsers } from "../users/active-users.ts";
import type { UserPolicy } from "../users/user-policy.ts";
import type { UserKey, UserStore } from "../users/user-store.ts";
import { likesSummaryOf, tastedItems } from "./likes-summary.ts";
import { isMarked } from "./taste-mark.ts";

/** System E's: users of the last 7 days, the latest 1,000 of them. */
const ACTIVE_WITHIN_MS = 7 * 86_400_000;
const USERS_LIMIT = 1_000;
/** Profiles in memory at once, of 650 KB at most, and the facts of up to 20,000 items. */
const PAGE_USERS = 20;
const USERS_AT_ONCE = 6;

export interface UpdateProfilesPorts {
  readonly users: Pick<UserStore, "peek">;
  readonly activeUsers: Pick<ActiveUsers, "since">;
  readonly profiles: Pick<BelievedProfiles, "open" | "profile" | "tell">;
  readonly catalogue: Pick<Catalogue, "lookup">;
  readonly policy: UserPolicy;
}

/** Throws when the catalogue or user state does not answer: what was updated by then stays. */
export async function updateProfiles(
  ports: UpdateProfilesPorts,
  tenant: TenantId,
  nowMs: number,
): Promise<Record<string, number>> {
  const active = await ports.activeUsers.since(tenant, nowMs - ACTIVE_WITHIN_MS, USERS_LIMIT);
  const counts = { active: active.length, with_likes: 0, updated: 0, unavailable: 0 };
  for (let at = 0; at < active.length; at += PAGE_USERS) {
    const page = active.slice(at, at + PAGE_USERS).map((user) => ({ tenant, user }));
    const likes = await likesOf(ports, page, nowMs, counts);
    const items = new Set([...likes.values()].flatMap(({ liked }) => liked));
    const known = await tastedItems(ports.catalogue, tenant, [...items]);
    await inParallel([...likes], USERS_AT_ONCE, async ([user, { liked, before }]) => {
      const summary = likesSummaryOf(liked, known);
      if (JSON.stringify(summary) === JSON.stringify(before)) return;
      await ports.profiles.tell({ tenant, user }, { kind: "likes", summary });
      counts.updated += 1;
    });
  }
  return counts;
}

/** One user's, for whoever asks for it now. Throws when a store does not answer. */
export async function updateProfile(
  {
    profiles,
    catalogue,
  }: Pick<UpdateProfilesPorts, "catalogue"> & {
    readonly profiles: Pick<BelievedProfiles, "apply">;
  },
  key: UserKey,
  liked: readonly ItemId[],
): Promise<LikesSummary> {
  const summary = likesSummaryOf(liked, await tastedItems(catalogue, key.tenant, liked));
  await profiles.apply(key, { kind: "likes", summary });
  return summary;
}

interface Likes {
  readonly liked: readonly ItemId[];
  readonly before: LikesSummary | undefined;
}

/** Of those who like anything, or did: profiles are asked for only of users whose deeds they hold. */
async function likesOf(
  { users, profiles, policy }: UpdateProfilesPorts,
  page: readonly UserKey[],
  nowMs: number,
  counts: { with_likes: number; unavailable: number },
): Promise<ReadonlyMap<UserId, Likes>> {
  const likes = new Map<UserId, Likes>();
  await inParallel(page, USERS_AT_ONCE, async (key) => {
    const user = await users.peek(key, {
      nowSeconds: toSeconds(nowMs),
      limits: { popularity: 0, freshness: 0 },
      candidates: NO_CODES,
      policy,
    });
    if (!isMarked(user)) return;
    const seen = await profiles.open(key, { nowMs });
    const { profile, state } = await profiles.profile(key, seen, nowMs);
    if (state !== "current") {
      counts.unavailable += 1;
      return;
    }
    const { liked, taste } = profile;
    if (liked.length === 0 && taste.likes === undefined) return;
    counts.with_likes += 1;
    likes.set(key.user, { liked, before: taste.likes });
  });
  return likes;
}
