/** Profiles behind a guard: a store that is down is asked no more until a probe finds it back. */
import type { TenantId } from "../domain/ids.ts";
import type { Guard } from "../platform/guard.ts";
import type { UserKey } from "../users/user-store.ts";
import type { ShownVideo } from "./profile.ts";
import type {
  AppliedChange,
  OpenedProfile,
  OpenRequest,
  ProfileChange,
  ProfileStore,
  Revised,
  WarmUpLease,
} from "./profile-store.ts";

/**
 * Events are told by a queue, many users at once. On one machine with a disk that takes 5 ms to commit, a batch keeps its
 * users waiting for seconds: that store is slow and not down, and asking it again makes it slower.
 */
const EVENTS_DEADLINE_MS = 10_000;

export class GuardedProfileStore implements ProfileStore {
  readonly #store: ProfileStore;
  readonly #guardOf: (tenant: TenantId) => Guard;

  constructor(store: ProfileStore, guardOf: (tenant: TenantId) => Guard) {
    this.#store = store;
    this.#guardOf = guardOf;
  }

  open(key: UserKey, request: OpenRequest): Promise<OpenedProfile> {
    return this.#guardOf(key.tenant).call(() => this.#store.open(key, request));
  }

  apply(key: UserKey, holder: string, change: ProfileChange): Promise<AppliedChange> {
    const work = () => this.#store.apply(key, holder, change);
    const guard = this.#guardOf(key.tenant);
    return change.kind === "events" ? guard.call(work, EVENTS_DEADLINE_MS) : guard.call(work);
  }

  noteShown(key: UserKey, videos: readonly ShownVideo[]): Promise<Revised> {
    return this.#guardOf(key.tenant).call(() => this.#store.noteShown(key, videos));
  }

  beginWarmUp(key: UserKey, owner: string): Promise<WarmUpLease> {
    return this.#guardOf(key.tenant).call(() => this.#store.beginWarmUp(key, owner));
  }

  /** A lease that is not released keeps others waiting for two minutes: it is not refused. */
  endWarmUp(key: UserKey, fencing: number, outcome: "warmed" | "failed"): Promise<boolean> {
    return this.#guardOf(key.tenant).insist(() => this.#store.endWarmUp(key, fencing, outcome));
  }

  forget(key: UserKey): Promise<void> {
    return this.#guardOf(key.tenant).call(() => this.#store.forget(key));
  }
}
