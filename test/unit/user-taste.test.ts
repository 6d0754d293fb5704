import { describe, it } from "vitest";
import { itemCodes, joinCodes } from "../../src/domain/item-code.ts";
import type { ItemId } from "../../src/domain/ids.ts";
import type { AnswerProfiles } from "../../src/feed/answer-profiles.ts";
import { rankedFeed, type RankedPage } from "../../src/feed/ranked-feed.ts";
import { joinedTaste, tasteOfProfile } from "../../src/feed/scorers/profile-taste.ts";
import { NO_TASTE } from "../../src/feed/scorers/taste.ts";
import { TASTE_MARK } from "../../src/feed/taste-mark.ts";
import { toSeconds } from "../../src/platform/clock.ts";
import { Signer } from "../../src/platform/signing.ts";
import { applyChange } from "../../src/profiles/apply-change.ts";
import { NOTHING_KNOWN } from "../../src/profiles/known-profile.ts";
import type { Profile } from "../../src/profiles/profile.ts";
import type { AppliedEvent } from "../../src/profiles/profile-store.ts";
import { DEFAULT_USER_POLICY } from "../../src/users/user-policy.ts";
import {
  aConfig,
  aFeedOf,
  FEED_NOW_MS,
  type FeedFixture,
  someItems,
} from "../support/feed-fixture.ts";
import { anEvent, aProfile, events } from "../support/profile-builders.ts";

const signer = new Signer("a secret of this test");

/** Every tenth item is of the genre noir, every seventh by Ann; the rest by others of their own. */
const ITEMS = someItems(100, (rank) => ({
  tags: ["film", rank % 10 === 3 ? "noir" : `tag-${rank % 20}`],
  creator: rank % 7 === 0 ? "Ann" : `creator-${rank % 30}`,
}));

const config = aConfig({ weights: { popularity: 0.001, recency: 0, affinity: 1 } });

const tasteFor = (...list: readonly AppliedEvent[]): Profile =>
  applyChange(aProfile(), events(...list)).profile;

const noir = (changes: Partial<AppliedEvent> = {}) =>
  anEvent("1", { item: "elsewhere" as ItemId, facts: { tags: ["noir", "film"] }, ...changes });

function profilesOf(
  profile: Profile,
  state: "current" | "stale" = "current",
): { asked: number } & Pick<AnswerProfiles, "open" | "profile"> {
  const profiles = {
    asked: 0,
    open() {
      profiles.asked += 1;
      return { ...NOTHING_KNOWN, version: 7, state };
    },
    profile: () => ({ version: 7, state, profile }),
  };
  return profiles;
}

const pageOf = ({ call }: FeedFixture, limit = 8): Promise<RankedPage> =>
  rankedFeed({ ...call("ana", { config }), limit, explained: false }, signer);

async function mark({ users, call }: FeedFixture, ...watched: readonly string[]): Promise<void> {
  await users.mark(call("ana").key, {
    nowSeconds: toSeconds(FEED_NOW_MS),
    codes: joinCodes(itemCodes(watched.map((id) => id as ItemId)), TASTE_MARK),
    as: "watched",
    policy: DEFAULT_USER_POLICY,
  });
}

const ranks = ({ items }: RankedPage): readonly number[] =>
  items.map(({ id }) => Number(id.slice("item-".length)));

describe("the ranked page of a user", () => {
  it("asks for no profile where there are no deeds", async ({ expect }) => {
    const profiles = profilesOf(tasteFor(noir()));
    const page = await pageOf(await aFeedOf(ITEMS, { profiles }));
    expect(profiles.asked).toBe(0);
    expect(page).toMatchObject({ kind: "cold_start", tasteVersion: 0, degraded: undefined });
  });

  it("begins with what deeds elsewhere say", async ({ expect }) => {
    const feed = await aFeedOf(ITEMS, { profiles: profilesOf(tasteFor(noir())) });
    await mark(feed);
    const page = await pageOf(feed);
    expect(page).toMatchObject({ kind: "personalized", tasteVersion: 7 });
    expect(ranks(page).every((rank) => rank % 10 === 3)).toBe(true);
  });

  it("is without what was disliked, which says nothing for its like", async ({ expect }) => {
    const disliked = "item-3" as ItemId;
    const profile = tasteFor(noir({ type: "dislike", item: disliked, weight: -5 }));
    const feed = await aFeedOf(ITEMS, { profiles: profilesOf(profile) });
    // Hidden as if it had been watched.
    await mark(feed, disliked, "item-7");
    const page = await pageOf(feed);
    expect(ranks(page).some((rank) => rank % 10 === 3)).toBe(false);
    // What was really watched still leads.
    expect(ranks(page).every((rank) => rank % 20 === 7 || rank % 7 === 0)).toBe(true);
  });

  it("says so when the store of profiles does not answer", async ({ expect }) => {
    const feed = await aFeedOf(ITEMS, { profiles: profilesOf(tasteFor(noir()), "stale") });
    await mark(feed);
    const page = await pageOf(feed);
    expect(page).toMatchObject({ kind: "personalized", degraded: "profiles_unavailable" });
    expect(ranks(page).every((rank) => rank % 10 === 3)).toBe(true);
  });
});

describe("taste of a profile", () => {
  it("ranks rare names above common ones, and knows none that the pools do not", async ({
    expect,
  }) => {
    const feed = await aFeedOf(ITEMS);
    const { key, nowMs, background } = feed.call("ana");
    const { replicas, pools } = feed.ports;
    const facts = (await replicas.current(key.tenant, pools, nowMs, background))?.pools.facts;
    if (facts === undefined) throw new Error("no pools");
    const profile = tasteFor(
      noir({ facts: { tags: ["film", "noir", "unheard of"], creator: "Ann", category: "tag-5" } }),
      anEvent("2", { weight: -5, type: "dislike", facts: { tags: ["tag-1"] } }),
    );
    const taste = tasteOfProfile(profile.taste, facts);
    const of = (name: string): number => taste.tags.get(facts.tagNames.indexOf(name)) ?? 0;
    expect(of("film")).toBe(0);
    expect(of("noir")).toBeGreaterThan(0);
    expect(of("tag-5")).toBeGreaterThan(of("noir"));
    expect(of("tag-1")).toBeLessThan(0);
    expect(taste.creators.size).toBe(1);
    const joined = joinedTaste(NO_TASTE, taste);
    expect(Math.max(...joined.tags.values())).toBe(1);
    expect(Math.min(...joined.tags.values())).toBeGreaterThan(0);
    expect(joinedTaste(taste, NO_TASTE)).toBe(taste);
  });
});
