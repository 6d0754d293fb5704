/**
 * What the ledger reads and writes about one user: synchronous, because both of its homes are (a Map, and
 * the SQLite of a Durable Object). Whoever calls the ledger provides the atomicity: one call, one
 * transaction.
 */
import type { BloomLayer } from "./watched-filter.ts";
import type { DatedQueue } from "./dated-queue.ts";
import type { ItemCodes } from "../domain/item-code.ts";
import type { Cursors, PageCodes } from "./user-store.ts";

/** A page set aside for one client; its items are in no queue. */
export interface Lease {
  readonly token: string;
  readonly untilSeconds: number;
  readonly popularity: ItemCodes;
  readonly freshness: ItemCodes;
  /** Expiry of the entries, kept so that a returned page does not live longer than it would have. */
  readonly popularityExpiresAtSeconds: number;
  readonly freshnessExpiresAtSeconds: number;
}

/** The part that every take reads and writes. */
export interface QueueRecord {
  readonly popularity: DatedQueue;
  readonly freshness: DatedQueue;
  readonly lease?: Lease | undefined;
  readonly cursors: Cursors;
  /** A refill is under way until then. */
  readonly refillUntilSeconds: number;
}

/** A page that was served: the cooldown of its items, and the answer to a retry. */
export interface ServedPage {
  readonly token: string;
  readonly expiresAtSeconds: number;
  readonly page: PageCodes;
}

export interface WatchedRecord {
  /** The last watched items, exactly, oldest first. */
  readonly recent: ItemCodes;
  readonly layers: readonly BloomLayer[];
}

export interface UserRecords {
  readQueues(): QueueRecord | undefined;
  writeQueues(record: QueueRecord): void;
  appendServed(page: ServedPage): void;
  /** Served pages, newest first, at most `limit`. */
  readServed(limit: number): readonly ServedPage[];
  /** The page of this name among the newest `lookback`. */
  findServed(token: string, lookback: number): ServedPage | undefined;
  /** Drops pages that expire at `nowSeconds` or before. */
  dropServed(nowSeconds: number): void;
  /** Removes and returns the oldest page. */
  shiftServed(): ServedPage | undefined;
  readWatched(): WatchedRecord | undefined;
  writeWatched(record: WatchedRecord): void;
  erase(): void;
}
