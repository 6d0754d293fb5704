/** What an isolate knows of a user, and how far that may be believed. */
import type { HeldProfile } from "./held-profiles.ts";
import { type Profile, UNKNOWN_PROFILE } from "./profile.ts";

export interface KnownVersion {
  /** 0 when nothing is known of the user. */
  readonly version: number;
  readonly revision: number;
  /** `stale`: the store does not answer, and this is the last that was known here; `missing`: nothing was. */
  readonly state: "current" | "stale" | "missing";
  /** What the user asked last. */
  readonly asks?: string | undefined;
  readonly refreshGranted: boolean;
  readonly refreshAfterSeconds: number;
  /** The version before the refresh, where one was granted. */
  readonly refreshedVersion?: number | undefined;
}

export interface KnownProfile {
  readonly version: number;
  readonly profile: Profile;
  /**
   * `stale`: the store does not answer, and this is the last that was known here. `missing`: it does not answer, and
   * nothing was known but what this isolate was told itself.
   */
  readonly state: "current" | "stale" | "missing";
}

export const NOTHING_KNOWN: KnownVersion = {
  version: 0,
  revision: 0,
  state: "missing",
  refreshGranted: false,
  refreshAfterSeconds: 0,
};

/** Revisions grow with versions, too. */
export const isSince = (
  held: HeldProfile | undefined,
  revision: number,
): held is HeldProfile & { readonly revision: number } =>
  held?.revision !== undefined && held.revision >= revision;

export const lastKnown = (seen: KnownVersion, held: HeldProfile | undefined): KnownProfile =>
  held === undefined
    ? { version: seen.version, profile: UNKNOWN_PROFILE, state: "missing" }
    : {
        version: held.version,
        profile: held.profile,
        state: held.sent ? "stale" : "missing",
      };
