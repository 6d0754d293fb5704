import { joinCodes } from "../../domain/item-code.ts";
import type { Rung } from "../../pipeline/ladder.ts";
import { policyAllows } from "../compiled-rules.ts";
import type { PageItem, PageState, PageRequest } from "../page-state.ts";
import { replicaPage } from "../replica-page.ts";
import { poolsOf } from "../user-refills.ts";
import { pageItems } from "./page-items.ts";

/**
 * A page cut from the pools alone: when user state does not answer, and for users who get no feed of their own. It
 * passes over what this isolate served the user during the outage.
 */
export const poolPage: Rung<PageRequest, PageState, PageItem> = {
  name: "pool_page",
  skips: ({ personalisation }, { degraded }) =>
    personalisation.personalised && degraded !== "user_state_unavailable",
  async find(request, state) {
    const { ports, key, personalisation } = request;
    const current = await poolsOf(request);
    if (current === undefined) return undefined;
    const { pools } = current;
    const page = replicaPage(
      pools,
      key.user,
      state.want,
      state.token,
      ports.outages.served(key),
      policyAllows(request, pools),
    );
    if (personalisation.personalised) {
      ports.outages.add(key, joinCodes(page.popularity, page.freshness, page.fallback));
    }
    state.tier = "replica";
    return pageItems(page);
  },
  fell({ background }, _state, error) {
    background.run("pools", () => Promise.reject(error));
  },
};
