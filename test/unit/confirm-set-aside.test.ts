/** A page set aside in one isolate, and what happens to its user in another. */
import { describe, it } from "vitest";
import { FailureError } from "../../src/domain/failure.ts";
import { eachCode, itemCode, joinCodes } from "../../src/domain/item-code.ts";
import type { ItemId } from "../../src/domain/ids.ts";
import { weightOf } from "../../src/events/weights.ts";
import { applyEvents } from "../../src/feed/apply-events.ts";
import { LeasedPages } from "../../src/feed/leased-pages.ts";
import { type FeedPage, recommend } from "../../src/feed/recommend.ts";
import { BelievedProfiles } from "../../src/profiles/believed-profiles.ts";
import { MemoryProfileStore } from "../../src/profiles/memory-profile-store.ts";
import { DEFAULT_USER_POLICY } from "../../src/users/user-policy.ts";
import { aConfig, aFeedOf, FEED_NOW_MS, someItems } from "../support/feed-fixture.ts";

const ITEMS = someItems(300);
const { weights } = aConfig().events;

/** An isolate whose user `ana` scrolls and has her next page in memory, and another one over the same stores. */
async function aScroller({ receives = true } = {}) {
  let nowMs = FEED_NOW_MS;
  let isAway = false;
  let opened = 0;
  const store = new MemoryProfileStore(() => nowMs);
  const open: MemoryProfileStore["open"] = (key, request) => {
    opened += 1;
    if (isAway) return Promise.reject(new FailureError("PROFILES_UNAVAILABLE", "away"));
    return store.open(key, request);
  };
  const profilesOf = (holder: string): BelievedProfiles =>
    new BelievedProfiles({
      store: new Proxy(store, {
        get: (target, name) => {
          if (name === "open") return open;
          const member: unknown = Reflect.get(target, name);
          return typeof member === "function" ? member.bind(target) : member;
        },
      }),
      holder,
      pause: () => Promise.resolve(),
    });
  const feed = await aFeedOf(ITEMS, {
    profiles: profilesOf("here"),
    recentEvents: { receives: () => receives },
  });
  const { key } = feed.call("ana");
  const ask = async (): Promise<{ page: FeedPage; trips: number; opened: number }> => {
    feed.trips.count = 0;
    opened = 0;
    const page = await recommend({ ...feed.call("ana", { nowMs }), recType: "mixed", count: 10 });
    return { page, trips: feed.trips.count, opened };
  };
  for (let turn = 0; turn < 2; turn += 1) {
    await ask();
    await feed.settle();
  }
  const elsewhere = profilesOf("there");
  return {
    ask,
    settle: feed.settle,
    pass: (ms: number): void => void (nowMs += ms),
    profilesAreAway: (): void => void (isAway = true),
    /** The page in memory, by the names of its items. */
    setAside(): readonly ItemId[] {
      const leased = feed.ports.leasedPages.claimAny(key, nowMs);
      if (leased === undefined) throw new Error("no page was set aside");
      feed.ports.leasedPages.keep(key, leased);
      const { popularity, freshness } = leased.page;
      const codes = new Set(eachCode(joinCodes(popularity, freshness)));
      return ITEMS.map(({ id }) => id).filter((id) => codes.has(itemCode(id)));
    },
    async watchElsewhere(item: ItemId): Promise<void> {
      const ports = {
        users: feed.users,
        profiles: elsewhere,
        leasedPages: new LeasedPages(),
        itemsOf: () => Promise.resolve(new Map()),
        activity: { note: () => false, flush: () => Promise.resolve() },
        policy: DEFAULT_USER_POLICY,
        weightOf: weightOf.bind(undefined, weights),
      };
      const event = { id: "e", type: "watch", user: key.user, item, atMs: nowMs } as const;
      await applyEvents(ports, key.tenant, [event], nowMs);
    },
  };
}

const idsOf = ({ served }: FeedPage): readonly ItemId[] => served.map(({ id }) => id);

describe("a page that was set aside", () => {
  it("is not served when its user did something elsewhere, a second later at most", async ({
    expect,
  }) => {
    const user = await aScroller();
    const [watched = "" as ItemId, ...others] = user.setAside();
    user.pass(500);
    await user.watchElsewhere(watched);
    user.pass(500);
    const { page } = await user.ask();
    expect(page.tier).toBe("l2");
    expect(idsOf(page)).toHaveLength(10);
    expect(idsOf(page)).not.toContain(watched);
    // It is the same page, made whole again.
    expect(idsOf(page)).toEqual(expect.arrayContaining(others));
  });

  it("is confirmed by one call to the profile and none to user state, when nothing happened", async ({
    expect,
  }) => {
    const user = await aScroller();
    const waiting = user.setAside();
    user.pass(5_000);
    const { page, trips, opened } = await user.ask();
    expect([page.tier, trips, opened]).toEqual(["l1", 0, 1]);
    expect(idsOf(page).toSorted()).toEqual(waiting.toSorted());
    // The version is believed now: the next page needs no other call behind the answer, nor within a second.
    await user.settle();
    expect(await user.ask()).toMatchObject({ page: { tier: "l1" }, trips: 0, opened: 0 });
  });

  it("is served unasked within a second", async ({ expect }) => {
    const user = await aScroller();
    user.pass(999);
    expect(await user.ask()).toMatchObject({ page: { tier: "l1" }, trips: 0, opened: 0 });
  });

  it("is never asked about where no events come", async ({ expect }) => {
    const user = await aScroller({ receives: false });
    user.pass(20_000);
    expect(await user.ask()).toMatchObject({ page: { tier: "l1" }, trips: 0, opened: 0 });
  });

  it("is taken from user state while profiles are away", async ({ expect }) => {
    const user = await aScroller();
    const waiting = user.setAside();
    user.pass(2_000);
    user.profilesAreAway();
    const { page, trips } = await user.ask();
    expect([page.tier, trips]).toEqual(["l2", 1]);
    expect(idsOf(page).toSorted()).toEqual(waiting.toSorted());
  });
});
