/** One page of a user's feed. */
import type { Served } from "./blend.ts";
import type { DegradedReason } from "./degradation.ts";
import type { PageRequest, PageTier } from "./page-state.ts";
import { recommendPipeline } from "./recommend-pipeline.ts";

export interface FeedPage {
  readonly served: readonly Served[];
  readonly tier: PageTier;
  readonly degraded?: DegradedReason;
  /** Version of the pools that named the items; 0 when the tenant has none. */
  readonly poolsVersion: number;
  readonly nextPage: string;
}

export async function recommend(request: PageRequest): Promise<FeedPage> {
  const { selected, context } = await recommendPipeline.run(request, request);
  const { tier, degraded, pools, nextPage } = context;
  return {
    served: selected,
    tier,
    poolsVersion: pools?.manifest.version ?? 0,
    nextPage,
    ...(degraded === undefined ? {} : { degraded }),
  };
}
