import type { Backfill } from "../../pipeline/stages.ts";
import { toSeconds } from "../../platform/clock.ts";
import { tokenOf } from "../../platform/token.ts";
import type { PageItem, PageState, ServedItem, PageRequest } from "../page-state.ts";
import { pageItems } from "../sources/page-items.ts";
import { wantOf } from "../blend.ts";
import { dropRefused } from "../drop-refused.ts";
import { refillAndTake } from "../refill-user.ts";
import { stepOf } from "../user-refills.ts";

/** A retry finds its page among the last 64. */
const LOOKBACK_PAGES = 64;

/**
 * Makes up for items that policy took out of a page after they were queued: as many more from the queues, once nothing
 * else in them is refused. Its token follows from the page's, so that a retry gets the same items again.
 */
export const queueTopUp: Backfill<PageRequest, PageState, PageItem, ServedItem> = {
  name: "queue_top_up",
  missing: (_request, { tier, found, pools }, selected) =>
    pools !== undefined && (tier === "l1" || tier === "l2") ? found - selected.length : 0,
  async find(request, { leased, token, pools }, _selected, missing) {
    if (pools === undefined) return [];
    const { ports, key, policy, nowMs, recType, config, page } = request;
    await dropRefused(request, pools);
    const take = {
      token: tokenOf(`${leased?.token ?? token}:top-up`),
      want: wantOf(recType, missing, config.mix.popularity),
    };
    const taken = await ports.users.take(key, {
      ...take,
      nowSeconds: toSeconds(nowMs),
      lookback: page === undefined ? 0 : LOOKBACK_PAGES,
      policy,
    });
    if (taken.outcome !== "short") return pageItems(taken.page);
    return pageItems((await refillAndTake(stepOf(request, pools), taken, take)).page);
  },
};
