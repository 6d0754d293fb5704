import type { Rung } from "../../pipeline/ladder.ts";
import type { PageItem, PageState, PageRequest } from "../page-state.ts";
import { ifConfirmed } from "./set-aside-page.ts";
import { userQueues } from "./user-queues.ts";

/** How long an empty page waits for a lease that is on its way: a few round trips. */
const TURNS = 10;
const TURN_MS = 10;

/** The last items of a feed may be set aside here, for a page of another size, or be on their way: waits, briefly. */
export const latePage: Rung<PageRequest, PageState, PageItem> = {
  name: "late_page",
  skips: ({ personalisation }, { degraded }) =>
    !personalisation.personalised || degraded === "user_state_unavailable",
  async find(request, state) {
    const { ports, key, nowMs } = request;
    for (let turn = 0; turn < TURNS && ports.leaseDesk.carries(key); turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, TURN_MS));
    }
    const late = ports.leasedPages.claimAny(key, nowMs);
    if (late === undefined) return undefined;
    return (await ifConfirmed(request, state, late)) ?? userQueues.find(request, state);
  },
  fell(request, state, error) {
    userQueues.fell?.(request, state, error);
  },
};
