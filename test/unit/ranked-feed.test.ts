import fc from "fast-check";
import { describe, it } from "vitest";
import { FailureError } from "../../src/domain/failure.ts";
import { itemCodes } from "../../src/domain/item-code.ts";
import type { ItemId } from "../../src/domain/ids.ts";
import { parseCursor } from "../../src/feed/cursor.ts";
import { rankedFeed, type RankedPage } from "../../src/feed/ranked-feed.ts";
import type { FeedCall } from "../../src/feed/feed-call.ts";
import { Counters } from "../../src/observability/counters.ts";
import { Signer } from "../../src/platform/signing.ts";
import { toSeconds } from "../../src/platform/clock.ts";
import { PoolReplicas } from "../../src/pools/pool-replicas.ts";
import { PoolReplica } from "../../src/pools/pool-replica.ts";
import { staticListOf } from "../../src/pools/static-list.ts";
import { StaticLists } from "../../src/pools/static-lists.ts";
import type { UserStore } from "../../src/users/user-store.ts";
import { buildPools } from "../../src/pools/build-pools.ts";
import {
  aConfig,
  aFeedOf,
  FEED_NOW_MS,
  type FeedFixture,
  someItems,
} from "../support/feed-fixture.ts";
import { aShelf } from "../support/pool-builders.ts";

const signer = new Signer("a secret of this test");
const MINUTE_MS = 60_000;

/** Refreshes without a limit, so that a test can ask as often as it likes. */
const eager = (changes: Record<string, unknown> = {}) =>
  aConfig({ rate_limits: { user_refreshes_per_second: 1_000 }, ...changes });

async function ask(
  { call }: FeedFixture,
  user: string,
  changes: Partial<FeedCall> & {
    readonly limit?: number;
    readonly cursor?: string;
    readonly explained?: boolean;
  } = {},
): Promise<RankedPage> {
  const { limit = 20, cursor: text, explained = false, ...rest } = changes;
  const request = call(user, { config: eager(), ...rest });
  const cursor =
    text === undefined
      ? undefined
      : await parseCursor(signer, request.key, text, toSeconds(request.nowMs));
  return rankedFeed(
    { ...request, limit, explained, ...(cursor === undefined ? {} : { cursor }) },
    signer,
  );
}

const idsOf = ({ items }: RankedPage): readonly string[] => items.map(({ id }) => id);

const down = () => Promise.reject(new FailureError("USER_STATE_UNAVAILABLE", "down"));
const brokenUsers = new Proxy({} as UserStore, { get: () => down });

describe("scrolling the ranked feed", () => {
  it("shows the slate of the first page to its end, while everything else moves", async ({
    expect,
  }) => {
    const items = someItems(400);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("pools", "weights", "rules", "time"), { maxLength: 9 }),
        fc.integer({ min: 7, max: 50 }),
        async (moves, limit) => {
          const feed = await aFeedOf(items);
          let nowMs = FEED_NOW_MS;
          let config = eager();
          let version = FEED_NOW_MS;
          const first = await ask(feed, "ana", { limit });
          const key = feed.call("ana").key;
          const slate = await parseCursor(signer, key, first.nextCursor ?? "", toSeconds(nowMs));
          const promised = [...idsOf(first), ...namesOf(slate.rest, items)];
          const shown = [...idsOf(first)];
          let cursor = first.nextCursor;
          for (let page = 0; cursor !== undefined; page += 1) {
            switch (moves[page]) {
              case "pools":
                version += MINUTE_MS;
                // The order is turned round, and a third of the items is gone.
                await feed.publish(
                  items.toReversed().filter((_, at) => at % 3 > 0),
                  version,
                );
                nowMs += MINUTE_MS;
                break;
              case "weights":
                config = eager({ weights: { popularity: 0, recency: 10 } });
                break;
              case "rules":
                config = eager({ rules: [{ type: "pin", item: "item-5", slot: 0 }] });
                break;
              case "time":
                nowMs += 4 * MINUTE_MS;
                break;
              case undefined:
                break;
            }
            const next: RankedPage = await ask(feed, "ana", { limit, cursor, config, nowMs });
            shown.push(...idsOf(next));
            cursor = next.nextCursor;
          }
          expect(shown).toEqual(promised);
          expect(new Set(shown).size).toBe(shown.length);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("leaves out what was excluded or watched since, and nothing else", async ({ expect }) => {
    const feed = await aFeedOf(someItems(400));
    const first = await ask(feed, "ana");
    await feed.settle();
    const second = await ask(feed, "ana", { cursor: first.nextCursor ?? "" });
    const [watched, excluded] = [idsOf(second)[3] ?? "", idsOf(second)[7] ?? ""];
    await feed.users.mark(feed.call("ana").key, {
      nowSeconds: toSeconds(FEED_NOW_MS),
      codes: itemCodes([watched as ItemId]),
      as: "watched",
      policy: feed.call("ana").policy,
    });
    const again = await ask(feed, "ana", {
      cursor: first.nextCursor ?? "",
      config: eager({ filters: { excluded_items: [excluded] } }),
    });
    const left = idsOf(second).filter((id) => id !== watched && id !== excluded);
    expect(idsOf(again).slice(0, 18)).toEqual(left);
    expect(idsOf(again)).toHaveLength(20);
  });

  it("waits for three round trips on the first page of a new user", async ({ expect }) => {
    const feed = await aFeedOf(someItems(3_000));
    await ask(feed, "somebody");
    feed.trips.count = 0;
    expect((await ask(feed, "new")).items).toHaveLength(20);
    expect(feed.trips.count).toBe(3);
  });

  it("waits for one round trip on the first page of a warm user, and for one on the next", async ({
    expect,
  }) => {
    const feed = await aFeedOf(someItems(3_000));
    await ask(feed, "ana");
    await feed.settle();
    feed.trips.count = 0;
    const page = await ask(feed, "ana");
    expect(feed.trips.count).toBe(1);
    await feed.settle();
    feed.trips.count = 0;
    await ask(feed, "ana", { cursor: page.nextCursor ?? "" });
    expect(feed.trips.count).toBe(1);
  });
});

describe("refreshing the ranked feed", () => {
  it("brings new items each time, also when the answer before is not committed yet", async ({
    expect,
  }) => {
    const feed = await aFeedOf(someItems(1_000));
    const seen: string[] = [];
    for (let refresh = 0; refresh < 5; refresh += 1) seen.push(...idsOf(await ask(feed, "bob")));
    expect(new Set(seen).size).toBe(100);
  });

  it("brings back what was served when there is nothing else, and never what was watched", async ({
    expect,
  }) => {
    const feed = await aFeedOf(someItems(30));
    const first = await ask(feed, "cleo");
    await feed.settle();
    const watched = idsOf(first).slice(0, 10) as ItemId[];
    const { key, policy } = feed.call("cleo");
    await feed.users.mark(key, {
      nowSeconds: toSeconds(FEED_NOW_MS),
      codes: itemCodes(watched),
      as: "watched",
      policy,
    });
    const second = await ask(feed, "cleo", { nowMs: FEED_NOW_MS + MINUTE_MS });
    expect(second.items).toHaveLength(20);
    expect(second.degraded).toBeUndefined();
    expect(idsOf(second).filter((id) => watched.includes(id as ItemId))).toEqual([]);
    // The ten items that were never served come first.
    expect(
      idsOf(second)
        .slice(0, 10)
        .filter((id) => idsOf(first).includes(id)),
    ).toEqual([]);
  });

  it("remembers an item that is shown again and again once", async ({ expect }) => {
    const feed = await aFeedOf(someItems(30));
    const config = eager({ rules: [{ type: "pin", item: "item-7", slot: 2 }] });
    for (let refresh = 0; refresh < 12; refresh += 1) {
      const page = await ask(feed, "cora", { config, nowMs: FEED_NOW_MS + refresh * MINUTE_MS });
      expect(page.items).toHaveLength(20);
      expect(idsOf(page)).toContain("item-7");
      await feed.settle();
    }
    const { key, policy } = feed.call("cora");
    const { coolingDown } = await feed.users.stats(key, toSeconds(FEED_NOW_MS), policy);
    expect(coolingDown).toBe(30);
  });

  it("changes nothing for the user when it only explains itself", async ({ expect }) => {
    const feed = await aFeedOf(someItems(300));
    const first = await ask(feed, "dora", { explained: true });
    await feed.settle();
    const again = await ask(feed, "dora", { explained: true });
    expect(idsOf(again)).toEqual(idsOf(first));
    expect(again.explanation?.selected).toHaveLength(20);
    expect(idsOf(await ask(feed, "dora"))).toEqual(idsOf(first));
  });

  it("refuses more refreshes a second than the tenant allows", async ({ expect }) => {
    const feed = await aFeedOf(someItems(300));
    const config = aConfig();
    await ask(feed, "dan", { config });
    await ask(feed, "dan", { config });
    await expect(ask(feed, "dan", { config })).rejects.toMatchObject({ code: "RATE_LIMITED" });
    const later = await ask(feed, "dan", { config, nowMs: FEED_NOW_MS + 1_000 });
    expect(later.items).toHaveLength(20);
  });
});

describe("the ranked feed when something fails", () => {
  const policy = {
    filters: { excluded_tags: ["politics"], max_maturity: "PG", excluded_items: ["item-0"] },
  };
  const rated = someItems(200, (rank) => ({
    tags: rank % 2 === 0 ? ["politics"] : ["sports"],
    ...(rank % 3 === 0 ? {} : { maturity: rank % 3 === 1 ? ("G" as const) : ("R" as const) }),
  }));
  /** What the policy above allows: odd ranks that are rated G. */
  const allowed = (id: string): boolean => {
    const rank = Number(id.slice("item-".length));
    return rank % 2 === 1 && rank % 3 === 1;
  };

  it("serves the tenant's default list while user state is away, by the same policy", async ({
    expect,
  }) => {
    const feed = await aFeedOf(rated, { users: brokenUsers });
    const page = await ask(feed, "eva", { config: eager(policy) });
    expect(page).toMatchObject({ kind: "fallback", degraded: "user_state_unavailable" });
    expect(page.items).toHaveLength(20);
    expect(idsOf(page).filter((id) => !allowed(id))).toEqual([]);
    const refreshed = await ask(feed, "eva", { config: eager(policy) });
    expect(idsOf(refreshed).filter((id) => idsOf(page).includes(id))).toEqual([]);
  });

  it("serves the static list while the pools are away too, by today's policy", async ({
    expect,
  }) => {
    const pools = new PoolReplica(buildPools(rated, FEED_NOW_MS).snapshot);
    const list = staticListOf(pools, () => true);
    const gone = () => Promise.reject(new FailureError("POOLS_UNAVAILABLE", "down"));
    const feed = await aFeedOf([], {
      users: brokenUsers,
      pools: { publish: gone, current: gone, load: gone },
      replicas: new PoolReplicas({
        edge: aShelf(),
        copies: aShelf(),
      }),
      staticLists: new StaticLists(
        { find: async () => list, keep: async () => undefined },
        new Counters(),
      ),
    });
    const page = await ask(feed, "fay", { config: eager(policy), limit: 10 });
    expect(page).toMatchObject({ kind: "fallback", degraded: "static_list" });
    expect(page.items).toHaveLength(10);
    expect(idsOf(page).filter((id) => !allowed(id))).toEqual([]);
  });

  it("keeps scrolling through the slate while user state is away, and says that it is", async ({
    expect,
  }) => {
    const feed = await aFeedOf(someItems(300));
    const first = await ask(feed, "gil");
    const broken = { ...feed.ports, users: brokenUsers };
    const next = await ask(feed, "gil", { cursor: first.nextCursor ?? "", ports: broken });
    expect(next.degraded).toBe("user_state_unavailable");
    expect(next.items).toHaveLength(20);
    expect(idsOf(next).filter((id) => idsOf(first).includes(id))).toEqual([]);
  });
});

/** The items behind codes. */
function namesOf(rest: string, items: ReturnType<typeof someItems>): readonly string[] {
  const byCode = new Map(items.map(({ id }) => [itemCodes([id]) as string, id]));
  return (rest.match(/.{7}/g) ?? []).map((code) => byCode.get(code) ?? "?");
}
