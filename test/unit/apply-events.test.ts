import fc from "fast-check";
import { describe, it } from "vitest";
import { applyChange } from "../../src/profiles/apply-change.ts";
import { DISLIKES_LIMIT, LIKES_LIMIT } from "../../src/profiles/opinions.ts";
import type { Profile } from "../../src/profiles/profile.ts";
import type { AppliedEvent } from "../../src/profiles/profile-store.ts";
import {
  affinityAt,
  APPLIED_LIMIT,
  CATEGORIES_LIMIT,
  CREATORS_LIMIT,
  type DeedType,
  meanPriceOf,
  summaryOf,
  type Sums,
  TAGS_LIMIT,
  TASTE_HALF_LIFE_MS,
} from "../../src/profiles/taste.ts";
import {
  anEvent,
  aProfile,
  aShownVideo,
  aVideoId,
  events,
  feedback,
  NOW_MS,
} from "../support/profile-builders.ts";

const after = (...batches: readonly (readonly AppliedEvent[])[]): Profile =>
  batches.reduce((last, batch) => applyChange(last, events(...batch)).profile, aProfile());

const TYPES: readonly DeedType[] = [
  "like",
  "like",
  "unlike",
  "dislike",
  "watch",
  "click",
  "skip",
  "purchase",
];

/** Distinct ids and times: events of one millisecond are ordered by nothing that a client says. */
const someEvents = fc
  .array(
    fc.record({
      type: fc.constantFrom(...TYPES),
      item: fc.nat(4),
      minutes: fc.nat(50_000),
      watched: fc.nat(100),
    }),
    { maxLength: 40 },
  )
  .map((rows) =>
    rows.map(({ type, item, minutes, watched }, index): AppliedEvent => {
      return anEvent(`event-${index}`, {
        type,
        item: aVideoId(item),
        atMs: NOW_MS - minutes * 60_000 - index,
        weight: type === "dislike" || type === "unlike" ? -5 : 3,
        ...(type === "watch" ? { watchSeconds: watched, totalSeconds: 100 } : {}),
        facts: { tags: [`tag-${item % 3}`], creator: `c-${item}`, category: `k-${item % 2}` },
      });
    }),
  );

/** Sums of floating point numbers differ by a rounding when they are added in another order. */
const rounded = (sums: Sums): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(sums)
      .map(([name, sum]): [string, string] => [name, affinityAt(sum, NOW_MS).toFixed(9)])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

const comparable = ({ liked, disliked, saidAt, history, taste }: Profile) => ({
  liked,
  disliked,
  saidAt,
  history,
  counts: taste.counts,
  tags: rounded(taste.tags),
  creators: rounded(taste.creators),
  categories: rounded(taste.categories),
});

describe("events of a user", () => {
  it("make the same profile in any order, in any batches, however often they come", ({
    expect,
  }) => {
    const told = someEvents.chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray([...list, ...list.slice(0, 10)], {
          minLength: list.length + Math.min(10, list.length),
        }),
        fc.nat(40),
      ),
    );
    fc.assert(
      fc.property(told, ([list, shuffled, cut]) => {
        const once = comparable(after(list));
        const often = after(shuffled.slice(0, cut), shuffled.slice(cut), shuffled);
        expect(comparable(often)).toEqual(once);
      }),
    );
  });

  it("change nothing at all when they were applied before", ({ expect }) => {
    const profile = after([anEvent("1"), anEvent("2", { type: "watch" })]);
    expect(applyChange(profile, events(anEvent("2"), anEvent("1"))).profile).toBe(profile);
  });

  it("are known again as long as a batch may be", ({ expect }) => {
    const batch = Array.from({ length: APPLIED_LIMIT }, (_, at) => anEvent(`event-${at}`));
    const profile = after(batch);
    expect(profile.taste.counts).toEqual({ like: APPLIED_LIMIT });
    expect(applyChange(profile, events(...batch)).profile).toBe(profile);
  });

  it("teach what feedback teaches", ({ expect }) => {
    const profile = aProfile({ shown: [aShownVideo()] });
    for (const type of ["like", "dislike", "watch", "skip", "share", "comment"] as const) {
      const told = applyChange(profile, feedback(type, { watchSeconds: 90, weight: 2 })).profile;
      const event = anEvent("1", { type, watchSeconds: 90, weight: 2 });
      const { facts: _, ...unknown } = event;
      const heard = applyChange(profile, events(unknown)).profile;
      expect(heard.learned).toEqual(told.learned);
      expect(heard.history).toEqual(told.history);
      expect([heard.liked, heard.disliked]).toEqual([told.liked, told.disliked]);
      expect(heard.taste.categories).toEqual(told.taste.categories);
    }
  });

  it("weigh half after two weeks", ({ expect }) => {
    const { taste } = after([anEvent("1", { atMs: NOW_MS - TASTE_HALF_LIFE_MS })]);
    expect(affinityAt(taste.tags["rock"] ?? 0, NOW_MS)).toBeCloseTo(2.5);
    expect(affinityAt(taste.creators["A band"] ?? 0, NOW_MS - TASTE_HALF_LIFE_MS)).toBeCloseTo(5);
    expect(meanPriceOf(taste)).toBeCloseTo(10);
  });

  it("keep as many names and opinions as are read again", ({ expect }) => {
    const many = Array.from({ length: 1_100 }, (_, at) =>
      anEvent(`event-${at}`, {
        type: at % 2 === 0 ? "like" : "dislike",
        item: aVideoId(at),
        atMs: NOW_MS + at,
        facts: { tags: [`tag-${at}`], creator: `creator-${at}`, category: `category-${at}` },
      }),
    );
    const profile = after(
      many,
      many.map((event) => ({
        ...event,
        id: `${event.id}-likes`,
        type: "like",
        item: aVideoId(`${event.id}-likes`),
      })),
    );
    expect(profile.liked).toHaveLength(LIKES_LIMIT);
    expect(profile.disliked).toHaveLength(DISLIKES_LIMIT);
    expect(profile.disliked[0]).toBe(aVideoId(1_099));
    expect(Object.keys(profile.taste.tags)).toHaveLength(TAGS_LIMIT);
    expect(Object.keys(profile.taste.creators)).toHaveLength(CREATORS_LIMIT);
    expect(Object.keys(profile.taste.categories)).toHaveLength(CATEGORIES_LIMIT);
  });
});

describe("a watch", () => {
  it("that ended at once is no watched video", ({ expect }) => {
    const watch = { type: "watch", totalSeconds: 1_000 } as const;
    const profile = after([anEvent("1", { ...watch, watchSeconds: 99 })]);
    expect(profile.history).toEqual([]);
    expect(after([anEvent("1", { ...watch, watchSeconds: 100 })]).history).toHaveLength(1);
  });
});

describe("an unlike", () => {
  it("takes a like back that comes after it, and no dislike", ({ expect }) => {
    const like = anEvent("1");
    const unlike = anEvent("2", { type: "unlike", atMs: NOW_MS + 5 });
    expect(after([unlike], [like]).liked).toEqual([]);
    expect(after([unlike], [like], [anEvent("3", { atMs: NOW_MS + 9 })]).liked).toHaveLength(1);
    const dislike = anEvent("4", { type: "dislike", atMs: NOW_MS + 1 });
    expect(after([dislike], [unlike]).disliked).toEqual([aVideoId("a")]);
  });
});

describe("what likes have in common", () => {
  it("is the share of each value among those that have one", ({ expect }) => {
    const summary = summaryOf([
      { tags: [], category: "beauty", price: 10, platform: "ios" },
      { tags: [], category: "beauty", price: 30 },
      { tags: [], category: "sport" },
      { tags: [] },
    ]);
    expect(summary).toEqual({
      items: 4,
      categories: { beauty: 2 / 3, sport: 1 / 3 },
      platforms: { ios: 1 },
      pricedItems: 2,
      meanPrice: 20,
    });
  });
});

describe("demographics", () => {
  it("change field by field, and are taken back by null", ({ expect }) => {
    const said = (profile: Profile, demographics: object) =>
      applyChange(profile, { kind: "demographics", demographics }).profile;
    const first = said(aProfile(), { gender: "f", ageGroup: "25-34" });
    const second = said(first, { gender: null, locale: "de-DE" });
    expect(second.demographics).toEqual({ ageGroup: "25-34", locale: "de-DE" });
  });
});
