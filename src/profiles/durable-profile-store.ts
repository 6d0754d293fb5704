/** Profiles in Durable Objects, one object a user: what changes a profile is serial, and has no neighbours. */
import { FailureError } from "../domain/failure.ts";
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

/** What a profile object answers over RPC: the store's operations. */
export interface ProfileKeeper {
  open(key: UserKey, request: OpenRequest): Promise<OpenedProfile>;
  apply(key: UserKey, holder: string, change: ProfileChange): Promise<AppliedChange>;
  noteShown(key: UserKey, videos: readonly ShownVideo[]): Promise<Revised>;
  beginWarmUp(key: UserKey, owner: string): Promise<WarmUpLease>;
  endWarmUp(fencing: number, outcome: "warmed" | "failed"): Promise<boolean>;
  forget(): Promise<void>;
}

export type ProfileNamespace = DurableObjectNamespace<ProfileKeeper & Rpc.DurableObjectBranded>;

/** Ends no call itself: a guard keeps the deadline (`guarded-profile-store.ts`). */
export class DurableProfileStore implements ProfileStore {
  readonly #namespace: ProfileNamespace;

  constructor(namespace: ProfileNamespace) {
    this.#namespace = namespace;
  }

  async open(key: UserKey, request: OpenRequest): Promise<OpenedProfile> {
    return ask(async () => this.#keeper(key).open(key, request));
  }

  async apply(key: UserKey, holder: string, change: ProfileChange): Promise<AppliedChange> {
    return ask(async () => this.#keeper(key).apply(key, holder, change));
  }

  async noteShown(key: UserKey, videos: readonly ShownVideo[]): Promise<Revised> {
    return ask(async () => this.#keeper(key).noteShown(key, videos));
  }

  async beginWarmUp(key: UserKey, owner: string): Promise<WarmUpLease> {
    return ask(async () => this.#keeper(key).beginWarmUp(key, owner));
  }

  async endWarmUp(key: UserKey, fencing: number, outcome: "warmed" | "failed"): Promise<boolean> {
    return ask(async () => this.#keeper(key).endWarmUp(fencing, outcome));
  }

  async forget(key: UserKey): Promise<void> {
    await ask(async () => this.#keeper(key).forget());
  }

  #keeper({ tenant, user }: UserKey) {
    const namespace = this.#namespace;
    return namespace.get(namespace.idFromName(`${tenant}/${user}`));
  }
}

/** An RPC promise carries the result as a value; every way of not answering is one failure. */
async function ask<Value>(call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    throw new FailureError("PROFILES_UNAVAILABLE", "The store of profiles did not answer.", {
      cause: error,
    });
  }
}
