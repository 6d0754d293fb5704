import type { Filter } from "../../pipeline/stages.ts";
import type { RankedItem, RankedRequest, RankedState } from "../ranked-state.ts";

/**
 * Removes what this isolate served the user a moment ago: user state learns of it behind the answer, and a quick
 * second refresh may overtake that. A pin stays all the same, and so does what is there because nothing else is left.
 * Not from a default list: it is everybody's, and what it lacks would tell what one user was shown.
 */
export const servedHereFilter: Filter<RankedRequest, RankedState, RankedItem> = {
  name: "served_here_filter",
  judge({ ports, key, nowMs, cursor, personalisation }) {
    const fresh = cursor === undefined && personalisation.personalised;
    const served = fresh ? ports.justServed.of(key, nowMs) : undefined;
    if (served === undefined) return () => undefined;
    return ({ id, source }) =>
      source !== "pin" && source !== "fallback" && id !== undefined && served.has(id)
        ? "served"
        : undefined;
  },
};
