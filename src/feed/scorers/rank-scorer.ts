import { eachCode } from "../../domain/item-code.ts";
import type { Scorer } from "../../pipeline/stages.ts";
import { toSeconds } from "../../platform/clock.ts";
import type { PoolReplica } from "../../pools/pool-replica.ts";
import type { Profile } from "../../profiles/profile.ts";
import type { PeekResult } from "../../users/user-store.ts";
import type { ScoredCandidate } from "../candidate.ts";
import type { RankedItem, RankedRequest, RankedState, ScoredItem } from "../ranked-state.ts";
import { joinedTaste, tasteOfProfile } from "./profile-taste.ts";
import { scoreCandidates } from "./score-candidates.ts";
import { NO_TASTE, type Taste, tasteOf } from "./taste.ts";

/** Popularity, recency and affinity by the tenant's weights. A slate was scored before: it keeps its order. */
export const rankScorer: Scorer<RankedRequest, RankedState, RankedItem, ScoredItem> = {
  name: "rank_scorer",
  score(request, { pools, rules, user, taste }, known) {
    const named = known.filter(isNamed);
    if (pools === undefined) return [];
    if (request.cursor !== undefined) return named.map((item) => ({ ...item, ...UNSCORED }));
    return scoreCandidates(named, {
      facts: pools.facts,
      weights: request.config.weights,
      taste: user === undefined ? NO_TASTE : tasteFrom(user, taste?.profile, pools),
      rules,
      nowSeconds: toSeconds(request.nowMs),
    });
  },
};

type NamedItem = RankedItem & Pick<ScoredItem, "index" | "id" | "source">;

const isNamed = (item: RankedItem): item is NamedItem =>
  item.index !== undefined && item.id !== undefined;

const UNSCORED: Omit<ScoredCandidate, "index" | "source"> = {
  score: 0,
  popularity: 0,
  recency: 0,
  affinity: 0,
  boost: 1,
  buried: false,
  rules: [],
};

/**
 * User state lists what was watched oldest first; taste reads it newest first. What was disliked is hidden as if it had
 * been watched, and says nothing of what is liked.
 */
function tasteFrom(
  { recentlyWatched }: Pick<PeekResult, "recentlyWatched">,
  profile: Profile | undefined,
  pools: PoolReplica,
): Taste {
  const disliked = new Set(profile?.disliked);
  const indexes: number[] = [];
  for (const code of eachCode(recentlyWatched)) {
    const index = pools.indexOf(code);
    const id = index === undefined ? undefined : pools.idAt(index);
    if (index !== undefined && id !== undefined && !disliked.has(id)) indexes.push(index);
  }
  const watched = tasteOf(indexes.toReversed(), pools.facts);
  if (profile === undefined) return watched;
  return joinedTaste(watched, tasteOfProfile(profile.taste, pools.facts));
}
