/** An answer of videos in the making: what the stages of one answer tell each other. */
import type { MetadataShelf } from "../catalogue/metadata-shelf.ts";
import type { ItemId } from "../domain/ids.ts";
import type { ItemCodes } from "../domain/item-code.ts";
import type { QueryHydrator } from "../pipeline/stages.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import type { LearnedValues, Personality, Profile } from "../profiles/profile.ts";
import type { Theme, VideoLibrary } from "../youtube/video-library.ts";
import type { DegradedReason } from "./degradation.ts";
import { type FeedCall, noteActivity } from "./feed-call.ts";
import type { FeedVideo } from "./feed-video.ts";
import type { VideoParts } from "./scorers/score-video.ts";
import { servedOrder, tasteOf, type VideoTaste, watchedIds } from "./video-taste.ts";
import {
  type ThemeFinder,
  type TopicFacts,
  themeFinder,
  type VideoThemes,
} from "./video-themes.ts";

/** What the lists of a user are chosen by. */
export interface ListWishes {
  /** Undefined: never assessed, or not to be asked. */
  readonly personality: Personality | undefined;
  /** Channel ids, watched most first. */
  readonly watchedChannels: readonly string[];
  /** Category names, watched most first. */
  readonly likedCategories: readonly string[];
  readonly categoryFilter: string | undefined;
  readonly includeTrending: boolean;
}

/** What decides under which key a video is valued. */
export interface ValuedVideo {
  /** 0 when unknown. */
  readonly durationSeconds: number;
  /** 0 to 1. */
  readonly engagement: number;
  readonly categoryName: string;
  readonly theme: string | undefined;
}

/** What ranking asks of other rooms: the vocabulary of topics, and what was learned. */
export interface VideoRules {
  readonly topics: readonly TopicFacts[];
  /** In order of worth. */
  readonly themesFor: (wishes: ListWishes) => readonly Theme[];
  /** Beyond these, for a user who has had what they hold. */
  readonly widerThemes: (had: readonly Theme[]) => readonly Theme[];
  readonly valueKeyOf: (personality: Personality | undefined, video: ValuedVideo) => string;
  readonly valueOf: (learned: LearnedValues, key: string) => number;
}

export interface VideoPorts {
  /** Undefined for a tenant that has no key for YouTube: its catalogue is all there is. */
  readonly library: VideoLibrary | undefined;
  readonly metadata: MetadataShelf;
  readonly rules: VideoRules;
}

export interface VideoRequest extends FeedCall {
  readonly videos: VideoPorts;
  readonly profile: Profile;
  /** `trending`: the list of the region, ordered for the user. */
  readonly surface: "recommendations" | "trending";
  /** Where the candidates come from; the catalogue where YouTube is away, too. */
  readonly from: "youtube" | "catalogue";
  readonly region: string;
  readonly maxResults: number;
  readonly includeTrending: boolean;
  /** Folded; an id or a name. */
  readonly category: string | undefined;
  /** How long lists are waited for that nobody has. */
  readonly waitMs: number;
  /** 0 up to, not including, 1. */
  readonly random: () => number;
}

/** What keeps lists away, and when to ask again. */
export interface Lack {
  readonly reason: DegradedReason;
  readonly retryAfterSeconds: number;
}

export interface VideoState {
  readonly taste: VideoTaste;
  readonly finder: ThemeFinder;
  readonly watched: ReadonlySet<ItemId>;
  readonly disliked: ReadonlySet<ItemId>;
  /** By code; 0 is the longest ago. */
  readonly served: ReadonlyMap<string, number>;
  /** Why YouTube brought nothing. */
  away: Lack | undefined;
  /** Lists that are not here yet, or cannot be had. */
  missingLists: number;
  /** Lists that are older than they should be, as no newer ones can be had. */
  oldLists: number;
  /** Why lists are missing or old, where others make the answer all the same. */
  lack: Lack | undefined;
  /** What user state says was watched, by code; undefined while it was not asked. */
  watchedCodes: Set<string>;
  /** Known once the catalogue was read. */
  pools: PoolReplica | undefined;
  /** Of YouTube's videos, those that were shown before: they come back when the catalogue has no others either. */
  late: readonly FoundVideo[];
  degraded: DegradedReason | undefined;
}

export interface FoundVideo {
  readonly video: FeedVideo;
  readonly code: ItemCodes;
  readonly listed: "trending" | "themes" | "catalogue";
  /** Of an item of the catalogue: where its facts are. */
  readonly pools?: PoolReplica;
  readonly index?: number;
}

export interface KnownVideo extends FoundVideo {
  readonly about: VideoThemes;
}

export interface ScoredVideo extends KnownVideo {
  readonly parts: VideoParts;
  readonly valueKey: string;
  /** The base score. */
  readonly personalityScore: number;
  /** The base score and its bonuses. */
  readonly recommendationScore: number;
  /** The learned value; its key was never learned: 0. */
  readonly learnedScore: number;
  /** What it would have as a personal video, and as a trending one. */
  readonly combinedScore: number;
  readonly as: "personalized" | "trending" | "genre_personalized";
  /** Was shown before. Among recommendations: nothing else is left. */
  readonly shownBefore: boolean;
  /** Chosen by chance, to learn. */
  readonly explored: boolean;
}

const finders = new WeakMap<readonly TopicFacts[], ThemeFinder>();

/** The vocabulary is fixed: compiled once an isolate. */
function finderOf(topics: readonly TopicFacts[]): ThemeFinder {
  const known = finders.get(topics);
  if (known !== undefined) return known;
  const finder = themeFinder(topics);
  finders.set(topics, finder);
  return finder;
}

export const videoStateHydrator: QueryHydrator<VideoRequest, VideoState> = {
  name: "video_state",
  hydrate(request) {
    const { videos, profile, personalisation } = request;
    noteActivity(request);
    const finder = finderOf(videos.rules.topics);
    return {
      finder,
      taste: tasteOf(profile, finder, personalisation.personalised),
      watched: watchedIds(profile),
      disliked: new Set(profile.disliked),
      served: servedOrder(profile),
      away: undefined,
      missingLists: 0,
      oldLists: 0,
      lack: undefined,
      watchedCodes: new Set(),
      pools: undefined,
      late: [],
      degraded: undefined,
    };
  },
};
