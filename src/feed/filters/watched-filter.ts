import { eachCode, NO_CODES } from "../../domain/item-code.ts";
import type { Filter } from "../../pipeline/stages.ts";
import type { RankedItem, RankedRequest, RankedState } from "../ranked-state.ts";

/** Removes what the user has watched or disliked, as far as user state and the profile could say. */
export const watchedFilter: Filter<RankedRequest, RankedState, RankedItem> = {
  name: "watched_filter",
  judge(_request, { user, taste }) {
    const watched = new Set<string>(eachCode(user?.watched ?? NO_CODES));
    const disliked = new Set(taste?.profile?.disliked);
    if (watched.size + disliked.size === 0) return () => undefined;
    return ({ code, id }) => {
      if (id !== undefined && disliked.has(id)) return "disliked";
      return watched.has(code) ? "watched" : undefined;
    };
  },
};
