/** `/v1/feed`: the user's own candidates, ranked by the tenant's rules. */
import { ladder } from "../pipeline/ladder.ts";
import { definePipeline } from "../pipeline/pipeline.ts";
import { poolFill } from "./backfills/pool-fill.ts";
import { policyFilter } from "./filters/policy-filter.ts";
import { repeatFilter } from "./filters/repeat-filter.ts";
import { servedHereFilter } from "./filters/served-here-filter.ts";
import { watchedFilter } from "./filters/watched-filter.ts";
import { rankedItems } from "./hydrators/ranked-items.ts";
import {
  type FoundItem,
  type RankedItem,
  type RankedRequest,
  type RankedState,
  rankedStateHydrator,
  type ScoredItem,
} from "./ranked-state.ts";
import { rankScorer } from "./scorers/rank-scorer.ts";
import { rankedPage } from "./selectors/ranked-page.ts";
import { commitServed } from "./side-effects/commit-served.ts";
import { defaultList } from "./sources/default-list.ts";
import { slateRest } from "./sources/slate-rest.ts";
import { userPool } from "./sources/user-pool.ts";

export const rankedPipeline = definePipeline<
  RankedRequest,
  RankedState,
  FoundItem,
  RankedItem,
  ScoredItem
>({
  name: "ranked_feed",
  queryHydrator: rankedStateHydrator,
  sources: [ladder("candidates", [slateRest, userPool, defaultList])],
  hydrator: rankedItems,
  filters: [policyFilter, watchedFilter, servedHereFilter, repeatFilter],
  scorer: rankScorer,
  selector: rankedPage,
  backfills: [poolFill],
  sideEffects: [commitServed],
});
