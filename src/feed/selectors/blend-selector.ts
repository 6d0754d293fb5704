import type { Selector } from "../../pipeline/stages.ts";
import type { PageState, ServedItem, PageRequest } from "../page-state.ts";
import { blend } from "../blend.ts";

/** Interleaves popularity and freshness in the ratio of the page; the fallback comes last. All are selected. */
export const blendSelector: Selector<PageRequest, PageState, ServedItem> = {
  name: "blend",
  select: (_request, _state, served) => ({ selected: blend(served), reserve: [] }),
};
