/** Profiles, shown videos and feedback that say only what a test is about. */
import type { ItemId } from "../../src/domain/ids.ts";
import {
  type FeedbackType,
  type Profile,
  type ShownVideo,
  UNKNOWN_PROFILE,
} from "../../src/profiles/profile.ts";
import type { AppliedEvent, Feedback, ProfileChange } from "../../src/profiles/profile-store.ts";

export const NOW_MS = 1_800_000_000_000;

export const aVideoId = (name: string | number): ItemId => `video-${name}` as ItemId;

export const aShownVideo = (changes: Partial<ShownVideo> = {}): ShownVideo => ({
  video: aVideoId("a"),
  title: "A title",
  channelTitle: "A channel",
  channelId: "channel-a",
  categoryName: "Music",
  durationSeconds: 100,
  valueKey: "11111|0|1|music|rock",
  ...changes,
});

export const shownVideos = (count: number, from = 0): readonly ShownVideo[] =>
  Array.from({ length: count }, (_, index) => aShownVideo({ video: aVideoId(from + index) }));

export const aProfile = (changes: Partial<Profile> = {}): Profile => ({
  ...UNKNOWN_PROFILE,
  ...changes,
});

export const feedback = (
  type: FeedbackType,
  changes: Partial<Feedback> = {},
): ProfileChange & { readonly kind: "feedback" } => ({
  kind: "feedback",
  feedback: { video: aVideoId("a"), type, atMs: NOW_MS, ...changes },
});

/** A like of the item `a`, of the category music, that nobody has applied yet. */
export const anEvent = (id: string, changes: Partial<AppliedEvent> = {}): AppliedEvent => ({
  id,
  type: "like",
  item: aVideoId("a"),
  atMs: NOW_MS,
  weight: 5,
  facts: { tags: ["rock"], creator: "A band", category: "music", price: 10 },
  ...changes,
});

export const events = (
  ...list: readonly AppliedEvent[]
): ProfileChange & { readonly kind: "events" } => ({ kind: "events", events: list });
