import { describe, it } from "vitest";
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import { LeaseDesk } from "../../src/feed/lease-desk.ts";
import { LeasedPages } from "../../src/feed/leased-pages.ts";
import { OutageMemory } from "../../src/feed/outage-memory.ts";
import { type FeedPage, type FeedPorts, recommend } from "../../src/feed/recommend.ts";
import type { Background } from "../../src/platform/background.ts";
import { buildPools } from "../../src/pools/build-pools.ts";
import { MemoryPoolStore } from "../../src/pools/memory-pool-store.ts";
import { PoolReplicas, type ReplicaShelf } from "../../src/pools/pool-replicas.ts";
import { ActivityBuffer } from "../../src/users/active-users.ts";
import { MemoryUserStore } from "../../src/users/memory-user-store.ts";
import { DEFAULT_USER_POLICY } from "../../src/users/user-policy.ts";

const TENANT = "t" as TenantId;
const NOW_MS = 1_760_000_000_000;
const DAY_MS = 86_400_000;
const NO_SHELF: ReplicaShelf = {
  find: () => Promise.resolve(undefined),
  keep: () => Promise.resolve(),
};

/** Counts the calls to L2, of user state and of pools together. */
function countCalls<Store extends object>(store: Store, trips: { count: number }): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        trips.count += 1;
        return Reflect.apply(member, target, args);
      };
    },
  });
}

async function aFeed(items = 3_000) {
  const trips = { count: 0 };
  const behind: (() => Promise<unknown>)[] = [];
  const background: Background = { run: (_, work) => void behind.push(work) };
  const pools = new MemoryPoolStore(() => NOW_MS);
  const ranked = Array.from({ length: items }, (_, rank) => ({
    id: `item-${rank}` as ItemId,
    publishedAtMs: NOW_MS - (rank % 90) * DAY_MS,
  }));
  await pools.publish(TENANT, buildPools(ranked, NOW_MS).snapshot);
  const ports: FeedPorts = {
    users: countCalls(new MemoryUserStore(), trips),
    pools: countCalls(pools, trips),
    replicas: new PoolReplicas({ edge: NO_SHELF, copies: NO_SHELF }),
    leasedPages: new LeasedPages(),
    leaseDesk: new LeaseDesk(),
    outages: new OutageMemory(),
    activity: new ActivityBuffer({
      record: () => Promise.resolve(),
      since: () => Promise.resolve([]),
    }),
  };
  /** The page, and the round trips that its user waited for. */
  const ask = async (
    user: string,
    change: Partial<Parameters<typeof recommend>[1]> = {},
  ): Promise<{ page: FeedPage; waited: number }> => {
    trips.count = 0;
    const page = await recommend(ports, {
      key: { tenant: TENANT, user: user as UserId },
      recType: "mixed",
      count: 20,
      policy: DEFAULT_USER_POLICY,
      nowMs: NOW_MS,
      background,
      ...change,
    });
    return { page, waited: trips.count };
  };
  const settle = async (): Promise<void> => {
    while (behind.length > 0) await behind.shift()?.();
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
