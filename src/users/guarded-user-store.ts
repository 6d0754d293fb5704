/** User state behind a guard: a store that is down is asked no more until a probe finds it back. */
import type { Guard } from "../platform/guard.ts";
import type { UserPolicy } from "./user-policy.ts";
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

export class GuardedUserStore implements UserStore, Probe {
  readonly #store: UserStore & Probe;
  readonly #guard: Guard;

  constructor(store: UserStore & Probe, guard: Guard) {
    this.#store = store;
    this.#guard = guard;
  }

  take(key: UserKey, request: TakeRequest): Promise<TakeResult> {
    return this.#guard.call(() => this.#store.take(key, request));
  }

  refill(key: UserKey, request: RefillRequest): Promise<RefillResult> {
    return this.#guard.call(() => this.#store.refill(key, request));
  }

  /** A lost commit serves a page again, and an open circuit outlasts the retries of a lease: it is not refused. */
  lease(entries: readonly LeaseEntry[]): Promise<readonly LeaseResult[]> {
    return this.#guard.insist(() => this.#store.lease(entries));
  }

  peek(key: UserKey, request: PeekRequest): Promise<PeekResult> {
    return this.#guard.call(() => this.#store.peek(key, request));
  }

  mark(key: UserKey, request: MarkRequest): Promise<number> {
    return this.#guard.call(() => this.#store.mark(key, request));
  }

  markAll(entries: readonly MarkEntry[]): Promise<readonly number[]> {
    return this.#guard.call(() => this.#store.markAll(entries));
  }

  stats(key: UserKey, nowSeconds: number, policy: UserPolicy): Promise<UserStats> {
    return this.#guard.call(() => this.#store.stats(key, nowSeconds, policy));
  }

  forget(key: UserKey): Promise<void> {
    return this.#guard.call(() => this.#store.forget(key));
  }

  ping(): Promise<void> {
    return this.#guard.call(() => this.#store.ping());
  }
}
