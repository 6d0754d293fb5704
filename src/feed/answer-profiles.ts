/** What answers need of profiles: who the user is, as far as this isolate may believe it, and what they were shown. */
import type { Eventually } from "../pipeline/stages.ts";
import type { Profile, ShownVideo } from "../profiles/profile.ts";
import type { WarmUpLease } from "../profiles/profile-store.ts";
import type { UserKey } from "../users/user-store.ts";

/** A version, and what goes with it: enough for an answer that is kept. */
export interface SeenVersion {
  /** Grows with whatever changes the next answer. */
  readonly version: number;
  /** Grows with what was shown, too. */
  readonly revision: number;
  /** `stale`: the store does not answer, and this is the last known; `missing`: nothing is known. */
  readonly state: "current" | "stale" | "missing";
  /** What the user asked last; see `video-asks.ts`. */
  readonly asks?: string | undefined;
  /** Only where a refresh was asked for, and never while the store does not answer. */
  readonly refreshGranted: boolean;
  readonly refreshAfterSeconds: number;
  /** The version before the refresh, where one was granted. */
  readonly refreshedVersion?: number | undefined;
}

/** `missing`: nothing is known, the profile is empty. */
export interface SeenProfile extends Pick<SeenVersion, "version" | "state"> {
  readonly profile: Profile;
}

export interface ProfileCall {
  readonly nowMs: number;
  readonly answerLifeMs?: number;
  readonly asks?: () => string | undefined;
  readonly refresh?: { readonly perMinute: number };
}

export interface AnswerProfiles {
  /** Synchronous while the version is believed and no refresh is asked for. Throws for no outage. */
  open(key: UserKey, call: ProfileCall): Eventually<SeenVersion>;
  /** What answers are made of: the profile at that version, or a later one. Throws for no outage. */
  profile(key: UserKey, seen: SeenVersion, nowMs: number): Eventually<SeenProfile>;
  /** This isolate knows at once. */
  noteShown(key: UserKey, videos: readonly ShownVideo[]): Promise<void>;
  beginWarmUp(key: UserKey, owner: string): Promise<WarmUpLease>;
  endWarmUp(key: UserKey, fencing: number, outcome: "warmed" | "failed"): Promise<boolean>;
}
