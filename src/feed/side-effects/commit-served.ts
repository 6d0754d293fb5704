import { joinCodes, NO_CODES } from "../../domain/item-code.ts";
import type { SideEffect } from "../../pipeline/stages.ts";
import { randomToken, tokenOf } from "../../platform/token.ts";
import { toSeconds } from "../../platform/clock.ts";
import type { RankedRequest, RankedState, ScoredItem } from "../ranked-state.ts";
import { refillBehind } from "../user-refills.ts";

/** Starts the cooldown of the items that were shown, and takes them out of the user's queues. */
export const commitServed: SideEffect<RankedRequest, RankedState, ScoredItem> = {
  name: "commit_served",
  run(request, { kind, slate, degraded, user, cooling }, selected) {
    if (selected.length === 0 || request.explained) return;
    const { ports, key, policy, nowMs, background, cursor } = request;
    if (degraded === "user_state_unavailable") {
      ports.outages.add(key, joinCodes(...selected.map(({ code }) => code)));
      return;
    }
    if (kind === "default" || kind === "fallback" || user === undefined) return;
    ports.justServed.add(
      key,
      selected.map(({ id }) => id),
      nowMs,
    );
    // What is shown again while it cools down, a pin or the last resort, is remembered already: once more for every
    // refresh would overfill the cooldown, and what falls out of it is hidden for a month.
    const fresh = selected.filter(({ code }) => !cooling.has(code));
    if (fresh.length === 0) return;
    const codes = joinCodes(...fresh.map(({ code }) => code));
    // The page of a cursor has one name, however often it is asked for.
    const token =
      cursor === undefined ? randomToken() : tokenOf(`${slate}:${cursor.served}:${codes}`);
    ports.leaseDesk.bring(ports.users, background, {
      key,
      request: {
        nowSeconds: toSeconds(nowMs),
        commit: { token, page: { popularity: NO_CODES, freshness: NO_CODES, fallback: codes } },
        policy,
      },
      async settled({ levels, cursors, refillGranted }, carrier) {
        if (!refillGranted) return;
        await refillBehind({ ...request, background: carrier }, { levels, cursors, refillGranted });
      },
    });
  },
};
