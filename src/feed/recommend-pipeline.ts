/** `/recommend`: a page of the user's own queues, blended and never repeated. */
import { ladder } from "../pipeline/ladder.ts";
import { definePipeline } from "../pipeline/pipeline.ts";
import { queueTopUp } from "./backfills/queue-top-up.ts";
import { staticFill } from "./backfills/static-fill.ts";
import { policyFilter } from "./filters/policy-filter.ts";
import { namedItems } from "./hydrators/named-items.ts";
import {
  type NamedItem,
  type PageItem,
  type PageState,
  pageStateHydrator,
  type ServedItem,
  type PageRequest,
} from "./page-state.ts";
import { queueOrder } from "./scorers/queue-order.ts";
import { blendSelector } from "./selectors/blend-selector.ts";
import { setNextPageAside } from "./side-effects/set-next-page-aside.ts";
import { latePage } from "./sources/late-page.ts";
import { poolPage } from "./sources/pool-page.ts";
import { setAsidePage } from "./sources/set-aside-page.ts";
import { staticPage } from "./sources/static-page.ts";
import { userQueues } from "./sources/user-queues.ts";

export const recommendPipeline = definePipeline<
  PageRequest,
  PageState,
  PageItem,
  NamedItem,
  ServedItem
>({
  name: "recommend",
  queryHydrator: pageStateHydrator,
  sources: [ladder("page", [setAsidePage, userQueues, latePage, poolPage, staticPage])],
  hydrator: namedItems,
  filters: [policyFilter],
  scorer: queueOrder,
  selector: blendSelector,
  backfills: [staticFill, queueTopUp],
  sideEffects: [setNextPageAside],
});
