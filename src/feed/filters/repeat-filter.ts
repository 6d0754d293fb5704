import type { Filter } from "../../pipeline/stages.ts";
import type { RankedItem, RankedRequest, RankedState } from "../ranked-state.ts";

/** Removes an item that an earlier source brought already. */
export const repeatFilter: Filter<RankedRequest, RankedState, RankedItem> = {
  name: "repeat_filter",
  judge() {
    const seen = new Set<string>();
    // By id and not by code: ids live as long as the pools, so that each is hashed once.
    return ({ id = "" }) => {
      if (seen.has(id)) return "repeated";
      seen.add(id);
      return undefined;
    };
  },
};
