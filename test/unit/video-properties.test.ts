import fc from "fast-check";
import { describe, it } from "vitest";
import { itemCode, joinCodes } from "../../src/domain/item-code.ts";
import type { ItemId } from "../../src/domain/ids.ts";
import type { VideoInputs } from "../../src/feed/video-inputs.ts";
import type { Profile } from "../../src/profiles/profile.ts";
import { CATEGORIES } from "../support/fake-library.ts";
import { aConfig, FEED_NOW_MS } from "../support/feed-fixture.ts";
import { idsOf, someVideos, UNKNOWN, type VideoBody, watched } from "../support/video-fixture.ts";

const LISTED = 40;
/** Ids of YouTube's lists and of the catalogue alike. */
const anyId = fc.oneof(
  fc
    .tuple(fc.constantFrom("trending", "chart", "topic"), fc.nat(LISTED - 1))
    .map(([list, rank]) => `${list}-${rank}`),
  fc.nat(79).map((rank) => `item-${rank}`),
);
const ids = (maxLength: number) => fc.uniqueArray(anyId, { maxLength });
const trait = fc.nat(100);

interface World {
  readonly profile: Profile;
  readonly excluded: readonly string[];
  readonly inputs: Partial<VideoInputs>;
  readonly youtube: "away" | "here" | "none";
  readonly seed: number;
}

const world: fc.Arbitrary<World> = fc.record({
  profile: fc
    .record({
      personality: fc.option(
        fc.record({
          openness: trait,
          conscientiousness: trait,
          extraversion: trait,
          agreeableness: trait,
          neuroticism: trait,
        }),
        { nil: undefined },
      ),
      history: fc.array(
        fc.record({
          video: anyId,
          category: fc.constantFrom("", ...CATEGORIES),
          seconds: fc.nat(1_000),
        }),
        { maxLength: 20 },
      ),
      disliked: ids(30),
      served: ids(100),
      epsilon: fc.constantFrom(0, 0.1, 1),
      value: fc.double({ min: -1.2, max: 1.8, noNaN: true }),
    })
    .map(({ personality, history, disliked, served, epsilon, value }) => ({
      ...UNKNOWN,
      personality,
      history: history.map(({ video, category, seconds }) =>
        watched(video, { categoryName: category, watchSeconds: seconds }),
      ),
      disliked: disliked as ItemId[],
      served: joinCodes(...served.map((id) => itemCode(id as ItemId))),
      learned: { values: { Music: value }, updates: 1, epsilon },
    })),
  excluded: ids(30),
  inputs: fc.record({
    surface: fc.constantFrom("recommendations", "trending"),
    maxResults: fc.integer({ min: 1, max: 50 }),
    includeTrending: fc.boolean(),
    category: fc.option(fc.constantFrom(...CATEGORIES.map((name) => name.toLowerCase())), {
      nil: undefined,
    }),
  }),
  youtube: fc.constantFrom("away", "here", "none"),
  seed: fc.nat(),
});

/** Numerical Recipes' generator: the same seed rolls the same. */
function rollsOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function answerIn({ profile, excluded, inputs, youtube, seed }: World): Promise<VideoBody> {
  const fixture = await someVideos({
    items: 80,
    ...(youtube === "none" ? {} : { listed: LISTED }),
  });
  const { profiles, library, ask } = fixture;
  profiles.change("ana", profile);
  if (library !== undefined && youtube === "away") library.reason = "quota_exhausted";
  const config = aConfig({ filters: { excluded_items: excluded } });
  return ask("ana", inputs, { config, random: rollsOf(seed) });
}

const shownIn = ({ data }: VideoBody): readonly string[] => [
  ...data.recommendations.map(({ id }) => id),
  ...data.genre_clusters.flatMap(({ videos }) => videos.map(({ id }) => id)),
];

describe("an answer of videos, whatever the user, the tenant and YouTube", () => {
  it("is no longer than asked for, and shows nothing twice, disliked, watched or excluded", async ({
    expect,
  }) => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const body = await answerIn(given);
        const list = idsOf(body);
        expect(list.length).toBeLessThanOrEqual(given.inputs.maxResults ?? 20);
        expect(new Set(list).size).toBe(list.length);
        const clustered = body.data.genre_clusters.flatMap(({ videos }) => videos);
        expect(new Set(clustered.map(({ id }) => id)).size).toBe(clustered.length);
        expect(body.data.genre_clusters.length).toBeLessThanOrEqual(6);
        const shown = shownIn(body);
        const { disliked, history } = given.profile;
        const refused = [...disliked, ...history.map(({ video }) => video), ...given.excluded];
        for (const id of refused) expect(shown).not.toContain(id);
      }),
      { numRuns: 150 },
    );
  });

  it("shows what was served before only when nothing else is left, and marks it", async ({
    expect,
  }) => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        const inputs = { ...given.inputs, surface: "recommendations" } as const;
        const { data } = await answerIn({ ...given, inputs });
        const { served } = given.profile;
        for (const { id, shown_before } of data.recommendations) {
          const code = itemCode(id as ItemId);
          const wasServed = [...Array(served.length / 7).keys()].some((at) =>
            served.startsWith(code, at * 7),
          );
          expect(shown_before).toBe(wasServed);
        }
        const marks = data.recommendations.map(({ shown_before }) => shown_before);
        expect(marks).toEqual(marks.toSorted((a, b) => Number(a) - Number(b)));
      }),
      { numRuns: 100 },
    );
  });

  it("is the same under the same seed", async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(world, async (given) => {
        expect(await answerIn(given)).toEqual(await answerIn(given));
      }),
      { numRuns: 50 },
    );
  });

  it("is followed by others at every refresh, until there are none", async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.nat(), async (maxResults, seed) => {
        const { ask } = await someVideos({ listed: 12 });
        const random = rollsOf(seed);
        const seen = new Set<string>();
        // Three lists of twelve; clusters show up to 18 more each time.
        for (let refresh = 0; refresh < 40 && seen.size < 36; refresh += 1) {
          const nowMs = FEED_NOW_MS + refresh;
          const body = await ask("ana", { refresh: true, maxResults }, { random, nowMs });
          const fresh = shownIn(body).filter((id) => !seen.has(id));
          expect(fresh.length).toBeGreaterThan(0);
          for (const { id, shown_before } of body.data.recommendations) {
            expect(shown_before).toBe(seen.has(id));
          }
          for (const id of shownIn(body)) seen.add(id);
        }
        expect(seen.size).toBe(36);
      }),
      { numRuns: 50 },
    );
  });
});
