import { describe, it } from "vitest";
import type { PageRequest } from "../../src/feed/page-state.ts";
import { type FeedPage, recommend } from "../../src/feed/recommend.ts";
import { aFeedOf, someItems } from "../support/feed-fixture.ts";

async function aFeed(items = 3_000) {
  const { call, trips, settle } = await aFeedOf(someItems(items));
  /** The page, and the round trips that its user waited for. */
  const ask = async (
    user: string,
    changes: Partial<PageRequest> = {},
  ): Promise<{ page: FeedPage; waited: number }> => {
    trips.count = 0;
    const page = await recommend({ ...call(user), recType: "mixed", count: 20, ...changes });
    return { page, waited: trips.count };
  };
  // The isolate is warm: it holds the pools.
  await ask("somebody");
  await settle();
  return { ask, settle };
}

describe("the critical path", () => {
  it("makes one round trip for a warm user", async ({ expect }) => {
    const { ask, settle } = await aFeed();
    await ask("alice");
    await settle();
    // Another size: nothing that was set aside fits.
    const { page, waited } = await ask("alice", { count: 33 });
    expect(page.served).toHaveLength(33);
    expect(waited).toBe(1);
  });

  it("makes two for a user who must be refilled first, and never more", async ({ expect }) => {
    const { ask } = await aFeed();
    expect((await ask("new")).waited).toBe(2);
    const { ask: askSmall, settle } = await aFeed(150);
    for (let page = 0; page < 12; page += 1) {
      expect((await askSmall("greedy", { count: 37 })).waited).toBeLessThanOrEqual(2);
      await settle();
    }
  });

  it("makes none for a scrolling user", async ({ expect }) => {
    const { ask, settle } = await aFeed();
    const tiers: string[] = [];
    const waits: number[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      const { page, waited } = await ask("scroller");
      expect(page.served).toHaveLength(20);
      tiers.push(page.tier);
      waits.push(waited);
      await settle();
    }
    expect(tiers.slice(2)).toEqual(Array(6).fill("l1"));
    expect(waits).toEqual([2, 1, 0, 0, 0, 0, 0, 0]);
  });

  it("makes one for a retry", async ({ expect }) => {
    const { ask, settle } = await aFeed();
    const named = { page: { token: "a".repeat(16), idempotent: true } };
    const first = await ask("bob", named);
    await settle();
    const retry = await ask("bob", named);
    expect(retry.page.served).toEqual(first.page.served);
    expect(retry.waited).toBe(1);
  });
});
