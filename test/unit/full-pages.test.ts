import { describe, it } from "vitest";
import { FailureError } from "../../src/domain/failure.ts";
import type { ItemId } from "../../src/domain/ids.ts";
import { itemCodes } from "../../src/domain/item-code.ts";
import { parseCursor } from "../../src/feed/cursor.ts";
import type { FeedCall } from "../../src/feed/feed-call.ts";
import { rankedFeed, type RankedPage } from "../../src/feed/ranked-feed.ts";
import { type FeedPage, recommend } from "../../src/feed/recommend.ts";
import { refillUser } from "../../src/feed/refill-user.ts";
import { stepOf } from "../../src/feed/user-refills.ts";
import { Signer } from "../../src/platform/signing.ts";
import { buildPools } from "../../src/pools/build-pools.ts";
import { PoolReplica } from "../../src/pools/pool-replica.ts";
import type { UserStore } from "../../src/users/user-store.ts";
import {
  aConfig,
  aFeedOf,
  FEED_NOW_MS,
  type FeedFixture,
  someItems,
} from "../support/feed-fixture.ts";

const down = () => Promise.reject(new FailureError("USER_STATE_UNAVAILABLE", "down"));
const brokenUsers = new Proxy({} as UserStore, { get: () => down });

const signer = new Signer("a secret of this test");
const eager = (changes: Record<string, unknown> = {}) =>
  aConfig({ rate_limits: { user_refreshes_per_second: 1_000 }, ...changes });

/** 95 % of the items are politics. */
const mostlyPolitics = someItems(4_000, (rank) => ({
  tags: rank % 20 === 0 ? ["sports"] : ["politics"],
}));
const withoutPolitics = eager({ filters: { excluded_tags: ["politics"] } });
const isSports = (id: string): boolean => Number(id.slice("item-".length)) % 20 === 0;

const idsOf = (page: RankedPage): readonly string[] => page.items.map(({ id }) => id);
const servedBy = (page: FeedPage): readonly string[] => page.served.map(({ id }) => id);

const rank = (
  { call }: FeedFixture,
  user: string,
  changes: Partial<FeedCall> = {},
  limit = 20,
): Promise<RankedPage> =>
  rankedFeed({ ...call(user, { config: eager(), ...changes }), limit, explained: false }, signer);

const take = (
  { call }: FeedFixture,
  user: string,
  changes: Partial<FeedCall> = {},
  page?: { readonly token: string; readonly idempotent: boolean },
): Promise<FeedPage> =>
  recommend({
    ...call(user, changes),
    recType: "mixed",
    count: 100,
    ...(page === undefined ? {} : { page }),
  });

describe("a policy that refuses 95 % of the pools", () => {
  it("leaves a new user a full page of /recommend", async ({ expect }) => {
    const feed = await aFeedOf(mostlyPolitics);
    const page = await take(feed, "ana", { config: withoutPolitics });
    expect(servedBy(page)).toHaveLength(100);
    expect(servedBy(page).filter((id) => !isSports(id))).toEqual([]);
  });

  it("leaves a new user a full page of the ranked feed, from the user's own queues", async ({
    expect,
  }) => {
    const feed = await aFeedOf(mostlyPolitics);
    const page = await rank(feed, "ana", { config: withoutPolitics }, 50);
    expect(page.items).toHaveLength(50);
    expect(page.items.filter(({ source }) => source === "fallback")).toEqual([]);
  });

  it("lets refills reach every allowed item, and queue each once", async ({ expect }) => {
    const feed = await aFeedOf(mostlyPolitics);
    const shown: string[] = [];
    let page: FeedPage;
    do {
      page = await take(feed, "bob", { config: withoutPolitics });
      shown.push(...servedBy(page));
    } while (page.served.length > 0 && shown.length < 400);
    expect(new Set(shown).size).toBe(shown.length);
    expect(shown).toHaveLength(200);
  });

  it("leaves a full page when user state is away", async ({ expect }) => {
    const feed = await aFeedOf(mostlyPolitics);
    const page = await take(feed, "cleo", {
      config: withoutPolitics,
      personalisation: { personalised: false, reason: "kill_switch" },
    });
    expect(servedBy(page)).toHaveLength(100);
  });
});

describe("queues that were filled before a policy changed", () => {
  /** Every item is allowed at first: the queues are filled with politics. */
  async function aFilledFeed(user: string): Promise<FeedFixture> {
    const feed = await aFeedOf(mostlyPolitics);
    const call = feed.call(user);
    const pools = (
      await feed.ports.replicas.current(
        call.key.tenant,
        feed.ports.pools,
        FEED_NOW_MS,
        call.background,
      )
    )?.pools;
    if (pools === undefined) throw new Error("the fixture has no pools");
    const seconds = FEED_NOW_MS / 1_000;
    const { valid, cursors } = await feed.users.stats(call.key, seconds, call.policy);
    await refillUser(stepOf(call, pools), { levels: valid, cursors, refillGranted: true });
    return feed;
  }

  it("give a full ranked page of the user's own items at once", async ({ expect }) => {
    const feed = await aFilledFeed("dan");
    const page = await rank(feed, "dan", { config: withoutPolitics });
    expect(page.items).toHaveLength(20);
    expect(idsOf(page).filter((id) => !isSports(id))).toEqual([]);
    expect(page.items.filter(({ source }) => source === "fallback")).toEqual([]);
    expect(page.nextCursor).toBeDefined();
  });

  it("give a full page of /recommend, and the same one to a retry", async ({ expect }) => {
    const feed = await aFilledFeed("eva");
    const named = { token: "abcdefghijklmnop", idempotent: true };
    const page = await take(feed, "eva", { config: withoutPolitics }, named);
    expect(servedBy(page)).toHaveLength(100);
    expect(servedBy(page).filter((id) => !isSports(id))).toEqual([]);
    const again = await take(feed, "eva", { config: withoutPolitics }, named);
    expect(servedBy(again)).toEqual(servedBy(page));
  });
});

describe("an isolate whose pools are behind", () => {
  it("leaves in the queues what it cannot name", async ({ expect }) => {
    const feed = await aFeedOf(someItems(200));
    const call = feed.call("kim");
    await rank(feed, "someone-else");
    const later = FEED_NOW_MS + 1_000;
    const newer = someItems(600).slice(200);
    const pools = new PoolReplica(buildPools(newer, later).snapshot);
    const start = await feed.users.stats(call.key, later / 1_000, call.policy);
    const step = stepOf(call, pools);
    await refillUser(step, { levels: start.valid, cursors: start.cursors, refillGranted: true });
    const before = await feed.users.stats(call.key, later / 1_000, call.policy);
    await rank(feed, "kim");
    const after = await feed.users.stats(call.key, later / 1_000, call.policy);
    expect(before.valid.popularity).toBeGreaterThan(100);
    expect(after.valid.popularity).toBeGreaterThanOrEqual(before.valid.popularity);
  });
});

describe("a page that its own pools can hardly fill", () => {
  it("keeps its caps when it is made up from the pools", async ({ expect }) => {
    const feed = await aFeedOf(someItems(300, (at) => ({ creator: `creator-${at % 4}` })));
    const config = eager({ rules: [{ type: "cap", by: "creator", max_per_page: 2 }] });
    const page = await rank(feed, "fay", { config });
    const perCreator = Map.groupBy(idsOf(page), (id) => Number(id.slice("item-".length)) % 4);
    expect([...perCreator.values()].map((ids) => ids.length)).toEqual([2, 2, 2, 2]);
  });

  it("is shown again to a user who refreshes at once, when there is nothing else", async ({
    expect,
  }) => {
    const feed = await aFeedOf(someItems(20));
    await rank(feed, "gil");
    await feed.settle();
    const again = await rank(feed, "gil");
    expect(again.items).toHaveLength(20);
  });
});

describe("an outage of user state", () => {
  it("does not make the ranked feed repeat itself once user state is back", async ({ expect }) => {
    const feed = await aFeedOf(someItems(400));
    const { key } = feed.call("hal");
    feed.ports.outages.add(key, itemCodes(["item-1", "item-2", "item-3"] as ItemId[]));
    const shown: string[] = [];
    for (let refresh = 0; refresh < 5; refresh += 1) {
      shown.push(...idsOf(await rank(feed, "hal")));
      await feed.settle();
    }
    expect(shown.filter((id) => ["item-1", "item-2", "item-3"].includes(id))).toEqual([]);
  });

  it("is told of on every page of a list that was made in it, and what they show cools down", async ({
    expect,
  }) => {
    const away = { users: brokenUsers };
    const feed = await aFeedOf(someItems(400));
    const ports = { ...feed.ports, ...away };
    const first = await rank(feed, "ida", { ports });
    const { key, nowMs } = feed.call("ida");
    const cursor = await parseCursor(signer, key, first.nextCursor ?? "", nowMs / 1_000);
    const next = await rankedFeed(
      { ...feed.call("ida", { config: eager() }), limit: 20, explained: false, cursor },
      signer,
    );
    expect(next.degraded).toBe("user_state_unavailable");
    const back = idsOf(await rank(feed, "ida"));
    expect(back.filter((id) => [...idsOf(first), ...idsOf(next)].includes(id))).toEqual([]);
  });

  it("keeps a slate from repeating when it began before the outage", async ({ expect }) => {
    const feed = await aFeedOf(someItems(400));
    const first = await rank(feed, "jo");
    await feed.settle();
    const { key, nowMs } = feed.call("jo");
    const cursor = await parseCursor(signer, key, first.nextCursor ?? "", nowMs / 1_000);
    const ports = { ...feed.ports, users: brokenUsers };
    const next = await rankedFeed(
      { ...feed.call("jo", { config: eager(), ports }), limit: 20, explained: false, cursor },
      signer,
    );
    const back = idsOf(await rank(feed, "jo"));
    expect(back.filter((id) => idsOf(next).includes(id))).toEqual([]);
  });
});
