import type { Scorer } from "../../pipeline/stages.ts";
import type { NamedItem, PageState, ServedItem, PageRequest } from "../page-state.ts";

/** No score: the queues hold items in the order in which they are to be served. */
export const queueOrder: Scorer<PageRequest, PageState, NamedItem, ServedItem> = {
  name: "queue_order",
  score: (_request, _state, known) => known.filter(isNamed),
};

const isNamed = (item: NamedItem): item is ServedItem =>
  item.index !== undefined && item.id !== undefined;
