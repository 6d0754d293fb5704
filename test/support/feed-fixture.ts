/** A feed in memory: pools of made-up items, the stores behind it, and a count of the calls that it makes. */
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import { JustServed } from "../../src/feed/just-served.ts";
import { LeaseDesk } from "../../src/feed/lease-desk.ts";
import { LeasedPages } from "../../src/feed/leased-pages.ts";
import { OutageMemory } from "../../src/feed/outage-memory.ts";
import type { FeedCall, FeedPorts } from "../../src/feed/feed-call.ts";
import { Counters } from "../../src/observability/counters.ts";
import type { Background } from "../../src/platform/background.ts";
import { buildPools } from "../../src/pools/build-pools.ts";
import { MemoryPoolStore } from "../../src/pools/memory-pool-store.ts";
import { PoolReplicas } from "../../src/pools/pool-replicas.ts";
import { StaticLists } from "../../src/pools/static-lists.ts";
import { UNKNOWN_DEPLOYMENT } from "../../src/tenants/deployment-record.ts";
import { tenantConfigSchema, type TenantConfig } from "../../src/tenants/tenant-config.ts";
import { ActivityBuffer } from "../../src/users/active-users.ts";
import { MemoryUserStore } from "../../src/users/memory-user-store.ts";
import { PeekCounts } from "../../src/users/peek-counts.ts";
import { DEFAULT_USER_POLICY } from "../../src/users/user-policy.ts";
import { lastKnown, NOTHING_KNOWN } from "../../src/profiles/known-profile.ts";
import type { UserStore } from "../../src/users/user-store.ts";
import { aShelf } from "./pool-builders.ts";

const FEED_TENANT = "t" as TenantId;
export const FEED_NOW_MS = 1_760_000_000_000;
const DAY_MS = 86_400_000;

type CatalogueItem = Parameters<typeof buildPools>[0][number];

/** A record with every default but what is named. */
export const aConfig = (changes: Record<string, unknown> = {}): TenantConfig =>
  tenantConfigSchema.parse({ name: "A tenant", ...changes });

/** Items by falling popularity; `facts` adds what ranking and policy read. */
export const someItems = (
  count: number,
  facts: (rank: number) => Partial<CatalogueItem> = () => ({}),
): readonly CatalogueItem[] =>
  Array.from({ length: count }, (_, rank) => ({
    id: `item-${rank}` as ItemId,
    publishedAtMs: FEED_NOW_MS - (rank % 90) * DAY_MS,
    ...facts(rank),
  }));

/** Counts the calls to a store. */
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

export interface FeedFixture {
  readonly ports: FeedPorts;
  readonly users: UserStore;
  /** Calls to L2 so far, of user state and of pools together. */
  readonly trips: { count: number };
  /** What every surface knows of a request of this user. */
  readonly call: (user: string, changes?: Partial<FeedCall>) => FeedCall;
  /** Publishes another version of the pools; isolates see it 15 s later. */
  readonly publish: (items: readonly CatalogueItem[], version: number) => Promise<void>;
  /** Runs what was left for after the answer, and what that leaves. */
  readonly settle: () => Promise<void>;
}

export async function aFeedOf(
  items: readonly CatalogueItem[],
  changes: Partial<FeedPorts> = {},
): Promise<FeedFixture> {
  const trips = { count: 0 };
  const behind: (() => Promise<unknown>)[] = [];
  const background: Background = { run: (_name, work) => void behind.push(work) };
  const pools = new MemoryPoolStore(() => FEED_NOW_MS);
  const users = new MemoryUserStore();
  const publish = async (list: readonly CatalogueItem[], version: number): Promise<void> => {
    await pools.publish(FEED_TENANT, buildPools(list, version).snapshot);
  };
  if (items.length > 0) await publish(items, FEED_NOW_MS);
  const ports: FeedPorts = {
    users: countCalls(users, trips),
    pools: countCalls(pools, trips),
    replicas: new PoolReplicas({ edge: aShelf(), copies: aShelf() }),
    staticLists: new StaticLists(aShelf(), new Counters()),
    leasedPages: new LeasedPages(),
    leaseDesk: new LeaseDesk(),
    outages: new OutageMemory(),
    justServed: new JustServed(),
    refreshes: new PeekCounts(),
    activity: new ActivityBuffer({
      record: () => Promise.resolve(),
      since: () => Promise.resolve([]),
    }),
    recentEvents: { receives: () => false },
    profiles: { open: () => NOTHING_KNOWN, profile: () => lastKnown(NOTHING_KNOWN, undefined) },
    ...changes,
  };
  return {
    ports,
    users,
    trips,
    publish,
    call: (user, callChanges = {}) => ({
      ports,
      key: { tenant: FEED_TENANT, user: user as UserId },
      config: DEFAULT_CONFIG,
      deployment: UNKNOWN_DEPLOYMENT,
      personalisation: { personalised: true },
      country: () => undefined,
      policy: DEFAULT_USER_POLICY,
      nowMs: FEED_NOW_MS,
      background,
      ...callChanges,
    }),
    async settle() {
      while (behind.length > 0) await behind.shift()?.();
    },
  };
}

const DEFAULT_CONFIG = aConfig();
