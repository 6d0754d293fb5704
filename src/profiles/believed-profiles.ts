/**
 * Users as this isolate knows them. A version that it may believe is had without a round trip, and asked for again by
 * its number alone; the profile itself is fetched when an answer must be made of it. A change is acknowledged when no
 * other isolate believes the version before it.
 *
 * Every request makes its own calls: in workerd a promise of one request must not be awaited by another.
 */
import { isOutage } from "../domain/failure.ts";
import type { Eventually } from "../pipeline/stages.ts";
import type { UserKey } from "../users/user-store.ts";
import { applyChange } from "./apply-change.ts";
import { HeldProfiles } from "./held-profiles.ts";
import {
  isSince,
  type KnownProfile,
  type KnownVersion,
  lastKnown,
  NOTHING_KNOWN,
} from "./known-profile.ts";
import { noteShown } from "./note-shown.ts";
import { type ShownVideo, UNKNOWN_PROFILE } from "./profile.ts";
import type {
  AppliedChange,
  OpenedProfile,
  OpenRequest,
  ProfileChange,
  ProfileStore,
  WarmUpLease,
} from "./profile-store.ts";

/**
 * Versions are 360 bytes each in memory. So many others are not asked for within one round trip to the store, which
 * ends after 1.5 s: what a change made known here is not pushed out before an older answer comes late.
 */
const VERSIONS_LIMIT = 20_000;
/** Of the isolate's 128 MB. */
const PROFILES_BYTES = 20_000_000;

export interface ProfileCall extends Pick<OpenRequest, "refresh" | "answerLifeMs"> {
  readonly nowMs: number;
  /** See `OpenRequest.asks`; written only when the store is asked. */
  readonly asks?: () => string | undefined;
}

interface Belief {
  /** What is answered while it is believed. */
  readonly known: KnownVersion;
  readonly untilMs: number;
  /** Counts acknowledged changes: an older answer of the store that arrives late is known by it. */
  readonly changes: number;
}

export interface BelievedProfilesPorts {
  readonly store: ProfileStore;
  /** Names this isolate to the store. */
  readonly holder: string;
  readonly pause: (ms: number) => Promise<void>;
  /** Of profiles in memory. */
  readonly profilesBytes?: number;
}

export class BelievedProfiles {
  readonly #ports: BelievedProfilesPorts;
  /** Asked for or changed the longest ago first. */
  readonly #beliefs = new Map<string, Belief>();
  readonly #held: HeldProfiles;

  constructor(ports: BelievedProfilesPorts) {
    this.#ports = ports;
    this.#held = new HeldProfiles(ports.profilesBytes ?? PROFILES_BYTES);
  }

  /** Synchronous while the version is believed and no refresh is asked for. Throws for no outage. */
  open(key: UserKey, call: ProfileCall): Eventually<KnownVersion> {
    const belief = this.#beliefs.get(nameOf(key));
    if (belief !== undefined && call.refresh === undefined && call.nowMs < belief.untilMs) {
      return belief.known;
    }
    return this.#ask(key, call, belief);
  }

  /**
   * The profile at the version that `open` told, or a later one. Synchronous while it is in memory, and when the store
   * did not answer `open`: it is not asked again. Throws for no outage.
   */
  profile(key: UserKey, seen: KnownVersion, nowMs: number): Eventually<KnownProfile> {
    const held = this.#held.find(nameOf(key));
    if (seen.state !== "current") return lastKnown(seen, held);
    if (!isSince(held, seen.revision)) return this.#fetch(key, seen, nowMs);
    return { version: held.version, profile: held.profile, state: "current" };
  }

  /** Resolves when the next request anywhere sees the change; throws when the store does not answer. */
  async apply(key: UserKey, change: ProfileChange): Promise<AppliedChange> {
    const applied = await this.tell(key, change);
    if (applied.settledInMs > 0) await this.#ports.pause(applied.settledInMs);
    return applied;
  }

  /** As `apply`, for whoever acknowledges nothing: other isolates may believe the version before for another second. */
  async tell(key: UserKey, change: ProfileChange): Promise<AppliedChange> {
    const { store, holder } = this.#ports;
    const applied = await store.apply(key, holder, change);
    this.#learnOf(key, change, applied);
    return applied;
  }

  /** This isolate knows at once, whatever becomes of the round trip. */
  async noteShown(key: UserKey, videos: readonly ShownVideo[]): Promise<void> {
    if (videos.length === 0) return;
    const name = nameOf(key);
    const before = this.#held.find(name);
    if (before !== undefined) {
      this.#held.keep(name, { ...before, profile: noteShown(before.profile, videos) });
    }
    const { revisionBefore, revision } = await this.#ports.store.noteShown(key, videos);
    const held = this.#held.find(name);
    // A profile that was sent before the note came there may have taken the place of the one that was noted here.
    if (held?.revision === revisionBefore) {
      this.#held.keep(name, { ...held, revision, profile: noteShown(held.profile, videos) });
    }
    const belief = this.#beliefs.get(name);
    if (belief?.known.revision === revisionBefore) {
      this.#believe(name, { ...belief, known: { ...belief.known, revision } });
    }
  }

  beginWarmUp(key: UserKey, owner: string): Promise<WarmUpLease> {
    return this.#ports.store.beginWarmUp(key, owner);
  }

  endWarmUp(key: UserKey, fencing: number, outcome: "warmed" | "failed"): Promise<boolean> {
    return this.#ports.store.endWarmUp(key, fencing, outcome);
  }

  /** Other isolates may know the user for another second. */
  async forget(key: UserKey): Promise<void> {
    await this.#ports.store.forget(key);
    this.#beliefs.delete(nameOf(key));
    this.#held.drop(nameOf(key));
  }

  async #ask(key: UserKey, call: ProfileCall, asked: Belief | undefined): Promise<KnownVersion> {
    const { nowMs, refresh, answerLifeMs } = call;
    const asks = call.asks?.();
    let opened: OpenedProfile;
    try {
      opened = await this.#ports.store.open(key, {
        holder: this.#ports.holder,
        ...this.#knownOf(key, asked, refresh !== undefined),
        ...(refresh === undefined ? {} : { refresh }),
        ...(answerLifeMs === undefined ? {} : { answerLifeMs }),
        ...(asks === undefined ? {} : { asks }),
      });
    } catch (error) {
      if (!isOutage(error)) throw error;
      const last = this.#beliefs.get(nameOf(key)) ?? asked;
      return last === undefined ? NOTHING_KNOWN : { ...last.known, state: "stale" };
    }
    const { known } = this.#learn(key, opened, asked, nowMs);
    if (refresh === undefined) return known;
    const { refreshGranted, refreshAfterSeconds, refreshedVersion } = opened;
    return { ...known, refreshGranted, refreshAfterSeconds, refreshedVersion };
  }

  /** What a question names as known. A refresh makes an answer: the profile must be the one of this moment. */
  #knownOf(
    key: UserKey,
    asked: Belief | undefined,
    makes: boolean,
  ): Pick<OpenRequest, "knownVersion" | "knownRevision"> {
    if (asked === undefined) return {};
    if (!makes) return { knownVersion: asked.known.version };
    const held = this.#held.find(nameOf(key));
    if (held?.revision === undefined) return {};
    return { knownVersion: held.version, knownRevision: held.revision };
  }

  async #fetch(key: UserKey, seen: KnownVersion, nowMs: number): Promise<KnownProfile> {
    const { store, holder } = this.#ports;
    const name = nameOf(key);
    const asked = this.#beliefs.get(name);
    let opened: OpenedProfile;
    try {
      opened = await store.open(key, { holder });
    } catch (error) {
      if (!isOutage(error)) throw error;
      return lastKnown(seen, this.#held.find(name));
    }
    this.#learn(key, opened, asked, nowMs);
    const held = this.#held.find(name);
    // More became known while the store answered.
    if (isSince(held, opened.revision)) {
      return { version: held.version, profile: held.profile, state: "current" };
    }
    const profile = opened.profile ?? UNKNOWN_PROFILE;
    return { version: opened.version, profile, state: "current" };
  }

  /** What the answer of the store makes known; a change acknowledged since the question stands above it. */
  #learn(key: UserKey, opened: OpenedProfile, asked: Belief | undefined, sentMs: number): Belief {
    const name = nameOf(key);
    const { version, revision, profile, asks, believeForMs } = opened;
    const current = this.#beliefs.get(name);
    const changes = current?.changes ?? 0;
    const older = current !== undefined && version < current.known.version;
    // A version of 0 is older than any, and newer where the user was forgotten elsewhere.
    if (older && (version > 0 || changes !== (asked?.changes ?? 0))) return current;
    const same = current?.known.version === version;
    const belief: Belief = {
      known: {
        version,
        revision: same ? Math.max(revision, current.known.revision) : revision,
        state: "current",
        asks,
        refreshGranted: false,
        refreshAfterSeconds: 0,
      },
      // From before the question was sent: the store counts from when it came, which is later.
      untilMs: sentMs + believeForMs,
      changes,
    };
    this.#believe(name, belief);
    if (profile !== undefined) {
      const held = this.#held.find(name);
      // What is held at the same revision may know besides what is being noted as shown.
      if (held?.version !== version || !isSince(held, revision)) {
        this.#held.keep(name, { version, revision, profile, sent: true });
      }
    }
    return belief;
  }

  #learnOf(key: UserKey, change: ProfileChange, applied: AppliedChange): void {
    const { version, revision, revisionBefore } = applied;
    // There was nothing to touch, or nothing new.
    if (revision === revisionBefore) return;
    const name = nameOf(key);
    const belief = this.#beliefs.get(name);
    const changes = (belief?.changes ?? 0) + 1;
    if (belief !== undefined && belief.known.version >= version) {
      this.#believe(name, { ...belief, changes });
      return;
    }
    const held = this.#held.find(name);
    const exact = held?.revision === revisionBefore;
    this.#held.keep(name, {
      version,
      revision: exact ? revision : undefined,
      profile: applyChange(held?.profile ?? UNKNOWN_PROFILE, change).profile,
      sent: held?.sent ?? false,
    });
    const known = { ...(belief?.known ?? NOTHING_KNOWN), version, revision };
    // Whoever changes it next, elsewhere, waits for this belief as for the one before.
    const untilMs = belief?.untilMs ?? 0;
    this.#believe(name, { known: { ...known, state: "current" }, untilMs, changes });
  }

  #believe(name: string, belief: Belief): void {
    this.#beliefs.delete(name);
    this.#beliefs.set(name, belief);
    if (this.#beliefs.size <= VERSIONS_LIMIT) return;
    const [oldest] = this.#beliefs.keys();
    if (oldest !== undefined) this.#beliefs.delete(oldest);
  }
}

const nameOf = ({ tenant, user }: UserKey): string => `${tenant}/${user}`;
