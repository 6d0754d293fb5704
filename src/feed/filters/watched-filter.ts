import { eachCode } from "../../domain/item-code.ts";
import type { Filter } from "../../pipeline/stages.ts";
import type { RankedItem, RankedRequest, RankedState } from "../ranked-state.ts";

/** Removes what the user has watched, as far as user state could say. */
export const watchedFilter: Filter<RankedRequest, RankedState, RankedItem> = {
  name: "watched_filter",
  judge(_request, { user }) {
    if (user === undefined || user.watched === "") return () => undefined;
    const watched = new Set<string>(eachCode(user.watched));
    return ({ code }) => (watched.has(code) ? "watched" : undefined);
  },
};
