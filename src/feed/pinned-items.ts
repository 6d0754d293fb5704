import { type ItemCodes, joinCodes, NO_CODES } from "../domain/item-code.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import { compiledRules } from "./compiled-rules.ts";
import type { FeedCall } from "./feed-call.ts";
import { activeRules } from "./rules/active-rules.ts";

/** Items that are pinned now, in the order of their rules. A pin of an item that the pools lack is none. */
export function pinnedCodes(call: FeedCall, pools: PoolReplica | undefined): ItemCodes {
  if (pools === undefined || call.config.rules.length === 0) return NO_CODES;
  const { pins } = activeRules(compiledRules(call, pools), call.nowMs);
  return joinCodes(...pins.map(({ index }) => pools.codeAtIndex(index)));
}
