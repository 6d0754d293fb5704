/**
 * The port for one user's state: two queues of prepared items, what was served, what was watched.
 *
 * Every method is one atomic step on one user and one round trip. Time comes in as an argument, in whole
 * seconds. A method throws only when the store cannot answer; every other outcome is in its result. All
 * methods are safe to repeat with the same arguments: a repeated `token` finds the page it made.
 */
import type { ItemCodes } from "../domain/item-code.ts";
import type { TenantId, UserId } from "../domain/ids.ts";
import type { UserPolicy } from "./user-policy.ts";

export interface UserKey {
  readonly tenant: TenantId;
  readonly user: UserId;
}

/** One page, by source; each part in the order in which it is to be served. */
export interface PageCodes {
  readonly popularity: ItemCodes;
  readonly freshness: ItemCodes;
  readonly fallback: ItemCodes;
}

/** How many items of each feed a page wants. */
export interface Want {
  readonly popularity: number;
  readonly freshness: number;
  /** A feed that is short is made up from the other one. */
  readonly carryOver: boolean;
}

/** Unexpired items waiting in each queue. */
export interface Levels {
  readonly popularity: number;
  readonly freshness: number;
}

/** Where a user's refill goes on reading: a position in the walk over one version of the global pools. */
export interface Cursor {
  /** Version of the pools that the position belongs to; 0 when nothing was read yet. */
  readonly version: number;
  readonly position: number;
  /** Length of the walk in that version: `position / total` is the share already read. */
  readonly total: number;
  /** When the walk starts again at the top. */
  readonly untilSeconds: number;
}

export interface Cursors {
  readonly popularity: Cursor;
  readonly freshness: Cursor;
}

/** What every operation says of the user afterwards. */
export interface UserLevel {
  readonly levels: Levels;
  readonly cursors: Cursors;
  /** True for exactly one caller when a feed is low: that caller starts the refill. */
  readonly refillGranted: boolean;
}

export interface TakeRequest {
  readonly nowSeconds: number;
  /** Names the page, at most 32 characters of base64url. The same token finds the same page again. */
  readonly token: string;
  /** How many served pages to search for the token: 0 for a token made just now. */
  readonly lookback: number;
  readonly want: Want;
  readonly policy: UserPolicy;
}

export interface TakeResult extends UserLevel {
  /**
   * `taken`: the page is this request's; its items left the queues and their cooldown began.
   * `repeated`: the token's page was served before; nothing changed.
   * `short`: fewer items than wanted are waiting; nothing was taken.
   */
  readonly outcome: "taken" | "repeated" | "short";
  readonly page: PageCodes;
}

export interface RefillRequest {
  readonly nowSeconds: number;
  /** In the order in which they should be tried. `fallback` serves this page only, it is not queued. */
  readonly candidates: PageCodes;
  /** Items that each queue may hold afterwards: 9,999 at most. */
  readonly capacity: Levels;
  /** Where the candidates start; the stored cursor becomes this plus the candidates examined. */
  readonly cursors: Cursors;
  /**
   * Where the walks stand when all candidates were examined: further on than their number where policy refused what
   * lay between them. A queue that is full before that leaves the cursor by what was examined, so that nothing is
   * passed over.
   */
  readonly readTo?: Levels;
  /** Take a page in the same step, whole or not. */
  readonly take?: { readonly token: string; readonly want: Want };
  readonly policy: UserPolicy;
}

export interface RefillResult extends UserLevel {
  /** Candidates added to each queue: new and unseen. */
  readonly added: Levels;
  /** Candidates looked at before the queue was full. */
  readonly examined: Levels;
  /** Candidates refused because they are queued, leased, cooling down or recently watched. */
  readonly known: number;
  /** Candidates refused by the watched filter. */
  readonly watched: number;
  readonly page: PageCodes;
}

export interface LeaseRequest {
  readonly nowSeconds: number;
  /** A leased page that has been served: its cooldown begins, whatever became of the lease. */
  readonly commit?: { readonly token: string; readonly page: PageCodes };
  /** The page to set aside. Only a whole page is leased. */
  readonly next?: { readonly token: string; readonly want: Want; readonly untilSeconds: number };
  readonly policy: UserPolicy;
}

/** One user's part of a batch of leases. */
export interface LeaseEntry {
  readonly key: UserKey;
  readonly request: LeaseRequest;
}

export interface LeaseResult extends UserLevel {
  /** `leased`: the page is set aside until `untilSeconds`. `held`: another lease is out. */
  readonly outcome: "leased" | "held" | "short" | "none";
  readonly page: PageCodes;
}

/** Looks at what waits for the user without taking it. */
export interface PeekRequest {
  readonly nowSeconds: number;
  /** Items wanted from the head of each queue, at most. */
  readonly limits: Levels;
  /** Items from elsewhere, 500 at most, to be checked against what the user has had. */
  readonly candidates: ItemCodes;
  /**
   * Peeks of this user allowed within one second of `nowSeconds`; the store counts them, and may forget when it
   * restarts. Without it this peek is not counted.
   */
  readonly perSecond?: number;
  readonly policy: UserPolicy;
}

export interface PeekResult extends UserLevel {
  /** `refused`: more than `perSecond`; everything else of the result is empty then, and nothing but the count changed. */
  readonly outcome: "peeked" | "refused";
  /** Unexpired items at the head of each queue, in the order in which `take` would serve them. They stay there. */
  readonly waiting: Pick<PageCodes, "popularity" | "freshness">;
  /** Of the candidates: those served within the cooldown, or set aside by a lease. */
  readonly cooling: ItemCodes;
  /** Of the candidates: those watched. */
  readonly watched: ItemCodes;
  /** The last items the user watched, oldest first, 64 at most. */
  readonly recentlyWatched: ItemCodes;
  /** False when the store holds nothing of this user. */
  readonly known: boolean;
}

export interface MarkRequest {
  readonly nowSeconds: number;
  readonly codes: ItemCodes;
  /** `watched` hides for at least 30 days, `cooldown` for the policy's cooldown. */
  readonly as: "watched" | "cooldown";
  readonly policy: UserPolicy;
}

/** One part of a batch of marks. */
export interface MarkEntry {
  readonly key: UserKey;
  readonly request: MarkRequest;
}

export interface WatchedLayer {
  readonly ratedItems: number;
  readonly items: number;
  readonly sizeBytes: number;
  readonly openedAtSeconds: number;
}

export interface UserStats {
  /** False when the store holds nothing of this user. */
  readonly known: boolean;
  /** Items whose entry has at least 1 % of its life left. */
  readonly valid: Levels;
  readonly cursors: Cursors;
  readonly coolingDown: number;
  readonly recentlyWatched: number;
  readonly watchedLayers: readonly WatchedLayer[];
  /** Payload held for this user, keys and store overhead not counted. */
  readonly sizeBytes: number;
}

export interface UserStore {
  /** Removes a whole page from the queues and starts its cooldown, or takes nothing. */
  take(key: UserKey, request: TakeRequest): Promise<TakeResult>;
  /** Offers candidates to the queues, keeping what is new and unseen, up to the capacity. */
  refill(key: UserKey, request: RefillRequest): Promise<RefillResult>;
  /**
   * Commits a served lease and sets the next page aside; an expired lease returns to its queues. Leases happen behind
   * answers, so they come in batches: as few round trips as can be, each entry atomic, the batch not.
   */
  lease(entries: readonly LeaseEntry[]): Promise<readonly LeaseResult[]>;
  /** Reads the heads of the queues and checks candidates. Takes nothing; may grant a refill. */
  peek(key: UserKey, request: PeekRequest): Promise<PeekResult>;
  /** Hides items: they leave the queues at once. Returns how many were waiting there. */
  mark(key: UserKey, request: MarkRequest): Promise<number>;
  /**
   * Marks of many users, those of one user in their order: as few round trips and commits as can be, each entry atomic,
   * the batch not. Results are in the order of the entries.
   */
  markAll(entries: readonly MarkEntry[]): Promise<readonly number[]>;
  stats(key: UserKey, nowSeconds: number, policy: UserPolicy): Promise<UserStats>;
  /** Removes everything held about the user. */
  forget(key: UserKey): Promise<void>;
}

/** Must answer while the store is reachable; throws otherwise. For readiness checks. */
export interface Probe {
  ping(): Promise<void>;
}
