/** Profiles in memory: for tests. */
import type { UserKey } from "../users/user-store.ts";
import type { ShownVideo } from "./profile.ts";
import { ProfileDesk } from "./profile-desk.ts";
import type {
  AppliedChange,
  OpenedProfile,
  OpenRequest,
  ProfileChange,
  ProfileStore,
  Revised,
  WarmUpLease,
} from "./profile-store.ts";

export class MemoryProfileStore implements ProfileStore {
  readonly #desks = new Map<string, ProfileDesk>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async open(key: UserKey, request: OpenRequest): Promise<OpenedProfile> {
    return this.#desk(key).open(key, request, this.#nowMs());
  }

  async apply(key: UserKey, holder: string, change: ProfileChange): Promise<AppliedChange> {
    return this.#desk(key).apply(key, holder, change, this.#nowMs());
  }

  async noteShown(key: UserKey, videos: readonly ShownVideo[]): Promise<Revised> {
    return this.#desk(key).noteShown(key, videos, this.#nowMs());
  }

  async beginWarmUp(key: UserKey, owner: string): Promise<WarmUpLease> {
    return this.#desk(key).beginWarmUp(key, owner, this.#nowMs());
  }

  async endWarmUp(key: UserKey, fencing: number, outcome: "warmed" | "failed"): Promise<boolean> {
    return this.#desk(key).endWarmUp(fencing, outcome, this.#nowMs());
  }

  async forget(key: UserKey): Promise<void> {
    this.#desk(key).forget();
  }

  #desk({ tenant, user }: UserKey): ProfileDesk {
    const name = `${tenant}/${user}`;
    const known = this.#desks.get(name);
    if (known !== undefined) return known;
    const desk = new ProfileDesk({ profile: undefined, desk: undefined }, this.#nowMs());
    this.#desks.set(name, desk);
    return desk;
  }
}
