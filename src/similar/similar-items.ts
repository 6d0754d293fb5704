/** The port to what goes together, for who makes lists of it. */
import type { ItemId, TenantId, UserId } from "../domain/ids.ts";
import type { Eventually } from "../pipeline/stages.ts";
import type { Background } from "../platform/background.ts";
import type { WeighedItem } from "./item-neighbours.ts";

export interface SimilarItems {
  /** Asks which version is current behind the request, for who will read it a round trip later. Free while it is known. */
  prepare(tenant: TenantId, nowMs: number, background: Background): void;
  /**
   * The neighbours of each item, best first, 50 at most; items that nobody liked are left out. The score of an item for
   * a user is the sum of its weights over what the user likes. Undefined: nothing was computed yet. Throws an outage.
   */
  neighboursOf(
    tenant: TenantId,
    items: readonly ItemId[],
    nowMs: number,
    background: Background,
  ): Eventually<ReadonlyMap<ItemId, readonly WeighedItem[]> | undefined>;
  /**
   * What the 20 users most like this one liked, and this one had not when it was computed: best first, 100 at most.
   * The whole part of a weight says how many of them. Undefined: nothing was computed yet. Throws an outage.
   */
  byUsersLike(
    tenant: TenantId,
    user: UserId,
    nowMs: number,
    background: Background,
  ): Promise<readonly WeighedItem[] | undefined>;
}
