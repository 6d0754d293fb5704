import { describe, it } from "vitest";
import { itemCode } from "../../src/domain/item-code.ts";
import { genreClusters } from "../../src/feed/genre-clusters.ts";
import type { Origin } from "../../src/feed/scorers/score-video.ts";
import { GROUP_OF, videoMix } from "../../src/feed/selectors/video-mix.ts";
import type { ScoredVideo, VideoRequest, VideoState } from "../../src/feed/video-state.ts";
import { tasteOf } from "../../src/feed/video-taste.ts";
import { NO_LEANING, themeFinder } from "../../src/feed/video-themes.ts";
import type { Profile } from "../../src/profiles/profile.ts";
import { aVideo, SOME_TOPICS, someVideos, UNKNOWN, watched } from "../support/video-fixture.ts";

const finder = themeFinder(SOME_TOPICS);

function scored(id: string, origin: Origin, changes: Partial<ScoredVideo> = {}): ScoredVideo {
  const video = aVideo(id);
  return {
    video,
    code: itemCode(video.id),
    listed: "themes",
    about: { themes: [], leanings: NO_LEANING },
    parts: {
      traitMatch: 1,
      engagement: 0,
      themes: 0,
      diversity: 0,
      freshness: 0,
      origin,
      originBonus: 0,
      frequencyBonus: 0,
    },
    valueKey: "",
    personalityScore: 0.5,
    recommendationScore: 0.5,
    learnedScore: 0,
    combinedScore: 0.25,
    as: "personalized",
    shownBefore: false,
    explored: false,
    ...changes,
  };
}

const some = (count: number, origin: Origin, changes: Partial<ScoredVideo> = {}) =>
  Array.from({ length: count }, (_, at) =>
    scored(`${origin}-${changes.listed ?? ""}${at}`, origin, changes),
  );

async function mix(
  videos: readonly ScoredVideo[],
  { profile = UNKNOWN, ...changes }: Partial<VideoRequest> & { readonly profile?: Profile } = {},
  served: readonly string[] = [],
) {
  const { call } = await someVideos();
  const request: VideoRequest = {
    ...call("ana"),
    profile,
    surface: "recommendations",
    from: "youtube",
    region: "US",
    maxResults: 10,
    includeTrending: false,
    category: undefined,
    waitMs: 0,
    ...changes,
  };
  const state = {
    taste: tasteOf(profile, finder, true),
    served: new Map(served.map((id, at) => [itemCode(aVideo(id).id), at])),
  } as unknown as VideoState;
  const marked = videos.map((video) => ({
    ...video,
    shownBefore: served.includes(video.video.id),
  }));
  return videoMix.select(request, state, marked);
}

const idsIn = ({ selected }: { readonly selected: readonly ScoredVideo[] }) =>
  selected.map(({ video }) => video.id as string);

const withHistory: Profile = { ...UNKNOWN, history: [watched("w", { categoryName: "Music" })] };

const countsOf = (ids: readonly string[]) => ({
  history: ids.filter((id) => id.startsWith("history")).length,
  hybrid: ids.filter((id) => id.startsWith("hybrid")).length,
  personality: ids.filter((id) => id.startsWith("personality")).length,
  trending: ids.filter((id) => id.startsWith("general")).length,
});

describe("the mix of an answer", () => {
  const all = [...some(30, "history"), ...some(30, "personality"), ...some(30, "hybrid")];

  it("is 40 % history, 40 % personality and 20 % both", async ({ expect }) => {
    const { history, hybrid, personality } = countsOf(
      idsIn(await mix(all, { profile: withHistory })),
    );
    expect({ history, hybrid, personality }).toEqual({ history: 4, hybrid: 2, personality: 4 });
  });

  it("is all personality without a history", async ({ expect }) => {
    expect(countsOf(idsIn(await mix(all))).personality).toBe(10);
  });

  it("gives the tenant's share to what is trending, at even distances", async ({ expect }) => {
    const trending = some(10, "general", { listed: "trending" });
    const answer = await mix([...trending, ...all], { includeTrending: true });
    expect(idsIn(answer).map((id) => id.startsWith("general"))).toEqual(
      [0, 0, 0, 0, 1, 0, 0, 0, 0, 1].map(Boolean),
    );
    expect(answer.selected[4]).toMatchObject({ as: "trending", combinedScore: 0.5 });
  });

  it("makes one kind up from the others when it is short", async ({ expect }) => {
    const videos = [...some(1, "history"), ...some(30, "personality")];
    const answer = await mix(videos, { profile: withHistory });
    expect(countsOf(idsIn(answer))).toMatchObject({ history: 1, personality: 9 });
  });

  it("takes by the combined score from the best by recommendation", async ({ expect }) => {
    const videos = [
      scored("a", "personality", { recommendationScore: 0.9, combinedScore: 0.1 }),
      scored("b", "personality", { recommendationScore: 0.8, combinedScore: 0.7 }),
      scored("c", "personality", { recommendationScore: 0.7, combinedScore: 0.2 }),
      scored("d", "personality", { recommendationScore: 0.1, combinedScore: 0.9 }),
    ];
    // The short list of one slot is a, b and c.
    expect(idsIn(await mix(videos, { maxResults: 1 }))).toEqual(["b"]);
  });

  it("explores by chance: epsilon of the slots go to any of the short list", async ({ expect }) => {
    const videos = [
      scored("a", "personality", { combinedScore: 0.9 }),
      scored("b", "personality", { combinedScore: 0.5 }),
    ];
    const profile = { ...UNKNOWN, learned: { ...UNKNOWN.learned, epsilon: 0.1 } };
    const rolls =
      (...values: number[]) =>
      () =>
        values.shift() ?? 0.99;
    const explored = await mix(videos, { profile, maxResults: 1, random: rolls(0.09, 0.99) });
    expect(explored.selected[0]).toMatchObject({ explored: true, video: { id: "b" } });
    const usual = await mix(videos, { profile, maxResults: 1, random: rolls(0.1) });
    expect(usual.selected[0]).toMatchObject({ explored: false, video: { id: "a" } });
  });

  it("brings back what was shown longest ago, last, when too little is left", async ({
    expect,
  }) => {
    const served = ["personality-2", "personality-0", "personality-1"];
    const videos = some(5, "personality");
    const request = { maxResults: 4, from: "catalogue" } as const;
    const answer = await mix(videos, request, served);
    expect(idsIn(answer)).toEqual([
      "personality-3",
      "personality-4",
      "personality-2",
      "personality-0",
    ]);
  });

  it("is not all of one channel while there are others", async ({ expect }) => {
    const one = some(20, "personality", { combinedScore: 0.9, recommendationScore: 0.6 }).map(
      (video) => ({ ...video, video: { ...video.video, channelId: "one" } }),
    );
    const others = Array.from({ length: 10 }, (_, at) =>
      scored(`other-${at}`, "personality", { recommendationScore: 0.6 }),
    ).map((video, at) => ({ ...video, video: { ...video.video, channelId: `other-${at}` } }));
    const ids = idsIn(await mix([...one, ...others]));
    expect(ids.filter((id) => id.startsWith("other"))).toHaveLength(8);
  });

  it("leaves no more to the channel that was watched, however many of its videos score best", async ({
    expect,
  }) => {
    const one = some(50, "history", { combinedScore: 0.9, recommendationScore: 0.9 }).map(
      (video) => ({ ...video, video: { ...video.video, channelId: "one" } }),
    );
    const others = some(30, "personality").map((video, at) => ({
      ...video,
      video: { ...video.video, channelId: `other-${at}` },
    }));
    const ids = idsIn(await mix([...one, ...others], { profile: withHistory }));
    expect(countsOf(ids)).toMatchObject({ history: 2, personality: 8 });
  });

  it("goes past the caps before it is short", async ({ expect }) => {
    const one = some(20, "history").map((video) => ({
      ...video,
      video: { ...video.video, channelId: "one" },
    }));
    expect(idsIn(await mix(one, { profile: withHistory }))).toHaveLength(10);
  });

  it("calls nothing trending where it is not asked for", async ({ expect }) => {
    const trending = some(10, "general", { listed: "trending" });
    const { selected } = await mix(trending, { includeTrending: false });
    expect(selected.map((video) => video.as)).toEqual(Array(10).fill("personalized"));
  });

  it("knows a group for every origin", ({ expect }) => {
    expect(GROUP_OF).toEqual({
      hybrid: "hybrid",
      history: "history",
      history_keywords: "history",
      personality: "personality",
      general: "personality",
    });
  });
});

describe("genre clusters", () => {
  const genre = (id: string, categoryName: string, traitMatch: number): ScoredVideo => {
    const one = scored(id, "general");
    return { ...one, video: aVideo(id, { categoryName }), parts: { ...one.parts, traitMatch } };
  };

  it("rank by .6 history and .4 personality, each relative to the greatest", ({ expect }) => {
    const history = [
      watched("1", { categoryName: "Music", watchSeconds: 100 }),
      watched("2", { categoryName: "music", watchSeconds: 100 }),
      watched("3", { categoryName: "News", watchSeconds: 400 }),
    ];
    const taste = tasteOf({ ...UNKNOWN, history }, finder, true);
    const videos = [genre("a", "Music", 0.4), genre("b", "News", 0.8), genre("c", "Travel", 0.6)];
    const clusters = genreClusters(taste, videos, []);
    // Music: .7 × 2/2 + .3 × 200/400 = .85; .6 × .85 + .4 × .4/.8 = .71.
    // News: .7 × 1/2 + .3 × 1 = .65; .6 × .65 + .4 × 1 = .79. Travel: .4 × .6/.8 = .3.
    expect(clusters.map((each) => each.genre)).toEqual(["News", "Music", "Travel"]);
    expect(clusters.map((each) => each.rank)).toEqual([1, 2, 3]);
    const [news, music, travel] = clusters.map((each) => each.combinedScore);
    expect(news).toBeCloseTo(0.79, 10);
    expect(music).toBeCloseTo(0.71, 10);
    expect(travel).toBeCloseTo(0.3, 10);
    expect(clusters[1]?.reason).toBe("You watched 2 videos of this genre.");
  });

  it("are six of three at most: first of the answer, then of its reserve", ({ expect }) => {
    const names = ["A", "B", "C", "D", "E", "F", "G"];
    const videos = names.flatMap((name) => [
      genre(`${name}1`, name, 0.5),
      genre(`${name}2`, name, 0.5),
    ]);
    const reserve = names.flatMap((name) => [
      genre(`${name}3`, name, 0.5),
      genre(`${name}4`, name, 0.5),
    ]);
    const clusters = genreClusters(tasteOf(UNKNOWN, finder, true), videos, reserve);
    expect(clusters).toHaveLength(6);
    expect(clusters[0]?.videos.map(({ video, as }) => [video.id, as])).toEqual([
      ["A1", "personalized"],
      ["A2", "personalized"],
      ["A3", "genre_personalized"],
    ]);
  });

  it("have no genre for videos of unknown category", ({ expect }) => {
    const videos = [scored("a", "general")];
    expect(genreClusters(tasteOf(UNKNOWN, finder, true), videos, [])).toEqual([]);
  });
});
