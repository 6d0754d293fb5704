/** What is known of one user beyond pools: personality, history with numbers, feedback, and what was learned of it. */
import { type ItemCodes, NO_CODES } from "../domain/item-code.ts";
import type { ItemId } from "../domain/ids.ts";
import { type Demographics, NO_DEMOGRAPHICS } from "./demographics.ts";
import { NO_TASTE, type Taste } from "./taste.ts";

export const TRAITS = [
  "openness",
  "conscientiousness",
  "extraversion",
  "agreeableness",
  "neuroticism",
] as const;
export type Trait = (typeof TRAITS)[number];

/** Big Five, whole numbers from 0 to 100. */
export type Personality = Readonly<Record<Trait, number>>;

/** System D's: a user without an assessment counts as this, and the answer says so. */
export const BALANCED: Personality = {
  openness: 50,
  conscientiousness: 50,
  extraversion: 50,
  agreeableness: 50,
  neuroticism: 50,
};

export const FEEDBACK_TYPES = ["like", "dislike", "watch", "skip", "share", "comment"] as const;
export type FeedbackType = (typeof FEEDBACK_TYPES)[number];

/** A watched video, newest first in a profile; system D kept the last 150. */
export interface Watched {
  readonly video: ItemId;
  readonly title: string;
  readonly channelTitle: string;
  readonly channelId: string;
  readonly categoryName: string;
  readonly watchSeconds: number;
  /** 0 to 1; undefined when the length is unknown. */
  readonly completion: number | undefined;
  readonly atMs: number;
}

/** What was shown, with the key under which it was scored, so that feedback teaches what is scored next. */
export interface ShownVideo {
  readonly video: ItemId;
  readonly title: string;
  readonly channelTitle: string;
  readonly channelId: string;
  readonly categoryName: string;
  readonly durationSeconds: number;
  /** Key of the learned value: see `learned-values.ts`. */
  readonly valueKey: string;
  /** When its answer was made: one that is noted twice counts once. */
  readonly madeMs?: number;
  /** False: kept for feedback alone, as of what is trending, which may be shown again. */
  readonly served?: false;
}

/** System D's table of values: an exponential average of rewards by key. */
export interface LearnedValues {
  /** Least recently learned first; see `learned-values.ts`. */
  readonly values: Readonly<Record<string, number>>;
  readonly updates: number;
  /** Chance of exploring, 0 to 1. */
  readonly epsilon: number;
}

/** Epoch ms of the last like or dislike of an item, and of its last unlike; -1: there was none. See `opinions.ts`. */
export type SaidAt = readonly [item: ItemId, saidMs: number, unlikedMs: number];

export interface Profile {
  /** Undefined: never assessed. */
  readonly personality: Personality | undefined;
  /** Traits that the assessment left out and that count as 50; absent when there are none. */
  readonly assumed?: readonly Trait[];
  /** Newest first. */
  readonly history: readonly Watched[];
  /** On any surface. Newest first. */
  readonly liked: readonly ItemId[];
  /** Never shown again. Newest first. */
  readonly disliked: readonly ItemId[];
  /** Of items that are neither any more, too. */
  readonly saidAt: readonly SaidAt[];
  readonly learned: LearnedValues;
  /** The last that were shown, newest first. */
  readonly shown: readonly ShownVideo[];
  /** Codes of all that was ever shown, oldest first, as many as are kept. */
  readonly served: ItemCodes;
  readonly taste: Taste;
  readonly demographics: Demographics;
}

/** Chance of exploring of a user who taught nothing yet; see `learned-values.ts`. */
export const FIRST_EPSILON = 0.1;

/** Of a user whom nothing is known of. */
export const UNKNOWN_PROFILE: Profile = {
  personality: undefined,
  history: [],
  liked: [],
  disliked: [],
  saidAt: [],
  learned: { values: {}, updates: 0, epsilon: FIRST_EPSILON },
  shown: [],
  served: NO_CODES,
  taste: NO_TASTE,
  demographics: NO_DEMOGRAPHICS,
};
