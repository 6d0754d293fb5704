/**
 * The port for users' profiles. Each user is one atomic unit with a version: it grows with whatever changes the next
 * answer (feedback, personality, a refresh, something watched elsewhere), and is part of the key of every cached answer. A
 * revision grows besides with what was shown, which changes no answer that is kept already. Both are 0 for a user
 * whom nothing is known of, and never come back once they were used: they follow the clock.
 *
 * A method throws `PROFILES_UNAVAILABLE` when the store does not answer.
 */
import type { ItemId } from "../domain/ids.ts";
import type { UserKey } from "../users/user-store.ts";
import type { Demographics, DemographicsChange } from "./demographics.ts";
import type { FeedbackType, Personality, Profile, ShownVideo, Trait } from "./profile.ts";
import type { DeedType, LikesSummary, TastedItem } from "./taste.ts";

/** One interaction as system D's clients report it. Numbers in seconds. */
export interface Feedback {
  /** Taught once, as events are. Absent: each counts. */
  readonly id?: string;
  readonly video: ItemId;
  readonly type: FeedbackType;
  readonly watchSeconds?: number;
  readonly totalSeconds?: number;
  readonly interactions?: number;
  readonly secondsToClick?: number;
  /** For a video that was never shown by us. */
  readonly title?: string;
  readonly channelTitle?: string;
  readonly categoryName?: string;
  readonly atMs: number;
  /** What the deed counts for in the user's taste; 0 when absent. */
  readonly weight?: number;
  /** Absent when nothing is known of the item but what it was shown with. */
  readonly facts?: TastedItem;
}

/** One event, with what its tenant and the catalogue say of it. */
export interface AppliedEvent {
  /** Applied once, as long as it is among the last 1,024. */
  readonly id: string;
  readonly type: DeedType;
  readonly item: ItemId;
  readonly atMs: number;
  /** Negative for what the user does not want. */
  readonly weight: number;
  readonly watchSeconds?: number;
  readonly totalSeconds?: number;
  readonly title?: string;
  /** Absent when the catalogue does not know the item. */
  readonly facts?: TastedItem;
}

export type ProfileChange =
  | { readonly kind: "feedback"; readonly feedback: Feedback }
  /** In any order; what was applied before changes nothing. */
  | { readonly kind: "events"; readonly events: readonly AppliedEvent[] }
  | { readonly kind: "demographics"; readonly demographics: DemographicsChange }
  /** What the liked items have in common by today's catalogue. */
  | { readonly kind: "likes"; readonly summary: LikesSummary }
  | {
      readonly kind: "personality";
      readonly personality: Personality;
      /** Traits that nobody assessed: they count as 50. */
      readonly assumed?: readonly Trait[];
    }
  /** Something the profile does not hold has changed for this user: only the version grows. */
  | { readonly kind: "touch" };

export interface OpenRequest {
  /** Names this isolate: its own beliefs are its own to correct. */
  readonly holder: string;
  /** With it the profile is sent only when it is another one. */
  readonly knownVersion?: number;
  /** With it the profile is sent, too, when more was shown since. */
  readonly knownRevision?: number;
  /** The user asks for a refresh; it is granted `perMinute` times a minute. */
  readonly refresh?: { readonly perMinute: number };
  /**
   * The life of an answer: users who keep coming are warmed up before theirs ends. Absent when no answer is asked
   * for: then this is no visit.
   */
  readonly answerLifeMs?: number;
  /**
   * What is asked for, as `ASKS_LIMIT` characters at most that only the asker reads: a warm-up makes what the user
   * asked last. Absent: nothing to remember.
   */
  readonly asks?: string;
  /** After so many days without a use the user is forgotten; null: never. Absent: what was said last holds. */
  readonly idleDays?: number | null;
}

export const ASKS_LIMIT = 200;

export interface OpenedProfile {
  readonly version: number;
  readonly revision: number;
  /** Absent when `knownVersion` is the version, and `knownRevision`, where given, the revision. */
  readonly profile?: Profile;
  /**
   * The version may be believed for this long without asking again: a change is acknowledged only when the beliefs
   * of all other isolates have ended, so that an acknowledged change is seen by the next request anywhere.
   */
  readonly believeForMs: number;
  readonly refreshGranted: boolean;
  /** The version before a refresh that was granted: its answer is the last good one should no other be made. */
  readonly refreshedVersion?: number;
  /** When the next refresh would be granted. */
  readonly refreshAfterSeconds: number;
  /** What the user asked last; absent when nobody said. */
  readonly asks?: string;
}

/** What feedback taught: `after = before + 0.1 × (reward − before)`. */
export interface Taught {
  readonly valueKey: string;
  readonly reward: number;
  readonly before: number;
  readonly after: number;
}

/** Which revision became which: who held the one before holds the new one after the same change. */
export interface Revised {
  readonly revisionBefore: number;
  readonly revision: number;
}

export interface AppliedChange extends Revised {
  readonly version: number;
  /** Absent when the change is no feedback, or when nothing is known of its video. */
  readonly taught?: Taught;
  /** Of events alone: who caused them, as far as they said. */
  readonly demographics?: Demographics;
  /** The change may be acknowledged after this long: until then other isolates may believe the version before. */
  readonly settledInMs: number;
}

export type WarmUpLease =
  | { readonly granted: true; readonly fencing: number; readonly untilMs: number }
  /** Somebody else is warming up until then. */
  | { readonly granted: false; readonly untilMs: number };

export interface ProfileStore {
  open(key: UserKey, request: OpenRequest): Promise<OpenedProfile>;
  apply(key: UserKey, holder: string, change: ProfileChange): Promise<AppliedChange>;
  /** Notes what an answer shows, in its order. The version stays, the revision grows unless all of it is noted. */
  noteShown(key: UserKey, videos: readonly ShownVideo[]): Promise<Revised>;
  /** A lease of 2 minutes: many sign-ins at once cost one warm-up. The same owner is granted the same lease again. */
  beginWarmUp(key: UserKey, owner: string): Promise<WarmUpLease>;
  /** True while the fencing token is still that of the lease. Releases it, after success and after failure. */
  endWarmUp(key: UserKey, fencing: number, outcome: "warmed" | "failed"): Promise<boolean>;
  forget(key: UserKey): Promise<void>;
}
