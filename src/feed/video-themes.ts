/** Content themes of a video, and what they say of who likes it, by a fixed vocabulary of topics. */
import { TRAITS, type Trait } from "../profiles/profile.ts";
import { type FeedVideo, folded } from "./feed-video.ts";

/** One topic of the vocabulary (src/youtube/topics.ts). */
export interface TopicFacts {
  readonly id: string;
  /** Words or phrases by which titles, tags and categories speak of it. */
  readonly themes: readonly string[];
  readonly categoryIds: readonly string[];
  /** True when every video of its first category is about it. */
  readonly whole: boolean;
  /** Who likes it: -1 to 1 by trait. A trait that is absent says nothing. */
  readonly leanings: Readonly<Partial<Record<Trait, number>>>;
}

/** 0 to 1 by trait, as users' personalities are compared with it; .5 says nothing. */
export type TraitShares = Readonly<Record<Trait, number>>;

export interface VideoThemes {
  /** In the order in which they are found: title, tags, category. */
  readonly themes: readonly string[];
  readonly leanings: TraitShares;
}

export interface ThemeFinder {
  themesOf(video: Pick<FeedVideo, "title" | "tags" | "categoryId" | "categoryName">): VideoThemes;
  /** Themes of topics that lean the way of this personality. None for a balanced one. */
  favouredBy(personality: TraitShares): ReadonlySet<string>;
}

/** More would be noise: a video with 60 tags is about everything. */
const THEMES_LIMIT = 8;
/** No theme has more words: longer runs are not looked up. */
const PHRASE_WORDS = 3;
const WORDS = /[\p{L}\p{N}]+/gu;

export function themeFinder(topics: readonly TopicFacts[]): ThemeFinder {
  const topicsOfTheme = new Map<string, TopicFacts[]>();
  const topicsOfCategory = new Map<string, TopicFacts[]>();
  for (const topic of topics) {
    for (const theme of topic.themes) append(topicsOfTheme, wordsOf(theme).join(" "), topic);
    const [category] = topic.categoryIds;
    if (topic.whole && category !== undefined) append(topicsOfCategory, category, topic);
  }
  return {
    themesOf({ title, tags, categoryId, categoryName }) {
      const found = new Set<string>();
      const about = new Set<TopicFacts>();
      for (const text of [title, ...tags, categoryName]) {
        for (const phrase of phrasesOf(text)) {
          const named = topicsOfTheme.get(phrase);
          if (named === undefined || (found.size === THEMES_LIMIT && !found.has(phrase))) continue;
          found.add(phrase);
          for (const topic of named) about.add(topic);
        }
      }
      for (const topic of topicsOfCategory.get(categoryId ?? "") ?? []) about.add(topic);
      return { themes: [...found], leanings: leaningsOf([...about]) };
    },
    favouredBy(personality) {
      const favoured = topics.filter((topic) => agreement(topic, personality) > 0);
      return new Set(favoured.flatMap(({ themes }) => themes.map((t) => wordsOf(t).join(" "))));
    },
  };
}

const wordsOf = (text: string | undefined): readonly string[] => folded(text).match(WORDS) ?? [];

function* phrasesOf(text: string | undefined): Generator<string> {
  const words = wordsOf(text);
  for (let start = 0; start < words.length; start += 1) {
    let phrase = "";
    const end = Math.min(words.length, start + PHRASE_WORDS);
    for (let at = start; at < end; at += 1) {
      phrase = phrase === "" ? (words[at] ?? "") : `${phrase} ${words[at] ?? ""}`;
      yield phrase;
    }
  }
}

const byTrait = (of: (trait: Trait) => number): TraitShares =>
  Object.fromEntries(TRAITS.map((trait) => [trait, of(trait)])) as Record<Trait, number>;

export const NO_LEANING = byTrait(() => 0.5);

/** The mean over the topics, from -1..1 to 0..1. */
function leaningsOf(topics: readonly TopicFacts[]): TraitShares {
  if (topics.length === 0) return NO_LEANING;
  return byTrait((trait) => {
    const sum = topics.reduce((total, { leanings }) => total + (leanings[trait] ?? 0), 0);
    return 0.5 + sum / topics.length / 2;
  });
}

const agreement = ({ leanings }: TopicFacts, personality: TraitShares): number =>
  TRAITS.reduce((sum, trait) => sum + (leanings[trait] ?? 0) * (personality[trait] - 0.5), 0);

/** A personality of whole numbers from 0 to 100, as shares. */
export const sharesOf = (personality: Readonly<Record<Trait, number>>): TraitShares =>
  byTrait((trait) => personality[trait] / 100);

function append<Key, Value>(index: Map<Key, Value[]>, key: Key, value: Value): void {
  const present = index.get(key);
  if (present === undefined) index.set(key, [value]);
  else if (!present.includes(value)) present.push(value);
}
