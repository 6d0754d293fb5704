/** Profiles of tests of answers: one store that always answers, in the isolate itself. */
import type { FailureError } from "../../src/domain/failure.ts";
import type {
  AnswerProfiles,
  ProfileCall,
  SeenProfile,
  SeenVersion,
} from "../../src/feed/answer-profiles.ts";
import { noteShown } from "../../src/profiles/note-shown.ts";
import type { Profile, ShownVideo } from "../../src/profiles/profile.ts";
import type { WarmUpLease } from "../../src/profiles/profile-store.ts";
import type { UserKey } from "../../src/users/user-store.ts";
import { FEED_NOW_MS } from "./feed-fixture.ts";

/** Profiles of one isolate that may believe what it holds. */
export class FakeProfiles implements AnswerProfiles {
  readonly profiles = new Map<string, Profile>();
  readonly versions = new Map<string, number>();
  readonly asks = new Map<string, string>();
  state: SeenProfile["state"] = "current";
  refreshes = Infinity;
  leases = 0;
  noted = 0;
  lease: WarmUpLease | undefined;
  /** What the store fails with. */
  away: FailureError | undefined;
  ended: string[] = [];
  /** Of a user whom nothing is known of. */
  readonly #unknown: Profile;

  constructor(unknown: Profile) {
    this.#unknown = unknown;
  }

  open(key: UserKey, { refresh, asks }: ProfileCall): SeenVersion {
    const asked = asks?.();
    if (asked !== undefined) this.asks.set(key.user, asked);
    if (refresh !== undefined) this.refreshes -= 1;
    const granted = refresh !== undefined && this.refreshes >= 0;
    const before = this.versions.get(key.user) ?? 1;
    if (granted) this.versions.set(key.user, before + 1);
    return {
      version: granted ? before + 1 : before,
      refreshedVersion: granted ? before : undefined,
      revision: 1,
      state: this.state,
      asks: this.asks.get(key.user),
      refreshGranted: granted,
      refreshAfterSeconds: granted ? 0 : 10,
    };
  }

  profile(key: UserKey, { version, state }: SeenVersion): SeenProfile {
    return { version, state, profile: this.profiles.get(key.user) ?? this.#unknown };
  }

  noteShown(key: UserKey, videos: readonly ShownVideo[]): Promise<void> {
    if (this.away !== undefined) return Promise.reject(this.away);
    this.noted += 1;
    this.profiles.set(key.user, noteShown(this.profiles.get(key.user) ?? this.#unknown, videos));
    return Promise.resolve();
  }

  beginWarmUp(): Promise<WarmUpLease> {
    if (this.away !== undefined) return Promise.reject(this.away);
    this.leases += 1;
    return Promise.resolve(
      this.lease ?? { granted: true, fencing: 1, untilMs: FEED_NOW_MS + 120_000 },
    );
  }

  endWarmUp(_key: UserKey, _fencing: number, outcome: "warmed" | "failed"): Promise<boolean> {
    this.ended.push(outcome);
    return Promise.resolve(true);
  }

  /** As feedback does: the next answer is another one. */
  change(user: string, changes: Partial<Profile>): void {
    this.profiles.set(user, { ...(this.profiles.get(user) ?? this.#unknown), ...changes });
    this.versions.set(user, (this.versions.get(user) ?? 1) + 1);
  }
}
