/** Refilling the queues of the user who is asking: in line, or behind the answer. */
import { toSeconds } from "../platform/clock.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import type { CurrentPools } from "../pools/pool-replicas.ts";
import type { UserPolicy } from "../users/user-policy.ts";
import type { Cursors, Levels, UserLevel } from "../users/user-store.ts";
import { policyAllows } from "./compiled-rules.ts";
import type { FeedCall } from "./feed-call.ts";
import { goOnWithout } from "./go-on-without.ts";
import { type RefillStep, refillUser } from "./refill-user.ts";

export const poolsOf = ({
  ports,
  key,
  nowMs,
  background,
}: FeedCall): Promise<CurrentPools | undefined> =>
  ports.replicas.current(key.tenant, ports.pools, nowMs, background);

/** The pools, or undefined where there are none and where none can be had: a page must then do without. */
export const poolsIfAny = (call: FeedCall): Promise<CurrentPools | undefined> =>
  poolsOf(call).catch(goOnWithout("pools", call.background));

export const stepOf = (call: FeedCall, pools: PoolReplica): RefillStep => ({
  key: call.key,
  store: call.ports.users,
  pools,
  policy: call.policy,
  popularityShare: call.config.mix.popularity,
  allows: policyAllows(call, pools),
  nowSeconds: toSeconds(call.nowMs),
});

export async function refillBehind(call: FeedCall, start: UserLevel): Promise<void> {
  const current = await poolsOf(call);
  if (current !== undefined) await refillUser(stepOf(call, current.pools), start);
}

export const newestVersion = ({ cursors }: { readonly cursors: Cursors }): number =>
  Math.max(cursors.popularity.version, cursors.freshness.version);

export const isLow = (levels: Levels, policy: UserPolicy): boolean =>
  Math.min(levels.popularity, levels.freshness) < policy.lowWaterMark;
