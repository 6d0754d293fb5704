import type { Rung } from "../../pipeline/ladder.ts";
import type { Eventually } from "../../pipeline/stages.ts";
import { isConfirmed } from "../confirm-set-aside.ts";
import type { LeasedPage } from "../leased-pages.ts";
import type { PageItem, PageState, PageRequest } from "../page-state.ts";
import { pageItems } from "./page-items.ts";

/** The page that was set aside behind the previous answer: in this isolate's memory, no round trip away. */
export const setAsidePage: Rung<PageRequest, PageState, PageItem> = {
  name: "set_aside_page",
  skips: ({ page, personalisation }) => page?.idempotent === true || !personalisation.personalised,
  find(request, state) {
    const { ports, key, page, nowMs } = request;
    const leased = ports.leasedPages.claim(key, state.want, page?.token, nowMs);
    return leased && ifConfirmed(request, state, leased);
  },
};

/**
 * Undefined when the page is not confirmed: then user state is asked for it by its name, and gives it without what the
 * user has watched since.
 */
export function ifConfirmed(
  request: PageRequest,
  state: PageState,
  leased: LeasedPage,
): Eventually<readonly PageItem[] | undefined> {
  const serve = (confirmed: boolean): readonly PageItem[] | undefined => {
    if (confirmed) return servedFromMemory(state, leased);
    state.token = leased.token;
    return undefined;
  };
  const confirmed = isConfirmed(request, leased);
  return confirmed instanceof Promise ? confirmed.then(serve) : serve(confirmed);
}

function servedFromMemory(state: PageState, leased: LeasedPage): readonly PageItem[] {
  state.tier = "l1";
  state.poolsVersion = leased.poolsVersion;
  state.leased = leased;
  return pageItems(leased.page);
}
