/** User state in the memory of one process: for tests, and for a deployment that is one process. */
import { peek, REFUSED_PEEK } from "./peek.ts";
import { PeekCounts } from "./peek-counts.ts";
import * as ledger from "./user-ledger.ts";
import type { UserPolicy } from "./user-policy.ts";
import type { QueueRecord, ServedPage, UserRecords, WatchedRecord } from "./user-records.ts";
import type {
  LeaseEntry,
  LeaseResult,
  MarkEntry,
  MarkRequest,
  PeekRequest,
  PeekResult,
  Probe,
  RefillRequest,
  RefillResult,
  TakeRequest,
  TakeResult,
  UserKey,
  UserStats,
  UserStore,
} from "./user-store.ts";

/** Methods are async, so that a fault rejects as it would in any other store; each runs in one turn. */
export class MemoryUserStore implements UserStore, Probe {
  readonly #users = new Map<string, MemoryUserRecords>();
  readonly #peeks = new PeekCounts();

  async take(key: UserKey, request: TakeRequest): Promise<TakeResult> {
    return ledger.take(this.#recordsOf(key), request);
  }

  async refill(key: UserKey, request: RefillRequest): Promise<RefillResult> {
    return ledger.refill(this.#recordsOf(key), request);
  }

  async lease(entries: readonly LeaseEntry[]): Promise<readonly LeaseResult[]> {
    return entries.map(({ key, request }) => ledger.lease(this.#recordsOf(key), request));
  }

  async peek(key: UserKey, request: PeekRequest): Promise<PeekResult> {
    const admitted = this.#peeks.admits(nameOf(key), request);
    return admitted ? peek(this.#recordsOf(key), request) : REFUSED_PEEK;
  }

  async mark(key: UserKey, request: MarkRequest): Promise<number> {
    return ledger.mark(this.#recordsOf(key), request);
  }

  async markAll(entries: readonly MarkEntry[]): Promise<readonly number[]> {
    return entries.map(({ key, request }) => ledger.mark(this.#recordsOf(key), request));
  }

  async stats(key: UserKey, nowSeconds: number, policy: UserPolicy): Promise<UserStats> {
    return ledger.stats(this.#recordsOf(key), nowSeconds, policy);
  }

  async forget(key: UserKey): Promise<void> {
    this.#users.delete(nameOf(key));
  }

  async ping(): Promise<void> {}

  #recordsOf(key: UserKey): MemoryUserRecords {
    const name = nameOf(key);
    const records = this.#users.get(name) ?? new MemoryUserRecords();
    this.#users.set(name, records);
    return records;
  }
}

/** Neither part can contain a slash. */
const nameOf = ({ tenant, user }: UserKey): string => `${tenant}/${user}`;

class MemoryUserRecords implements UserRecords {
  #queues: QueueRecord | undefined;
  #watched: WatchedRecord | undefined;
  /** Oldest first. */
  #served: readonly ServedPage[] = [];

  readQueues(): QueueRecord | undefined {
    return this.#queues;
  }

  writeQueues(record: QueueRecord): void {
    this.#queues = record;
  }

  appendServed(page: ServedPage): void {
    this.#served = [...this.#served, page];
  }

  findServed(token: string, lookback: number): ServedPage | undefined {
    return this.readServed(lookback).find((served) => served.token === token);
  }

  readServed(limit: number): readonly ServedPage[] {
    return limit <= 0 ? [] : this.#served.slice(-limit).toReversed();
  }

  dropServed(nowSeconds: number): void {
    this.#served = this.#served.filter((page) => page.expiresAtSeconds > nowSeconds);
  }

  shiftServed(): ServedPage | undefined {
    const [oldest, ...rest] = this.#served;
    this.#served = rest;
    return oldest;
  }

  readWatched(): WatchedRecord | undefined {
    return this.#watched;
  }

  writeWatched(record: WatchedRecord): void {
    this.#watched = record;
  }

  erase(): void {
    this.#queues = undefined;
    this.#watched = undefined;
    this.#served = [];
  }
}
