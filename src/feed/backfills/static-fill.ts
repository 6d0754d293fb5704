import type { Backfill } from "../../pipeline/stages.ts";
import type { PageItem, PageRequest, PageState, ServedItem } from "../page-state.ts";
import { staticPage } from "../sources/static-page.ts";

/** User state gave a page whose items nothing at hand can name: the static list stands in for it. */
export const staticFill: Backfill<PageRequest, PageState, PageItem, ServedItem> = {
  name: "static_fill",
  missing: (_request, { pools, found, want }) =>
    pools === undefined && found > 0 ? want.popularity + want.freshness : 0,
  async find(request, state) {
    return (await staticPage.find(request, state)) ?? [];
  },
};
