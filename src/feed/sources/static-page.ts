import type { Rung } from "../../pipeline/ladder.ts";
import { policyAllows } from "../compiled-rules.ts";
import type { PageItem, PageState, PageRequest } from "../page-state.ts";
import { replicaPage } from "../replica-page.ts";
import { pageItems } from "./page-items.ts";

/** The last resort: the list of safe items that the last refresh left in KV, judged by today's policy once more. */
export const staticPage: Rung<PageRequest, PageState, PageItem> = {
  name: "static_page",
  skips: ({ personalisation }, { degraded }) =>
    personalisation.personalised && degraded === undefined,
  async find(request, state) {
    const { ports, key, nowMs, background } = request;
    const pools = await ports.staticLists.find(key.tenant, nowMs, background);
    state.tier = "static";
    if (pools === undefined) {
      state.degraded = "no_pools";
      return undefined;
    }
    state.degraded = "static_list";
    state.pools = pools;
    const served = ports.outages.served(key);
    const page = replicaPage(
      pools,
      key.user,
      state.want,
      state.token,
      served,
      policyAllows(request, pools),
    );
    return pageItems(page);
  },
  fell({ background }, state, error) {
    state.tier = "static";
    state.degraded = "no_pools";
    background.run("static-list", () => Promise.reject(error));
  },
};
