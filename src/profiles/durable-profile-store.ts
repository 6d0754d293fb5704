/** Profiles in Durable Objects, one object a user: what changes a profile is serial, and has no neighbours. */
import { FailureError } from "../domain/failure.ts";
import type { TenantId } from "../domain/ids.ts";
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
  apply(
    key: UserKey,
    holder: string,
    change: ProfileChange,
    idleDays?: OpenRequest["idleDays"],
  ): Promise<AppliedChange>;
  noteShown(key: UserKey, videos: readonly ShownVideo[]): Promise<Revised>;
  beginWarmUp(key: UserKey, owner: string): Promise<WarmUpLease>;
  endWarmUp(fencing: number, outcome: "warmed" | "failed"): Promise<boolean>;
  forget(): Promise<void>;
  /** What is stored, as it is; asking is no use of the profile. */
  rows(): { readonly profile: string | undefined; readonly desk: string | undefined };
  /** Takes a stored record in where there is none; false where there is one. */
  restore(key: UserKey, record: string): Promise<boolean>;
}

export type ProfileNamespace = DurableObjectNamespace<ProfileKeeper & Rpc.DurableObjectBranded>;

/** The object of one user. */
export const profileKeeper = (namespace: ProfileNamespace, { tenant, user }: UserKey) =>
  namespace.get(namespace.idFromName(`${tenant}/${user}`));

/** Ends no call itself: a guard keeps the deadline (`guarded-profile-store.ts`). */
export class DurableProfileStore implements ProfileStore {
  readonly #namespace: ProfileNamespace;
  readonly #idleDaysOf: (tenant: TenantId) => OpenRequest["idleDays"];

  /** `idleDaysOf`: undefined where the tenant is not known at the moment. */
  constructor(
    namespace: ProfileNamespace,
    idleDaysOf: (tenant: TenantId) => OpenRequest["idleDays"] = () => undefined,
  ) {
    this.#namespace = namespace;
    this.#idleDaysOf = idleDaysOf;
  }

  async open(key: UserKey, request: OpenRequest): Promise<OpenedProfile> {
    const idleDays = this.#idleDaysOf(key.tenant);
    const whole = idleDays === undefined ? request : { ...request, idleDays };
    // The types of RPC make a list of every tuple.
    return ask(async () => (await this.#keeper(key).open(key, whole)) as unknown as OpenedProfile);
  }

  async apply(key: UserKey, holder: string, change: ProfileChange): Promise<AppliedChange> {
    const idleDays = this.#idleDaysOf(key.tenant);
    return ask(async () => this.#keeper(key).apply(key, holder, change, idleDays));
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

  #keeper(key: UserKey) {
    return profileKeeper(this.#namespace, key);
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
