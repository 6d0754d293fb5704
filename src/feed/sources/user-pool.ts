import { eachCode, type ItemCodes, joinCodes } from "../../domain/item-code.ts";
import { hash32 } from "../../domain/hash.ts";
import type { Rung } from "../../pipeline/ladder.ts";
import { toSeconds } from "../../platform/clock.ts";
import { candidates, discoveries, EXPLORATION_WALK, startAt } from "../../pools/walk.ts";
import type { PoolReplica } from "../../pools/pool-replica.ts";
import type { PeekResult, UserLevel } from "../../users/user-store.ts";
import type { CandidateSource } from "../candidate.ts";
import { policyAllows } from "../compiled-rules.ts";
import { dropRefused } from "../drop-refused.ts";
import {
  type FoundItem,
  noteNoUserState,
  noteTaste,
  type RankedRequest,
  type RankedState,
} from "../ranked-state.ts";
import { pinnedCodes } from "../pinned-items.ts";
import { refillUser } from "../refill-user.ts";
import { settleOutage } from "../settle-outage.ts";
import { refillBehind, stepOf } from "../user-refills.ts";
import { userTasteOf } from "../user-taste.ts";

/** Candidates that are ranked for a page: system C's number. */
const CANDIDATES = 200;
/** Exploration draws this many candidates for each item it may show: the user has had some of them. */
const DRAWS = 4;

/** What waits in the user's own queues, pinned items, and a draw of others to explore: one round trip. */
export const userPool: Rung<RankedRequest, RankedState, FoundItem> = {
  name: "user_pool",
  // A static list cannot name what waits for the user.
  skips: ({ personalisation, cursor }, { kind }) =>
    !personalisation.personalised || cursor !== undefined || kind === "fallback",
  async find(request, state) {
    const { config, background } = request;
    const { pools } = state;
    if (request.outage !== undefined) throw request.outage;
    await settleOutage(request);
    const pins = pinnedCodes(state);
    const drawn = drawToExplore(request, state);
    const others = joinCodes(pins, drawn);
    const { user_refreshes_per_second: perSecond } = config.rate_limits;
    let user = await peek(request, others, request.explained ? undefined : perSecond);
    if (user.outcome === "refused") {
      state.refused = true;
      return [];
    }
    if (pools !== undefined && !holdsPage(request, pools, user)) {
      // Somebody waits for it: one step fills a page many times over, and the rest comes behind the answer.
      await refillUser(stepOf(request, pools), await openedUp(request, pools, user), 1);
      user = await peek(request, others);
    }
    if (user.refillGranted) background.run("refill", () => refillBehind(request, user));
    state.user = user;
    noteTaste(state, await userTasteOf(request, user));
    if (user.recentlyWatched === "") state.kind = "cold_start";
    const gone = new Set(eachCode(user.watched));
    // A pin stays on its slot until it was watched; a draw that was served lately is no discovery.
    const { cooling } = state;
    for (const code of eachCode(user.cooling)) cooling.add(code);
    return [
      ...found(pins, "pin", (code) => !gone.has(code)),
      // First, so that what waits in a queue, too, is exploration's: a page is owed its share of it.
      ...found(drawn, "exploration", (code) => !gone.has(code) && !cooling.has(code)),
      ...found(user.waiting.popularity, "popularity"),
      ...found(user.waiting.freshness, "freshness"),
    ];
  },
  fell({ background }, state, error) {
    noteNoUserState(state);
    background.run("outage", () => Promise.reject(error));
  },
};

function peek(
  { ports, key, policy, nowMs, config }: RankedRequest,
  others: ItemCodes,
  perSecond?: number,
): Promise<PeekResult> {
  const popularity = Math.round(CANDIDATES * config.mix.popularity);
  return ports.users.peek(key, {
    nowSeconds: toSeconds(nowMs),
    limits: { popularity, freshness: CANDIDATES - popularity },
    candidates: others,
    ...(perSecond === undefined ? {} : { perSecond }),
    policy,
  });
}

const waitingCodes = ({ waiting }: PeekResult): ItemCodes =>
  joinCodes(waiting.popularity, waiting.freshness);

/** Whether policy still allows a page of what waits. Looks no further than that: the filter judges them all. */
function holdsPage(request: RankedRequest, pools: PoolReplica, user: PeekResult): boolean {
  const allows = policyAllows(request, pools);
  let missing = request.limit;
  for (const code of eachCode(waitingCodes(user))) {
    if (allows(code)) missing -= 1;
    if (missing === 0) return true;
  }
  return false;
}

/** Queues that are full of what policy refuses by now have no room for anything else. */
function openedUp(
  request: RankedRequest,
  pools: PoolReplica,
  user: PeekResult,
): UserLevel | Promise<UserLevel> {
  const allows = policyAllows(request, pools);
  return [...eachCode(waitingCodes(user))].every(allows) ? user : dropRefused(request, pools);
}

function found(
  codes: ItemCodes,
  source: CandidateSource,
  keeps: (code: ItemCodes) => boolean = () => true,
): FoundItem[] {
  const items: FoundItem[] = [];
  for (const code of eachCode(codes)) if (keeps(code)) items.push({ code, source });
  return items;
}

/** What is under-exposed or trending, as far as that is known; the less popular half of the pools makes up the rest. */
function drawToExplore(request: RankedRequest, state: RankedState): ItemCodes {
  const { config, limit, key } = request;
  const { pools } = state;
  const wanted = Math.round(config.exploration.share * limit);
  if (wanted === 0 || pools === undefined) return joinCodes();
  const count = wanted * DRAWS;
  const chance = hash32(state.slate);
  const allows = policyAllows(request, pools);
  const known = [...eachCode(discoveries(pools, chance, count, key.user))].filter(allows);
  const start = startAt(EXPLORATION_WALK, pools, chance, count);
  const others = eachCode(candidates(EXPLORATION_WALK, pools, start, count, key.user));
  return joinCodes(...[...new Set([...known, ...others])].slice(0, count));
}
