/** Answers of videos in memory: a made-up catalogue, lists of a made-up YouTube, and one profile for each user. */
import type { Metadata } from "../../src/catalogue/catalogue.ts";
import { MetadataShelf } from "../../src/catalogue/metadata-shelf.ts";
import type { ItemId } from "../../src/domain/ids.ts";
import type { FeedCall } from "../../src/feed/feed-call.ts";
import type { FeedVideo } from "../../src/feed/feed-video.ts";
import { VideoAnswers } from "../../src/feed/video-answers.ts";
import { DEFAULT_INPUTS, type VideoCall, type VideoInputs } from "../../src/feed/video-inputs.ts";
import type { VideoRules } from "../../src/feed/video-state.ts";
import type { TopicFacts } from "../../src/feed/video-themes.ts";
import { type Profile, UNKNOWN_PROFILE, type Watched } from "../../src/profiles/profile.ts";
import type { Theme } from "../../src/youtube/video-library.ts";
import { CATEGORIES, FakeLibrary } from "./fake-library.ts";
import { FakeProfiles } from "./fake-profiles.ts";
import { aFeedOf, FEED_NOW_MS, type FeedFixture, someItems } from "./feed-fixture.ts";
import { MemoryAnswerCache } from "./memory-answer-cache.ts";

/** Openness likes science and travel, extraversion music and sports; nobody leans to the rest. */
export const SOME_TOPICS: readonly TopicFacts[] = [
  topic("music", "10", ["music", "concert"], { extraversion: 1 }),
  topic("science", "28", ["science", "deep space"], { openness: 1, extraversion: -0.5 }),
  topic("sports", "17", ["sports"], { extraversion: 0.5 }),
  topic("travel", "19", ["travel"], { openness: 0.5 }),
];

function topic(
  id: string,
  category: string,
  themes: readonly string[],
  leanings: TopicFacts["leanings"],
): TopicFacts {
  return { id, categoryIds: [category], whole: true, themes, leanings };
}

/** Explores never. */
export const UNKNOWN: Profile = {
  ...UNKNOWN_PROFILE,
  learned: { values: {}, updates: 0, epsilon: 0 },
};

export const watched = (video: string, changes: Partial<Watched> = {}): Watched => ({
  video: video as ItemId,
  title: "",
  channelTitle: "",
  channelId: "",
  categoryName: "",
  watchSeconds: 60,
  completion: undefined,
  atMs: FEED_NOW_MS,
  ...changes,
});

export const aVideo = (id: string, changes: Partial<FeedVideo> = {}): FeedVideo => ({
  id: id as ItemId,
  title: undefined,
  description: undefined,
  channelTitle: undefined,
  channelId: undefined,
  publishedAtMs: undefined,
  categoryId: undefined,
  categoryName: undefined,
  durationSeconds: undefined,
  viewCount: undefined,
  likeCount: undefined,
  commentCount: undefined,
  tags: [],
  thumbnailUrl: undefined,
  watchUrl: undefined,
  ...changes,
});

const LISTS: readonly Theme[] = [
  { kind: "trending" },
  { kind: "chart", categoryId: "10" },
  { kind: "topic", topic: "science" },
];

const SOME_RULES: VideoRules = {
  topics: SOME_TOPICS,
  widerThemes: () => [],
  themesFor: ({ includeTrending }) => (includeTrending ? LISTS : LISTS.slice(1)),
  valueKeyOf: (_personality, { categoryName }) => categoryName,
  valueOf: ({ values }, key) => values[key] ?? 0,
};

export interface VideoItem {
  readonly id: string;
  readonly source: string;
  readonly shown_before: boolean;
  readonly category_name: string | null;
  readonly [field: string]: unknown;
}

export interface VideoBody {
  readonly success: boolean;
  readonly data: {
    readonly recommendations: readonly VideoItem[];
    readonly genre_clusters: readonly {
      genre: string;
      reason: string;
      videos: readonly VideoItem[];
    }[];
    readonly total_count: number;
    readonly refresh_time: string;
    readonly next_refresh: string;
  };
  readonly cache_hit: boolean;
  readonly cache_ttl: number;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly explain?: Readonly<Record<string, unknown>>;
}

export interface VideoFixture {
  readonly feed: FeedFixture;
  readonly answers: VideoAnswers;
  readonly cache: MemoryAnswerCache;
  readonly profiles: FakeProfiles;
  readonly library: FakeLibrary | undefined;
  readonly call: (user: string, changes?: Partial<VideoCall>) => VideoCall;
  readonly ask: (
    user: string,
    inputs?: Partial<VideoInputs> & { readonly refresh?: boolean },
    changes?: Partial<VideoCall>,
  ) => Promise<VideoBody>;
}

export interface VideoFixtureOptions {
  /** Videos in each list of YouTube; absent: no key. */
  readonly listed?: number;
  readonly items?: number;
  readonly ports?: Partial<FeedCall["ports"]>;
}

export async function someVideos(options: VideoFixtureOptions = {}): Promise<VideoFixture> {
  const { listed, items = 0, ports } = options;
  const feed = await aFeedOf(someItems(items), ports);
  const cache = new MemoryAnswerCache();
  const profiles = new FakeProfiles(UNKNOWN);
  const library = listed === undefined ? undefined : new FakeLibrary(listed);
  const answers = new VideoAnswers(cache, profiles);
  const videos = {
    library,
    rules: SOME_RULES,
    metadata: new MetadataShelf({
      lookup: (_tenant, ids) => Promise.resolve(new Map(ids.map((id) => [id, rowOf(id)]))),
      upsert: () => Promise.resolve(),
      read: () => Promise.resolve(undefined),
      remove: () => Promise.resolve([]),
      async *ranked() {},
    }),
  };
  const call: VideoFixture["call"] = (user, changes = {}) => ({
    ...feed.call(user),
    videos,
    versions: { tenant: 1, deployment: 1, withdrawn: "" },
    random: () => 0.5,
    ...changes,
  });
  return {
    feed,
    answers,
    cache,
    profiles,
    library,
    call,
    async ask(user, { refresh = false, ...inputs } = {}, changes = {}) {
      const asked = { ...DEFAULT_INPUTS, ...inputs };
      const answer = await answers.answer(call(user, changes), asked, refresh);
      return bodyOf(answer.bytes);
    },
  };
}

export const bodyOf = (bytes: Uint8Array): VideoBody =>
  JSON.parse(new TextDecoder().decode(bytes)) as VideoBody;

export const idsOf = ({ data }: VideoBody): readonly string[] =>
  data.recommendations.map(({ id }) => id);

/** What the catalogue says of `item-7`: half of what there is to say. */
function rowOf(id: ItemId): Metadata {
  const rank = Number(id.split("-")[1] ?? 0);
  const category = CATEGORIES[rank % CATEGORIES.length] ?? "";
  return { title: `${category} number ${rank}`, channel: `Channel ${rank % 11}`, category };
}
