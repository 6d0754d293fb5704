import { isOutage } from "../../domain/failure.ts";
import { eachCode, type ItemCodes } from "../../domain/item-code.ts";
import type { Rung } from "../../pipeline/ladder.ts";
import { isPersonal } from "../cursor.ts";
import { toSeconds } from "../../platform/clock.ts";
import {
  type FoundItem,
  noteNoUserState,
  type RankedRequest,
  type RankedState,
} from "../ranked-state.ts";

/**
 * The rest of the slate that the cursor carries, in its order. User state is asked only what was watched since. For a
 * user who gets no personal feed any more, the same items come in the tenant's own order: by popularity.
 */
export const slateRest: Rung<RankedRequest, RankedState, FoundItem> = {
  name: "slate_rest",
  skips: ({ cursor }) => cursor === undefined,
  async find(request, state) {
    const { ports, key, policy, nowMs, cursor, background, personalisation } = request;
    if (cursor === undefined) return undefined;
    const rest = Array.from(eachCode(cursor.rest), (code) => ({ code, source: "slate" }) as const);
    const personal = isPersonal(cursor.kind);
    if (personal && !personalisation.personalised) {
      const rank = (code: ItemCodes): number => state.pools?.indexOf(code) ?? Infinity;
      return rest.toSorted((a, b) => rank(a.code) - rank(b.code) || 0);
    }
    if (personal) {
      try {
        state.user = await ports.users.peek(key, {
          nowSeconds: toSeconds(nowMs),
          limits: { popularity: 0, freshness: 0 },
          candidates: cursor.rest,
          policy,
        });
        for (const code of eachCode(state.user.cooling)) state.cooling.add(code);
      } catch (error) {
        if (!isOutage(error)) throw error;
        noteNoUserState(state);
        background.run("outage", () => Promise.reject(error));
      }
    }
    // Its slate was made without user state, whatever answers by now: what is shown must cool down once it is back.
    if (state.kind === "fallback") noteNoUserState(state);
    return rest;
  },
};
