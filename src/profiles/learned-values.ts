/**
 * System D's table of learned values: an exponential average of rewards for each kind of video that a user of some
 * personality was shown. (System D calls it Q-learning; there is no next state in it.)
 */
import type { FeedbackType, LearnedValues, Personality } from "./profile.ts";
import { BALANCED, TRAITS } from "./profile.ts";

/** System D's. */
const ALPHA = 0.1;
const LEAST_EPSILON = 0.01;
/** Ours, as system D's is not known: 460 lessons lead from 0.1 to 0.01. */
const EPSILON_DECAY = 0.995;
/** 500 keys of 40 characters are 25 KB of a profile; a user meets a few dozen kinds of videos. */
export const VALUES_LIMIT = 500;

/** System D's rewards, before what is added for how much was watched. */
const REWARDS: Readonly<Record<FeedbackType, number>> = {
  like: 1,
  dislike: -1,
  watch: 0.5,
  skip: -0.3,
  share: 1.5,
  comment: 1.2,
};
const MOSTLY_WATCHED = { above: 0.8, bonus: 0.3 } as const;
const HARDLY_WATCHED = { below: 0.2, bonus: -0.2 } as const;

const SHORT_SECONDS = 5 * 60;
const MEDIUM_SECONDS = 20 * 60;
const LOW_ENGAGEMENT = 0.3;
const HIGH_ENGAGEMENT = 0.7;
/** Texts of others in a key: longer ones are cut. */
const WORD_LIMIT = 48;

/** What of a video decides under which key it is valued. */
export interface ValuedVideo {
  readonly durationSeconds: number;
  /** 0 to 1: `min(10 × (likes + comments) / views, 1)`. */
  readonly engagement: number;
  readonly categoryName: string;
  /** The first theme of its content; undefined when it has none. */
  readonly theme: string | undefined;
}

/** Trait thirds, length, engagement, category and theme, such as `21110|1|0|music|rock`. */
export function valueKeyOf(personality: Personality | undefined, video: ValuedVideo): string {
  const traits = TRAITS.map((trait) => thirdOf((personality ?? BALANCED)[trait])).join("");
  const length =
    video.durationSeconds < SHORT_SECONDS ? 0 : video.durationSeconds < MEDIUM_SECONDS ? 1 : 2;
  const engagement =
    video.engagement < LOW_ENGAGEMENT ? 0 : video.engagement < HIGH_ENGAGEMENT ? 1 : 2;
  const words = `${wordOf(video.categoryName)}|${wordOf(video.theme ?? "")}`;
  return `${traits}|${length}|${engagement}|${words}`;
}

const thirdOf = (trait: number): number => Math.min(2, Math.floor((trait * 3) / 100));

const wordOf = (text: string): string =>
  text.trim().toLowerCase().replaceAll("|", " ").slice(0, WORD_LIMIT);

/** The reward of one interaction. `completion` is the share watched, 0 to 1; undefined when nobody knows it. */
export function rewardOf(type: FeedbackType, completion: number | undefined): number {
  const reward = REWARDS[type];
  if (completion === undefined) return reward;
  if (completion > MOSTLY_WATCHED.above) return reward + MOSTLY_WATCHED.bonus;
  return completion < HARDLY_WATCHED.below ? reward + HARDLY_WATCHED.bonus : reward;
}

/** The share watched, 0 to 1; undefined unless both numbers are known and make sense. */
export function completionOf(
  watchSeconds: number | undefined,
  totalSeconds: number | undefined,
): number | undefined {
  if (watchSeconds === undefined || totalSeconds === undefined) return undefined;
  const share = watchSeconds / totalSeconds;
  return Number.isFinite(share) && share >= 0 ? Math.min(1, share) : undefined;
}

/** What was learned under `key`, -1.2 to 1.8; 0 for what nobody taught. */
export const valueOf = ({ values }: LearnedValues, key: string): number =>
  Object.hasOwn(values, key) ? (values[key] ?? 0) : 0;

/** Moves the value of `key` a tenth of the way to the reward. The least recently learned key makes room. */
export function learn(learned: LearnedValues, key: string, reward: number): LearnedValues {
  const before = valueOf(learned, key);
  const others = Object.entries(learned.values).filter(([name]) => name !== key);
  return {
    values: Object.fromEntries([
      ...others.slice(-(VALUES_LIMIT - 1)),
      [key, before + ALPHA * (reward - before)],
    ]),
    updates: learned.updates + 1,
    epsilon: Math.max(LEAST_EPSILON, learned.epsilon * EPSILON_DECAY),
  };
}
