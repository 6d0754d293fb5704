/** A page of `/recommend` in the making: what the stages of one request tell each other. */
import type { ItemId } from "../domain/ids.ts";
import type { ItemCodes } from "../domain/item-code.ts";
import type { SourceName } from "../domain/slices.ts";
import { randomToken } from "../platform/token.ts";
import type { QueryHydrator } from "../pipeline/stages.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import type { Want } from "../users/user-store.ts";
import { type RecType, wantOf } from "./blend.ts";
import { type FeedCall, noteActivity } from "./feed-call.ts";
import type { Named } from "./name-in.ts";
import type { LeasedPage } from "./leased-pages.ts";
import type { DegradedReason } from "./degradation.ts";

export interface PageRequest extends FeedCall {
  readonly recType: RecType;
  readonly count: number;
  /** Names the page: a token from an earlier answer, or one made from the client's idempotency key. */
  readonly page?: { readonly token: string; readonly idempotent: boolean };
  /** Told which items the page will have that was set aside: to fetch what else the answer will need. */
  readonly prefetch?: (ids: readonly ItemId[]) => Promise<void>;
}

/** `l1`: from this isolate's memory. `l2`: from user state. `replica`: from the pools alone. `static`: the safe list. */
export type PageTier = "l1" | "l2" | "replica" | "static";

export interface PageState {
  readonly want: Want;
  /** Names this page in user state, so that a retry finds it again. Of a page set aside that was not confirmed: its own. */
  token: string;
  readonly nextPage: string;
  /** The user asked for a page a moment ago: the next one is worth setting aside. */
  readonly scrolling: boolean;
  tier: PageTier;
  degraded?: DegradedReason;
  /** The newest pools that the page may name. */
  poolsVersion: number;
  /** What names the items. */
  pools?: PoolReplica;
  /** The page from memory that is being served. */
  leased?: LeasedPage;
  /** Items found, before any was removed. */
  found: number;
}

/** An item of a page, as the sources know it. */
export interface PageItem {
  readonly code: ItemCodes;
  readonly source: SourceName;
}

export type NamedItem = Named<PageItem>;

export interface ServedItem extends NamedItem {
  readonly index: number;
  readonly id: ItemId;
}

export const pageStateHydrator: QueryHydrator<PageRequest, PageState> = {
  name: "page_state",
  hydrate(request) {
    const { ports, key, nowMs, recType, count, page, config } = request;
    noteActivity(request);
    return {
      want: wantOf(recType, count, config.mix.popularity),
      token: page?.token ?? randomToken(),
      nextPage: randomToken(),
      scrolling: ports.leasedPages.note(key, nowMs) || page?.idempotent === false,
      tier: "l2",
      poolsVersion: 0,
      found: 0,
    };
  },
};
