/**
 * What deeds make of a profile, whether they came as events or as feedback on a video: opinions, history, learned
 * values and taste. Of events all but the learned values come out the same in any order; those are an average that
 * moves with each lesson as it comes.
 */
import { eachCode, type ItemCodes, itemCode, joinCodes, sliceCodes } from "../domain/item-code.ts";
import type { ItemId } from "../domain/ids.ts";
import { completionOf, learn, rewardOf, valueKeyOf, valueOf } from "./learned-values.ts";
import { type Said, withWords, type Word } from "./opinions.ts";
import {
  FEEDBACK_TYPES,
  type FeedbackType,
  type Profile,
  type ShownVideo,
  type Watched,
} from "./profile.ts";
import type { AppliedEvent, Feedback, Taught } from "./profile-store.ts";
import { APPLIED_LIMIT, type DeedType, type TastedItem, withDeeds } from "./taste.ts";

/** As many rows as system D kept. */
export const HISTORY_LIMIT = 150;
/**
 * Of an item, so much must have been watched to count as watched: who leaves a film of two hours after ten minutes
 * may want it later. What nobody knows the share of counts.
 */
const WATCHED_SHARE = 0.1;
/** Of a video that was never shown, nobody told us: neither low nor high. */
const UNKNOWN_ENGAGEMENT = 0.5;

export const countsAsWatched = (share: number | undefined): boolean =>
  share === undefined || share >= WATCHED_SHARE;

interface Deed {
  readonly type: DeedType;
  readonly item: ItemId;
  readonly atMs: number;
  readonly weight: number;
  readonly last: boolean;
  readonly watchSeconds?: number | undefined;
  readonly totalSeconds?: number | undefined;
  readonly title?: string | undefined;
  readonly channelTitle?: string | undefined;
  readonly categoryName?: string | undefined;
  readonly facts?: TastedItem | undefined;
}

export interface AppliedDeeds {
  readonly profile: Profile;
  /** By the last deed that taught anything. */
  readonly taught?: Taught;
}

/** The same profile when all of them were applied before. */
export function applyEvents(profile: Profile, events: readonly AppliedEvent[]): Profile {
  const known = new Set(eachCode(profile.taste.applied));
  const fresh: ItemCodes[] = [];
  const news = events.filter(({ id }) => {
    const code = codeOf(id);
    if (known.has(code)) return false;
    known.add(code);
    fresh.push(code);
    return true;
  });
  if (news.length === 0) return profile;
  const inTime = news.toSorted((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
  return withApplied(applyDeeds(profile, inTime.map(deedOfEvent)).profile, fresh);
}

/** The same profile when it was applied before, by its id: who missed the answer sends it again. */
export function applyFeedback(profile: Profile, feedback: Feedback): AppliedDeeds {
  const deed = {
    ...feedback,
    item: feedback.video,
    weight: feedback.weight ?? 0,
    channelTitle: feedback.channelTitle ?? feedback.facts?.creator,
    categoryName: feedback.categoryName ?? feedback.facts?.category,
    last: true,
  };
  if (feedback.id === undefined) return applyDeeds(profile, [deed]);
  const code = codeOf(feedback.id);
  if (new Set(eachCode(profile.taste.applied)).has(code)) return { profile };
  const done = applyDeeds(profile, [deed]);
  return { ...done, profile: withApplied(done.profile, [code]) };
}

/** A code is a hash of 42 bits of any id. */
const codeOf = (id: string): ItemCodes => itemCode(id as ItemId);

function withApplied(profile: Profile, codes: readonly ItemCodes[]): Profile {
  const all = joinCodes(profile.taste.applied, ...codes);
  const applied = sliceCodes(all, -APPLIED_LIMIT);
  return { ...profile, taste: { ...profile.taste, applied } };
}

const deedOfEvent = (event: AppliedEvent): Deed => ({
  ...event,
  last: false,
  channelTitle: event.facts?.creator,
  categoryName: event.facts?.category,
});

function applyDeeds(profile: Profile, deeds: readonly Deed[]): AppliedDeeds {
  const shownBy = new Map(profile.shown.map((shown) => [shown.video, shown]));
  let { history, learned } = profile;
  let taught: Taught | undefined;
  for (const deed of deeds) {
    const { type } = deed;
    const shown = shownBy.get(deed.item);
    const share = completionOf(deed.watchSeconds, deed.totalSeconds ?? knownLength(shown));
    if (type === "watch" && countsAsWatched(share)) {
      history = historyAfter(history, deed, shown, share);
    }
    const valueKey = shown?.valueKey ?? hintedKey(profile, deed);
    if (!isFeedbackType(type) || valueKey === undefined) continue;
    const reward = rewardOf(type, share);
    const before = valueOf(learned, valueKey);
    learned = learn(learned, valueKey, reward);
    taught = { valueKey, reward, before, after: valueOf(learned, valueKey) };
  }
  const taste = withDeeds(
    profile.taste,
    deeds.map(({ type, item, atMs, weight, facts }) => {
      return { type, atMs, weight, item: facts ?? shownFacts(shownBy.get(item)) };
    }),
  );
  const opinions = withWords(profile, deeds.flatMap(saidBy));
  return {
    profile: { ...profile, ...opinions, history, learned, taste },
    ...(taught === undefined ? {} : { taught }),
  };
}

const isFeedbackType = (type: DeedType): type is FeedbackType =>
  (FEEDBACK_TYPES as readonly DeedType[]).includes(type);

const WORDS: Readonly<Partial<Record<DeedType, Word>>> = {
  like: "like",
  unlike: "unlike",
  dislike: "dislike",
};

function saidBy({ type, item, atMs, last }: Deed): readonly Said[] {
  const word = WORDS[type];
  return word === undefined ? [] : [{ item, word, atMs, last }];
}

/** A video of YouTube is in no catalogue: what it was shown with says what it is. */
const shownFacts = (shown: ShownVideo | undefined): TastedItem | undefined =>
  shown && { tags: [], creator: shown.channelTitle, category: shown.categoryName };

const knownLength = (shown: ShownVideo | undefined): number | undefined =>
  shown === undefined || shown.durationSeconds <= 0 ? undefined : shown.durationSeconds;

/**
 * Of a video that we did not show there is only what the request or the catalogue says of it. Without a category it is
 * valued under no key: system D took "Entertainment" then, and taught what nobody had been shown.
 */
function hintedKey(profile: Profile, deed: Deed): string | undefined {
  const { categoryName, totalSeconds = 0 } = deed;
  if (categoryName === undefined || categoryName.trim() === "") return undefined;
  return valueKeyOf(profile.personality, {
    durationSeconds: totalSeconds,
    engagement: UNKNOWN_ENGAGEMENT,
    categoryName,
    theme: undefined,
  });
}

/**
 * One row a video, newest first. What one report does not say is as the other said it, and of two numbers the greater
 * one holds: who has seen it whole and looks in again has seen it whole.
 */
function historyAfter(
  history: readonly Watched[],
  deed: Deed,
  shown: ShownVideo | undefined,
  share: number | undefined,
): readonly Watched[] {
  const { item: video, atMs } = deed;
  const earlier = history.find((row) => row.video === video);
  const row: Watched = {
    video,
    title: deed.title ?? shown?.title ?? earlier?.title ?? "",
    channelTitle: deed.channelTitle ?? shown?.channelTitle ?? earlier?.channelTitle ?? "",
    channelId: shown?.channelId ?? earlier?.channelId ?? "",
    categoryName: deed.categoryName ?? shown?.categoryName ?? earlier?.categoryName ?? "",
    watchSeconds: Math.max(deed.watchSeconds ?? 0, earlier?.watchSeconds ?? 0),
    completion: greater(share, earlier?.completion),
    atMs: Math.max(atMs, earlier?.atMs ?? 0),
  };
  const others = history.filter((other) => other.video !== video);
  const at = others.findIndex((other) => isBehind(other, row));
  return others.toSpliced(at === -1 ? others.length : at, 0, row).slice(0, HISTORY_LIMIT);
}

/** Of feedback of one millisecond the last to come is the newest; ids order nothing there. */
const isBehind = (other: Watched, row: Watched): boolean => other.atMs <= row.atMs;

const greater = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);
