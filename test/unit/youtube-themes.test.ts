import fc from "fast-check";
import { describe, it } from "vitest";
import { categoryIdOf, categoryNameOf } from "../../src/youtube/categories.ts";
import { secondsOfDuration } from "../../src/youtube/iso-duration.ts";
import { decodeList, encodeList, fingerprintOf, listKey } from "../../src/youtube/shared-list.ts";
import { type Taste, themeName, themesFor, widerThemes } from "../../src/youtube/themes-for.ts";
import { TRAIT_NAMES, topicsOf } from "../../src/youtube/topic.ts";
import { topicOf, TOPICS } from "../../src/youtube/topics.ts";
import type { Theme } from "../../src/youtube/video-library.ts";
import { videoOf } from "../../src/youtube/video-of.ts";

const aTaste = (own: Partial<Taste> = {}): Taste => ({
  personality: undefined,
  watchedChannels: [],
  likedCategories: [],
  categoryFilter: undefined,
  includeTrending: true,
  ...own,
});

const channel = (letter: string): string => `UC${letter.repeat(22)}`;
const score = fc.integer({ min: 0, max: 100 });
const personality = fc.record({
  openness: score,
  conscientiousness: score,
  extraversion: score,
  agreeableness: score,
  neuroticism: score,
});
const taste: fc.Arbitrary<Taste> = fc.record({
  personality: fc.option(personality, { nil: undefined }),
  watchedChannels: fc.array(
    fc.oneof(fc.constantFrom("a", "b", "c", "d", "e").map(channel), fc.string()),
  ),
  likedCategories: fc.array(
    fc.oneof(fc.constantFrom("10", "Music", "20", "27", "Comedy"), fc.string()),
  ),
  categoryFilter: fc.option(fc.constantFrom("Music", "27", "26", "none"), { nil: undefined }),
  includeTrending: fc.boolean(),
});

describe("themes for a user", () => {
  it("are ten at most, each once, whatever the user is like", ({ expect }) => {
    fc.assert(
      fc.property(taste, (one) => {
        const names = themesFor(one).map(themeName);
        expect(names.length).toBeLessThanOrEqual(10);
        expect(new Set(names).size).toBe(names.length);
        expect(names.includes("trending")).toBe(
          one.includeTrending && one.categoryFilter !== "none",
        );
      }),
    );
  });

  it("are the same for all whose traits lie in the same thirds", ({ expect }) => {
    const third = fc.constantFrom({ min: 0, max: 33 }, { min: 34, max: 66 }, { min: 67, max: 100 });
    const pairIn = (bounds: { min: number; max: number }) =>
      fc.tuple(fc.integer(bounds), fc.integer(bounds));
    fc.assert(
      fc.property(fc.tuple(...TRAIT_NAMES.map(() => third.chain(pairIn))), (pairs) => {
        const person = (which: 0 | 1) =>
          Object.fromEntries(TRAIT_NAMES.map((trait, at) => [trait, pairs[at]?.[which]]));
        expect(themesFor(aTaste({ personality: person(0) }))).toEqual(
          themesFor(aTaste({ personality: person(1) })),
        );
      }),
    );
  });

  it("follow the traits", ({ expect }) => {
    const topicsFor = (traits: Taste["personality"]) =>
      themesFor(aTaste({ personality: traits, includeTrending: false })).map(themeName);
    expect(topicsFor({ openness: 95, extraversion: 10 })).toContain("topic:philosophy");
    expect(topicsFor({ conscientiousness: 90 })).toContain("topic:productivity");
    expect(topicsFor({ neuroticism: 90 })[0]).toBe("topic:calm");
    expect(topicsFor({ extraversion: 90 })[0]).toBe("topic:pop_music");
  });

  it("cost no search for a user whom nothing sets apart", ({ expect }) => {
    for (const traits of [undefined, { openness: 50, extraversion: 40 }]) {
      const topics = themesFor(aTaste({ personality: traits })).flatMap((theme) =>
        theme.kind === "topic" ? [topicOf(theme.topic)] : [],
      );
      expect(topics).toHaveLength(3);
      expect(topics.every((one) => one?.whole)).toBe(true);
    }
  });

  it("begin with what is liked and watched, and skip a topic whose chart is there", ({
    expect,
  }) => {
    const themes = themesFor(
      aTaste({
        personality: { extraversion: 90 },
        likedCategories: ["music", "27", "no such"],
        watchedChannels: [channel("a"), "not a channel", channel("b")],
      }),
    ).map(themeName);
    expect(themes.slice(0, 4)).toEqual([
      "trending",
      "chart:10",
      "topic:comedy",
      `channel:${channel("a")}`,
    ]);
    expect(themes).not.toContain("topic:pop_music");
  });

  it("begin with the category that alone is wanted", ({ expect }) => {
    const themes = themesFor(
      aTaste({ categoryFilter: "education", personality: { openness: 90 } }),
    );
    expect(themes[0]).toEqual({ kind: "chart", categoryId: "27" });
    expect(themesFor(aTaste({ categoryFilter: "no such" }))).toEqual([]);
  });
});

describe("wider themes", () => {
  it("are other charts than the user had, the same for everybody", ({ expect }) => {
    const had: Theme[] = [{ kind: "trending" }, { kind: "chart", categoryId: "20" }];
    const names = widerThemes(had).map(themeName);
    expect(names).toHaveLength(10);
    expect(names.slice(0, 3)).toEqual(["chart:10", "chart:24", "chart:17"]);
    expect(names).not.toContain("chart:20");
    expect(widerThemes([]).map(themeName)).toContain("chart:20");
  });
});

describe("the vocabulary", () => {
  it("names each topic once, with known categories and leanings from -1 to 1", ({ expect }) => {
    expect(new Set(TOPICS.map(({ id }) => id)).size).toBe(TOPICS.length);
    for (const topic of TOPICS) {
      expect(topic.id).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
      expect(topic.categoryIds.every((id) => categoryNameOf(id) !== "")).toBe(true);
      expect(Object.values(topic.leanings).every((one) => Math.abs(one) <= 1)).toBe(true);
      expect(topic.themes.every((theme) => theme === theme.toLowerCase())).toBe(true);
    }
  });

  it("has something for each end of each trait", ({ expect }) => {
    for (const trait of TRAIT_NAMES) {
      const leanings = TOPICS.map(({ leanings: of }) => of[trait] ?? 0);
      expect([trait, Math.max(...leanings) > 0, Math.min(...leanings) < 0]).toEqual([
        trait,
        true,
        true,
      ]);
    }
  });

  it("finds whole words in titles and tags, and whole categories", ({ expect }) => {
    const about = (title: string, categoryId = "", tags: string[] = []) =>
      topicsOf(TOPICS, { title, tags, categoryId }).map(({ id }) => id);
    expect(about("Painting the ocean")).toEqual(["art"]);
    expect(about("A party in the start-up")).toEqual([]);
    expect(about("untitled", "10")).toEqual(["pop_music"]);
    expect(about("untitled", "", ["Black Hole"])).toEqual(["space"]);
  });
});

describe("what YouTube says", () => {
  it("has durations from none to days", ({ expect }) => {
    const seconds = ["PT4M13S", "P1DT2H", "P0D", "PT1H", "P1W", "PT0S", "", "4:13", "PT1.5S"];
    expect(seconds.map(secondsOfDuration)).toEqual([253, 93_600, 0, 3_600, 604_800, 0, 0, 0, 1]);
  });

  it("has categories by id and by name", ({ expect }) => {
    expect(["10", " music ", "comedy", "nonsense"].map(categoryIdOf)).toEqual([
      "10",
      "10",
      "23",
      undefined,
    ]);
  });

  it("makes a video of whatever is there, and of nothing that cannot be watched", ({ expect }) => {
    const id = "dQw4w9WgXcQ";
    expect(videoOf({ id, snippet: { title: "Bare" } })).toMatchObject({
      publishedAtMs: undefined,
      categoryName: "",
      viewCount: 0,
      tags: [],
      thumbnailUrl: "",
    });
    expect(videoOf({ snippet: { title: "no id" } })).toBeUndefined();
    expect(videoOf({ id, snippet: { title: "" } })).toBeUndefined();
    expect(videoOf({ id })).toBeUndefined();
    const secret = { id, snippet: { title: "x" }, status: { privacyStatus: "private" } };
    expect(videoOf(secret)).toBeUndefined();
  });

  it("never breaks on an item, whatever it is", ({ expect }) => {
    fc.assert(
      fc.property(fc.anything(), (item) => {
        expect(videoOf(item)).toBeUndefined();
      }),
    );
  });

  it("survives the cache, and a broken entry is no list", ({ expect }) => {
    const video = videoOf({ id: "dQw4w9WgXcQ", snippet: { title: "Bare", tags: ["ü"] } });
    if (video === undefined) throw new Error("no video");
    expect(decodeList(encodeList({ videos: [video] }))).toEqual({ videos: [video] });
    expect(decodeList(new TextEncoder().encode("{"))).toBeUndefined();
    expect(decodeList(new TextEncoder().encode("null"))).toBeUndefined();
  });

  it("is kept under names that tell keys, regions and languages apart, without the key", ({
    expect,
  }) => {
    const fingerprint = fingerprintOf("AIzaSecret");
    const scope = { fingerprint, region: "US", language: "en" };
    const topic = { kind: "topic", topic: "calm" } as const;
    expect(fingerprint).not.toContain("AIza");
    expect(listKey(topic, scope)).toBe(`yt1:${fingerprint}:topic:calm:US:en`);
    expect(listKey({ kind: "trending" }, scope)).toBe(`yt1:${fingerprint}:trending:US`);
    expect(fingerprintOf("other")).not.toBe(fingerprint);
  });
});
