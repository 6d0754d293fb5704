import type { Selection, Selector } from "../../pipeline/stages.ts";
import type { RankedRequest, RankedState, ScoredItem } from "../ranked-state.ts";
import { selectSlate } from "./slate-selector.ts";

/** All that the sources bring: ten pages of 20, and a cursor of 1.4 KB. */
const SLATE_SIZE = 200;

/** The rest of the slate: what the cursor will carry. */
export const LATER_PAGE = "later_page";

/** Selects a slate by the tenant's rules and cuts its first page; of a slate that a cursor brought, the next page. */
export const rankedPage: Selector<RankedRequest, RankedState, ScoredItem> = {
  name: "ranked_page",
  select(request, { pools, rules }, scored) {
    const { limit, cursor, config } = request;
    if (cursor !== undefined || pools === undefined) return cut(scored, limit, []);
    const { selected, reserve } = selectSlate(scored, {
      facts: pools.facts,
      limit,
      diversity: config.diversity,
      explorationShare: config.exploration.share,
      rules,
      pins: rules.pins,
      slateSize: SLATE_SIZE,
    });
    return cut(selected, limit, reserve);
  },
};

function cut(
  slate: readonly ScoredItem[],
  limit: number,
  passed: Selection<ScoredItem>["reserve"],
): Selection<ScoredItem> {
  const later = slate.slice(limit).map((candidate) => ({ candidate, reason: LATER_PAGE }));
  return { selected: slate.slice(0, limit), reserve: [...later, ...passed] };
}
