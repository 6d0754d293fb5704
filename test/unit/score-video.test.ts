import { describe, it } from "vitest";
import { baseScore, partsOf } from "../../src/feed/scorers/score-video.ts";
import { tasteOf } from "../../src/feed/video-taste.ts";
import { themeFinder } from "../../src/feed/video-themes.ts";
import { FEED_NOW_MS } from "../support/feed-fixture.ts";
import { aVideo, SOME_TOPICS, UNKNOWN, watched } from "../support/video-fixture.ts";

const finder = themeFinder(SOME_TOPICS);
const DAY_MS = 86_400_000;
const OPEN = {
  openness: 90,
  conscientiousness: 50,
  extraversion: 50,
  agreeableness: 50,
  neuroticism: 50,
};

describe("content themes", () => {
  it("are whole words and phrases of titles, tags and categories, in that order", ({ expect }) => {
    const { themes } = finder.themesOf(
      aVideo("a", {
        title: "Into Deep   Space!",
        tags: ["Travels", "TRAVEL"],
        categoryName: "Music",
      }),
    );
    expect(themes).toEqual(["deep space", "travel", "music"]);
  });

  it("lean as the mean of their topics does; nothing known leans nowhere", ({ expect }) => {
    const { leanings } = finder.themesOf(aVideo("a", { title: "Science and travel" }));
    // Openness (1 + .5) / 2 = .75, extraversion (-.5 + 0) / 2 = -.25; from -1..1 to 0..1.
    expect(leanings).toMatchObject({ openness: 0.875, extraversion: 0.375, neuroticism: 0.5 });
    expect(finder.themesOf(aVideo("b")).leanings.openness).toBe(0.5);
  });

  it("are known by a category that is all about a topic, without a word of it", ({ expect }) => {
    const { themes, leanings } = finder.themesOf(aVideo("a", { categoryId: "10" }));
    expect(themes).toEqual([]);
    expect(leanings.extraversion).toBe(1);
  });
});

describe("the score of a video", () => {
  it("is system D's sum, computed by hand", ({ expect }) => {
    const profile = {
      ...UNKNOWN,
      personality: OPEN,
      history: [
        watched("w1", { categoryName: "Travel" }),
        watched("w2", { categoryName: "Comedy" }),
        watched("w3", { categoryName: "Comedy" }),
        watched("w4", { categoryName: "Comedy" }),
      ],
    };
    const video = aVideo("a", {
      title: "Concert of travel",
      categoryName: "travel",
      viewCount: 1_000,
      likeCount: 20,
      commentCount: 10,
      publishedAtMs: FEED_NOW_MS - 73 * DAY_MS,
    });
    const about = finder.themesOf(video);
    const parts = partsOf(video, about, tasteOf(profile, finder, true), FEED_NOW_MS);
    // Topics music and travel: openness .5 + .25/2 = .625, extraversion .5 + .5/2 = .75.
    // |.625 - .9| = .275, |.75 - .5| = .25: 1 - (.275 + .25) / 5 = .895.
    expect(parts.traitMatch).toBeCloseTo(0.895, 10);
    expect(parts.engagement).toBeCloseTo(0.3, 10);
    // Of "concert" and "travel" the second is favoured, by history and personality alike.
    expect(parts.themes).toBe(0.5);
    // One of four watched: 1 - 2 × .25.
    expect(parts.diversity).toBe(0.5);
    expect(parts.freshness).toBeCloseTo(0.8, 10);
    expect(parts.origin).toBe("hybrid");
    expect(parts.originBonus).toBe(0.4);
    expect(parts.frequencyBonus).toBeCloseTo(0.05, 10);
    // .4 × .895 + .2 × .3 + .2 × .5 + .1 × .5 + .1 × .8
    expect(baseScore(parts)).toBeCloseTo(0.648, 10);
  });

  it("counts what nobody knows of a video as nothing", ({ expect }) => {
    const taste = tasteOf(UNKNOWN, finder, true);
    const video = aVideo("a");
    const parts = partsOf(video, finder.themesOf(video), taste, FEED_NOW_MS);
    expect(parts).toMatchObject({ engagement: 0, themes: 0, freshness: 0, origin: "general" });
    // A balanced user, and a video that leans nowhere.
    expect(baseScore(parts)).toBeCloseTo(0.4 + 0.1, 10);
  });

  it("caps engagement, and the age of what is not out yet", ({ expect }) => {
    const taste = tasteOf(UNKNOWN, finder, true);
    const video = aVideo("a", {
      viewCount: 1,
      likeCount: 500,
      publishedAtMs: FEED_NOW_MS + DAY_MS,
    });
    const parts = partsOf(video, finder.themesOf(video), taste, FEED_NOW_MS);
    expect(parts).toMatchObject({ engagement: 1, freshness: 1 });
  });

  it("knows where a video comes from: history, its words, or the personality", ({ expect }) => {
    const profile = {
      ...UNKNOWN,
      personality: OPEN,
      history: [watched("w", { channelTitle: "Ana", title: "A concert", categoryName: "Comedy" })],
    };
    const taste = tasteOf(profile, finder, true);
    const originOf = (changes: Parameters<typeof aVideo>[1]) => {
      const video = aVideo("a", changes);
      return partsOf(video, finder.themesOf(video), taste, FEED_NOW_MS).origin;
    };
    expect(originOf({ channelTitle: "Ana", title: "Science" })).toBe("hybrid");
    expect(originOf({ channelTitle: "Ana" })).toBe("history");
    expect(originOf({ title: "Concert" })).toBe("history_keywords");
    expect(originOf({ title: "Science" })).toBe("personality");
    expect(originOf({ title: "Sports" })).toBe("general");
  });

  it("asks nothing of a user who gets no feed of their own", ({ expect }) => {
    const profile = {
      ...UNKNOWN,
      personality: OPEN,
      history: [watched("w", { categoryName: "Music" })],
    };
    const taste = tasteOf(profile, finder, false);
    expect(taste.personality.openness).toBe(0.5);
    expect(taste.watchedCount).toBe(0);
    expect(taste.favouredThemes.size).toBe(0);
  });
});
