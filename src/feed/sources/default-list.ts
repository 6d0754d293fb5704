import { eachCode, type ItemCodes } from "../../domain/item-code.ts";
import { WINDOWS } from "../../domain/slices.ts";
import type { Rung } from "../../pipeline/ladder.ts";
import { toSeconds } from "../../platform/clock.ts";
import type { PoolReplica } from "../../pools/pool-replica.ts";
import { policyAllows } from "../compiled-rules.ts";
import { pinnedCodes } from "../pinned-items.ts";
import type { FoundItem, RankedRequest, RankedState } from "../ranked-state.ts";

/** Allowed items that the list is made of, and items looked at to find them. */
const CANDIDATES = 200;
const LOOKED_AT = 5_000;

/** The tenant's own list, the same for everybody: the most popular and the newest items that policy allows. */
export const defaultList: Rung<RankedRequest, RankedState, FoundItem> = {
  name: "default_list",
  find(request, state) {
    const { pools } = state;
    if (pools === undefined) return undefined;
    if (refreshedTooOften(request)) {
      state.refused = true;
      return [];
    }
    const { ports, key, personalisation, config } = request;
    // Without user state, what this isolate served in the outage is all that is known of the user.
    const served = personalisation.personalised ? ports.outages.served(key) : new Set<string>();
    if (personalisation.personalised) state.kind = "fallback";
    const allows = policyAllows(request, pools);
    const popularity = Math.round(CANDIDATES * config.mix.popularity);
    const pins = Array.from(
      eachCode(pinnedCodes(state)),
      (code) => ({ code, source: "pin" }) as const,
    );
    return [
      ...pins,
      ...gather(byRank(pools), "popularity", popularity, (code) => !served.has(code), allows),
      ...gather(
        byAge(pools),
        "freshness",
        CANDIDATES - popularity,
        (code) => !served.has(code),
        allows,
      ),
    ];
  },
};

/** Nobody is asked for this list, so that this isolate counts alone: it is the same page again, not another one. */
const refreshedTooOften = ({
  ports,
  key,
  config,
  cursor,
  explained,
  nowMs,
}: RankedRequest): boolean =>
  cursor === undefined &&
  !explained &&
  !ports.refreshes.admits(`${key.tenant}/${key.user}`, {
    nowSeconds: toSeconds(nowMs),
    perSecond: config.rate_limits.user_refreshes_per_second,
  });

/** Reads on until `count` items are allowed; what policy refuses stays in the list, for the filter to say why. */
function gather(
  codes: Iterable<ItemCodes>,
  source: "popularity" | "freshness",
  count: number,
  unserved: (code: ItemCodes) => boolean,
  allows: (code: ItemCodes) => boolean,
): readonly FoundItem[] {
  const found: FoundItem[] = [];
  let allowed = 0;
  for (const code of codes) {
    if (allowed === count || found.length === LOOKED_AT) break;
    if (!unserved(code)) continue;
    found.push({ code, source });
    if (allows(code)) allowed += 1;
  }
  return found;
}

function* byRank(pools: PoolReplica): Generator<ItemCodes> {
  for (let index = 0; index < pools.manifest.items; index += 1) yield pools.codeAtIndex(index);
}

function* byAge(pools: PoolReplica): Generator<ItemCodes> {
  for (const window of WINDOWS) {
    for (let at = 0; at < pools.size(window); at += 1) yield pools.codeIn(window, at);
  }
}
