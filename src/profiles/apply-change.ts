/** What a change makes of a profile. Pure: the same profile and change give the same profile anywhere. */
import type { ItemId } from "../domain/ids.ts";
import { completionOf, learn, rewardOf, valueKeyOf, valueOf } from "./learned-values.ts";
import { type Profile, type ShownVideo, TRAITS, type Watched } from "./profile.ts";
import type { Feedback, ProfileChange, Taught } from "./profile-store.ts";

/** As many rows as system D kept. */
export const HISTORY_LIMIT = 150;
/** Of liked and of disliked videos, each. */
export const OPINIONS_LIMIT = 500;
/** Of a video that was never shown, nobody told us: neither low nor high. */
const UNKNOWN_ENGAGEMENT = 0.5;

export interface ChangedProfile {
  readonly profile: Profile;
  readonly taught?: Taught;
}

export function applyChange(profile: Profile, change: ProfileChange): ChangedProfile {
  switch (change.kind) {
    case "touch":
      return { profile };
    case "personality": {
      const { personality, assumed = [] } = change;
      for (const trait of TRAITS) assertTrait(personality[trait]);
      const { assumed: _, ...rest } = profile;
      return {
        profile: { ...rest, personality, ...(assumed.length === 0 ? {} : { assumed }) },
      };
    }
    case "feedback":
      return applyFeedback(profile, change.feedback);
  }
}

/** Whole numbers from 0 to 100; whoever takes them from a client has checked them before. */
function assertTrait(value: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= 100) return;
  throw new RangeError("a trait is a whole number from 0 to 100");
}

function applyFeedback(profile: Profile, feedback: Feedback): ChangedProfile {
  const shown = profile.shown.find(({ video }) => video === feedback.video);
  const completion = completionOf(
    feedback.watchSeconds,
    feedback.totalSeconds ?? knownLength(shown),
  );
  const opinions = { ...profile, ...opinionsAfter(profile, feedback) };
  const changed =
    feedback.type === "watch"
      ? { ...opinions, history: historyAfter(profile, feedback, shown, completion) }
      : opinions;
  const valueKey = shown?.valueKey ?? hintedKey(profile, feedback);
  if (valueKey === undefined) return { profile: changed };
  const reward = rewardOf(feedback.type, completion);
  const learned = learn(profile.learned, valueKey, reward);
  return {
    profile: { ...changed, learned },
    taught: {
      valueKey,
      reward,
      before: valueOf(profile.learned, valueKey),
      after: valueOf(learned, valueKey),
    },
  };
}

const knownLength = (shown: ShownVideo | undefined): number | undefined =>
  shown === undefined || shown.durationSeconds <= 0 ? undefined : shown.durationSeconds;

/**
 * Of a video that we did not show there is only what the request says of it. Without a category it is valued under no
 * key: system D took "Entertainment" then, and taught what nobody had been shown.
 */
function hintedKey(profile: Profile, feedback: Feedback): string | undefined {
  const { categoryName, totalSeconds = 0 } = feedback;
  if (categoryName === undefined || categoryName.trim() === "") return undefined;
  return valueKeyOf(profile.personality, {
    durationSeconds: totalSeconds,
    engagement: UNKNOWN_ENGAGEMENT,
    categoryName,
    theme: undefined,
  });
}

/** A like takes a dislike back, and the other way round; whoever likes twice likes once. */
function opinionsAfter(
  { liked, disliked }: Profile,
  { type, video }: Feedback,
): Pick<Profile, "liked" | "disliked"> {
  switch (type) {
    case "like":
      return { liked: withFirst(liked, video), disliked: without(disliked, video) };
    case "dislike":
      return { liked: without(liked, video), disliked: withFirst(disliked, video) };
    case "watch":
    case "skip":
    case "share":
    case "comment":
      return { liked, disliked };
  }
}

const without = (videos: readonly ItemId[], video: ItemId): readonly ItemId[] =>
  videos.includes(video) ? videos.filter((other) => other !== video) : videos;

const withFirst = (videos: readonly ItemId[], video: ItemId): readonly ItemId[] =>
  [video, ...without(videos, video)].slice(0, OPINIONS_LIMIT);

/** One row a video: what a later report does not say is as the earlier one said. */
function historyAfter(
  { history }: Profile,
  feedback: Feedback,
  shown: ShownVideo | undefined,
  completion: number | undefined,
): readonly Watched[] {
  const { video, atMs } = feedback;
  const earlier = history.find((row) => row.video === video);
  const row: Watched = {
    video,
    title: feedback.title ?? shown?.title ?? earlier?.title ?? "",
    channelTitle: feedback.channelTitle ?? shown?.channelTitle ?? earlier?.channelTitle ?? "",
    channelId: shown?.channelId ?? earlier?.channelId ?? "",
    categoryName: feedback.categoryName ?? shown?.categoryName ?? earlier?.categoryName ?? "",
    watchSeconds: feedback.watchSeconds ?? earlier?.watchSeconds ?? 0,
    completion: completion ?? earlier?.completion,
    atMs,
  };
  return [row, ...history.filter((other) => other.video !== video)].slice(0, HISTORY_LIMIT);
}
