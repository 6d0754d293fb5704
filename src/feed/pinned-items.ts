import { type ItemCodes, joinCodes, NO_CODES } from "../domain/item-code.ts";
import type { RankedState } from "./ranked-state.ts";

/** Items that are pinned now, in the order of their rules. A pin of an item that the pools lack is none. */
export const pinnedCodes = ({ pools, rules }: Pick<RankedState, "pools" | "rules">): ItemCodes =>
  pools === undefined
    ? NO_CODES
    : joinCodes(...rules.pins.map(({ index }) => pools.codeAtIndex(index)));
