import { hash32 } from "../../domain/hash.ts";
import { eachCode, type ItemCodes } from "../../domain/item-code.ts";
import type { Backfill } from "../../pipeline/stages.ts";
import { toSeconds } from "../../platform/clock.ts";
import type { PoolReplica } from "../../pools/pool-replica.ts";
import { FALLBACK_WALK } from "../../pools/walk.ts";
import { drawAllowed } from "../allowed-candidates.ts";
import { policyAllows } from "../compiled-rules.ts";
import type { FoundItem, RankedRequest, RankedState, ScoredItem } from "../ranked-state.ts";
import type { Cap } from "../rules/compile-rules.ts";
import { PageCaps } from "../selectors/page-caps.ts";

/** Popular items looked at for one page: user state checks 500 at most. */
const LOOKED_AT = 400;

/**
 * Makes up a first page for a user who has had nearly everything: popular items that the page's caps leave room for,
 * first those not served lately. What the user has watched does not come back.
 */
export const poolFill: Backfill<RankedRequest, RankedState, FoundItem, ScoredItem> = {
  name: "pool_fill",
  missing: ({ limit, cursor }, { user, refused }, selected) =>
    cursor === undefined && user !== undefined && !refused ? limit - selected.length : 0,
  async find(request, state, selected, missing) {
    const { pools, slate } = state;
    if (pools === undefined) return [];
    const { ports, key, policy, nowMs } = request;
    const chosen = new Set<string>(selected.map(({ code }) => code));
    const allows = policyAllows(request, pools);
    const drawn = drawAllowed(
      FALLBACK_WALK,
      pools,
      { chance: hash32(slate), reach: LOOKED_AT },
      LOOKED_AT,
      key.user,
      (code) => !chosen.has(code) && allows(code),
    );
    const { watched, cooling } = await ports.users.peek(key, {
      nowSeconds: toSeconds(nowMs),
      limits: { popularity: 0, freshness: 0 },
      candidates: drawn,
      policy,
    });
    const gone = new Set<string>(eachCode(watched));
    const late = new Set<string>(eachCode(cooling));
    const here = ports.justServed.of(key, nowMs);
    const lately = (code: ItemCodes): boolean => {
      const id = here && pools.resolve(code);
      return late.has(code) || (id !== undefined && here?.has(id) === true);
    };
    const open = [...eachCode(drawn)].filter((code) => !gone.has(code));
    const ranked = [...open.filter((code) => !lately(code)), ...open.filter(lately)];
    for (const code of late) state.cooling.add(code);
    return withinCaps(state.rules.caps, pools, selected, ranked)
      .slice(0, missing)
      .map((code) => ({ code, source: "fallback" }));
  },
};

/** Those that may stand on one page with what was selected, in their order. */
function withinCaps(
  caps: readonly Cap[],
  pools: PoolReplica,
  selected: readonly ScoredItem[],
  codes: readonly ItemCodes[],
): readonly ItemCodes[] {
  if (caps.length === 0) return codes;
  const page = new PageCaps(caps, pools.facts);
  for (const { index } of selected) page.add(index);
  return codes.filter((code) => {
    const index = pools.indexOf(code);
    if (index === undefined || page.refuses(index)) return false;
    page.add(index);
    return true;
  });
}
