/** Takes out of a user's queues what the tenant's policy refuses now: it was queued before the policy changed. */
import { codeCount, eachCode, type ItemCodes, joinCodes, NO_CODES } from "../domain/item-code.ts";
import { toSeconds } from "../platform/clock.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import type { UserLevel } from "../users/user-store.ts";
import { policyAllows } from "./compiled-rules.ts";
import type { FeedCall } from "./feed-call.ts";
import { newestVersion } from "./user-refills.ts";

/** As many as a queue can hold: `user_pool.capacity` goes no further. */
const WHOLE_QUEUE = 1_000;
/** Long enough for the refill that follows; a policy that is taken back has its items offered again. */
const COOLDOWN_SECONDS = 60;

/** Two round trips, and one when nothing was refused. Returns what is left in the queues, for a refill to go on from. */
export async function dropRefused(call: FeedCall, pools: PoolReplica): Promise<UserLevel> {
  const { ports, key, policy, nowMs } = call;
  const nowSeconds = toSeconds(nowMs);
  const user = await ports.users.peek(key, {
    nowSeconds,
    limits: { popularity: WHOLE_QUEUE, freshness: WHOLE_QUEUE },
    candidates: NO_CODES,
    policy,
  });
  const { waiting, levels, cursors } = user;
  const allows = policyAllows(call, pools);
  // What only newer pools than these can name is not gone: another isolate queued it.
  const behind = newestVersion(user) > pools.manifest.version;
  const refused = (code: ItemCodes): boolean =>
    !allows(code) && !(behind && pools.indexOf(code) === undefined);
  const refusedOf = (codes: ItemCodes): ItemCodes =>
    joinCodes(...[...eachCode(codes)].filter(refused));
  const popularity = refusedOf(waiting.popularity);
  const freshness = refusedOf(waiting.freshness);
  const codes = joinCodes(popularity, freshness);
  if (codes !== NO_CODES) {
    await ports.users.mark(key, {
      nowSeconds,
      codes,
      as: "cooldown",
      policy: { ...policy, cooldownSeconds: COOLDOWN_SECONDS },
    });
  }
  return {
    levels: {
      popularity: levels.popularity - codeCount(popularity),
      freshness: levels.freshness - codeCount(freshness),
    },
    cursors,
    refillGranted: true,
  };
}
