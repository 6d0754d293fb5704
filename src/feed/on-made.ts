import type { ItemId } from "../domain/ids.ts";
import type { FeedCall } from "./feed-call.ts";

/** Is told of an answer that was made for a user, never of one that was kept; must not wait. */
export type OnMade = (
  call: Pick<FeedCall, "key" | "nowMs" | "background">,
  items: readonly ItemId[],
  model: string,
) => void;
