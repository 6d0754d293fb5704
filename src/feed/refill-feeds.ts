/** The job that refills the low feeds of recently active users before they come back. */
import type { TenantId } from "../domain/ids.ts";
import { toSeconds } from "../platform/clock.ts";
import { inParallel } from "../platform/in-parallel.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import type { ActiveUsers } from "../users/active-users.ts";
import type { UserStore } from "../users/user-store.ts";
import { policyAllows } from "./compiled-rules.ts";
import type { FeedCall } from "./feed-call.ts";
import { refillUser } from "./refill-user.ts";

/** Two runs' worth: who was here since the run before the last. */
const ACTIVE_WITHIN_MS = 30 * 60_000;
const USERS_LIMIT = 10_000;
const USERS_AT_ONCE = 6;

export interface RefilledTenant extends Pick<FeedCall, "config" | "deployment" | "policy"> {
  readonly tenant: TenantId;
}

export async function refillFeeds(
  ports: {
    readonly users: UserStore;
    readonly activeUsers: ActiveUsers;
    readonly pools: PoolReplica;
  },
  { tenant, policy, config, deployment }: RefilledTenant,
  nowMs: number,
): Promise<Record<string, number>> {
  const active = await ports.activeUsers.since(tenant, nowMs - ACTIVE_WITHIN_MS, USERS_LIMIT);
  // Where the user will ask from is not known: items that only some countries may see are left for the request.
  const allows = policyAllows({ config, deployment, country: () => undefined }, ports.pools);
  const counts = { active: active.length, refilled: 0, popularity: 0, freshness: 0 };
  await inParallel(active, USERS_AT_ONCE, async (user) => {
    const key = { tenant, user };
    const nowSeconds = toSeconds(nowMs);
    const { valid, cursors } = await ports.users.stats(key, nowSeconds, policy);
    if (Math.min(valid.popularity, valid.freshness) >= policy.lowWaterMark) return;
    const step = {
      key,
      store: ports.users,
      pools: ports.pools,
      policy,
      popularityShare: config.mix.popularity,
      allows,
      nowSeconds,
    };
    const { added } = await refillUser(step, { levels: valid, cursors, refillGranted: true });
    counts.refilled += 1;
    counts.popularity += added.popularity;
    counts.freshness += added.freshness;
  });
  return counts;
}
