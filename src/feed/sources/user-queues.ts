import { joinCodes, NO_CODES } from "../../domain/item-code.ts";
import type { Rung } from "../../pipeline/ladder.ts";
import { toSeconds } from "../../platform/clock.ts";
import type { PageCodes } from "../../users/user-store.ts";
import type { PageItem, PageState, PageRequest } from "../page-state.ts";
import { settleOutage } from "../settle-outage.ts";
import { refillAndTake, refillUser } from "../refill-user.ts";
import { isLow, newestVersion, poolsIfAny, refillBehind, stepOf } from "../user-refills.ts";
import { pageItems } from "./page-items.ts";

/** Served pages searched for the token of a retry: far more than a client has under way. */
const LOOKBACK_PAGES = 64;

/** Takes a page from the user's queues in one round trip; refills them in line and takes in a second when they are short. */
export const userQueues: Rung<PageRequest, PageState, PageItem> = {
  name: "user_queues",
  skips: ({ personalisation }) => !personalisation.personalised,
  async find(request, state) {
    request.ports.leaseDesk.recall(request.ports.users, request.key);
    await settleOutage(request);
    const page = await takePage(request, state);
    return isEmpty(page) ? undefined : pageItems(page);
  },
  fell({ background }, state, error) {
    state.degraded = "user_state_unavailable";
    background.run("outage", () => Promise.reject(error));
  },
};

async function takePage(request: PageRequest, state: PageState): Promise<PageCodes> {
  const { ports, key, policy, background, page } = request;
  const { token, want } = state;
  const taken = await ports.users.take(key, {
    nowSeconds: toSeconds(request.nowMs),
    token,
    lookback: page === undefined ? 0 : LOOKBACK_PAGES,
    want,
    policy,
  });
  state.poolsVersion = newestVersion(taken);
  if (taken.outcome !== "short") {
    if (taken.refillGranted) background.run("refill", () => refillBehind(request, taken));
    return taken.page;
  }
  const current = await poolsIfAny(request);
  if (current === undefined) {
    state.degraded = "no_pools";
    return taken.page;
  }
  const step = stepOf(request, current.pools);
  const refilled = await refillAndTake(step, taken, { token, want });
  if (isLow(refilled.levels, policy)) background.run("refill", () => refillUser(step, refilled));
  state.poolsVersion = newestVersion(refilled);
  return refilled.page;
}

const isEmpty = ({ popularity, freshness, fallback }: PageCodes): boolean =>
  joinCodes(popularity, freshness, fallback) === NO_CODES;
