/** A ranked page in the making: what the stages of one `/v1/feed` request tell each other. */
import type { FailureError } from "../domain/failure.ts";
import type { ItemId } from "../domain/ids.ts";
import type { ItemCodes } from "../domain/item-code.ts";
import type { QueryHydrator } from "../pipeline/stages.ts";
import { randomToken } from "../platform/token.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import type { PeekResult } from "../users/user-store.ts";
import type { CandidateSource, ScoredCandidate } from "./candidate.ts";
import { compiledRules } from "./compiled-rules.ts";
import { type ActiveRules, activeRules, NO_RULES } from "./rules/active-rules.ts";
import type { Cursor, SlateKind } from "./cursor.ts";
import type { DegradedReason } from "./degradation.ts";
import { type FeedCall, noteActivity } from "./feed-call.ts";
import { goOnWithout } from "./go-on-without.ts";
import type { Named } from "./name-in.ts";
import { poolsIfAny } from "./user-refills.ts";
import type { UserTaste } from "./user-taste.ts";

export interface RankedRequest extends FeedCall {
  readonly limit: number;
  /** Only to be explained: nothing is served by it, so user state stays as it is. */
  readonly explained: boolean;
  /** The page asked for, when it is not the first. */
  readonly cursor?: Cursor;
  /** User state failed this request once already: it is not waited for again. */
  readonly outage?: FailureError;
}

export interface RankedState {
  /** The newest pools at hand; undefined when there are none at all. */
  readonly pools: PoolReplica | undefined;
  /** The tenant's rules that hold now, over these pools. */
  readonly rules: ActiveRules;
  kind: SlateKind;
  degraded: DegradedReason | undefined;
  /** Names the slate in tracking tokens and in user state. */
  readonly slate: string;
  /** What user state said, when it was asked. */
  user?: PeekResult;
  /** What the user's deeds say, as far as user state was asked. */
  taste?: UserTaste;
  /** Candidates that are cooling down, as far as user state was asked. */
  readonly cooling: Set<string>;
  /** More refreshes than the tenant allows. */
  refused: boolean;
}

export interface FoundItem {
  readonly code: ItemCodes;
  readonly source: CandidateSource;
}

/** An item with the pools that can name it: mostly the newest, for an old slate perhaps those it was ranked with. */
export type RankedItem = Named<FoundItem>;

export const rankedStateHydrator: QueryHydrator<RankedRequest, RankedState> = {
  name: "ranked_state",
  async hydrate(request) {
    const { ports, key, nowMs, background, personalisation, cursor } = request;
    noteActivity(request);
    const state = {
      kind: personalisation.personalised ? (cursor?.kind ?? "personalized") : "default",
      slate: cursor?.slate ?? randomToken(),
      refused: false,
      cooling: new Set<string>(),
    } as const;
    const current = await poolsIfAny(request);
    if (current !== undefined) {
      const { pools, stale } = current;
      const rules = rulesOf(request, pools);
      return { ...state, pools, rules, degraded: stale ? "pools_stale" : undefined };
    }
    const pools = await ports.staticLists
      .find(key.tenant, nowMs, background)
      .catch(goOnWithout("static-list", background));
    return {
      ...state,
      kind: "fallback",
      pools,
      rules: pools === undefined ? NO_RULES : rulesOf(request, pools),
      degraded: pools === undefined ? "no_pools" : "static_list",
    };
  },
};

const rulesOf = (request: RankedRequest, pools: PoolReplica): ActiveRules =>
  activeRules(compiledRules(request, pools), request.nowMs);

/** The page is made without user state: that says more of it than the age of the pools, and less than a static list. */
export function noteNoUserState(state: RankedState): void {
  if (state.degraded === undefined || state.degraded === "pools_stale") {
    state.degraded = "user_state_unavailable";
  }
}

/** What the user's deeds say is old, or missing: the page is ranked by the rest. */
export function noteTaste(state: RankedState, taste: UserTaste): void {
  state.taste = taste;
  if (taste.degraded) state.degraded ??= "profiles_unavailable";
}

/** An item with its score and what it is made of. */
export interface ScoredItem extends RankedItem, ScoredCandidate {
  readonly index: number;
  readonly id: ItemId;
}
