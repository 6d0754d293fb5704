/** What a topic is made of, and which topics a video is about. */
import type { Video } from "./video.ts";

/** The Big Five, as `profiles` names them; this room does not know users. */
export const TRAIT_NAMES = [
  "openness",
  "conscientiousness",
  "extraversion",
  "agreeableness",
  "neuroticism",
] as const;
export type TraitName = (typeof TRAIT_NAMES)[number];

/** From -1, who has little of the trait likes it, to 1, who has much of it does. */
export type Leanings = Readonly<Partial<Record<TraitName, number>>>;

export interface Topic {
  /** Snake case: in keys of lists and in answers. */
  readonly id: string;
  readonly name: string;
  /** What YouTube is asked for. `|` is YouTube's "or". */
  readonly words: string;
  /** Categories whose charts may hold such videos, most likely first. */
  readonly categoryIds: readonly string[];
  /** True when every video of the first category is of the topic: its chart is the topic's list. */
  readonly whole: boolean;
  /** Content themes: words of titles and tags that give the topic away. Lower case. */
  readonly themes: readonly string[];
  readonly leanings: Leanings;
}

/** What recognises a topic needs of a video. */
export type Described = Pick<Video, "title" | "tags" | "categoryId">;

/** Whole words only: "art" is not in "party". Patterns are made once an isolate. */
const patterns = new WeakMap<Topic, RegExp>();

function patternOf(topic: Topic): RegExp {
  const known = patterns.get(topic);
  if (known !== undefined) return known;
  const words = topic.themes.map((theme) =>
    theme.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
  );
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${words.join("|")})(?![\\p{L}\\p{N}])`, "iu");
  patterns.set(topic, pattern);
  return pattern;
}

/** By category where the topic is a whole one, else by words of its title and tags. */
export function isAbout(topic: Topic, { title, tags, categoryId }: Described): boolean {
  if (topic.whole && topic.categoryIds[0] === categoryId) return true;
  const pattern = patternOf(topic);
  return pattern.test(title) || tags.some((tag) => pattern.test(tag));
}

/** Of the vocabulary, those that a video is about, in the vocabulary's order. */
export const topicsOf = (vocabulary: readonly Topic[], video: Described): readonly Topic[] =>
  vocabulary.filter((topic) => isAbout(topic, video));
