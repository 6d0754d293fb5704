import type { Rung } from "../../pipeline/ladder.ts";
import type { LeasedPage } from "../leased-pages.ts";
import type { PageItem, PageState, PageRequest } from "../page-state.ts";
import { pageItems } from "./page-items.ts";

/** The page that was set aside behind the previous answer: in this isolate's memory, no round trip away. */
export const setAsidePage: Rung<PageRequest, PageState, PageItem> = {
  name: "set_aside_page",
  skips: ({ page, personalisation }) => page?.idempotent === true || !personalisation.personalised,
  find({ ports, key, page, nowMs }, state) {
    const leased = ports.leasedPages.claim(key, state.want, page?.token, nowMs);
    return leased === undefined ? undefined : servedFromMemory(state, leased);
  },
};

export function servedFromMemory(state: PageState, leased: LeasedPage): readonly PageItem[] {
  state.tier = "l1";
  state.poolsVersion = leased.poolsVersion;
  state.leased = leased;
  return pageItems(leased.page);
}
