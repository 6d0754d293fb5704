/** The only wiring: which adapter stands behind which port. One set per isolate. */
import { D1Catalogue } from "./catalogue/d1-catalogue.ts";
import type { Catalogue } from "./catalogue/catalogue.ts";
import { MetadataShelf } from "./catalogue/metadata-shelf.ts";
import { FailureError } from "./domain/failure.ts";
import { type Bindings, parseSettings, type Settings } from "./env.ts";
import { LeaseDesk } from "./feed/lease-desk.ts";
import { LeasedPages } from "./feed/leased-pages.ts";
import { OutageMemory } from "./feed/outage-memory.ts";
import { CacheApiReplicaShelf } from "./pools/cache-api-replica-shelf.ts";
import { DurablePoolStore } from "./pools/durable-pool-store.ts";
import { KvReplicaShelf } from "./pools/kv-replica-shelf.ts";
import { PoolReplicas } from "./pools/pool-replicas.ts";
import type { PoolStore } from "./pools/pool-store.ts";
import { RedisPoolStore } from "./pools/redis-pool-store.ts";
import { D1JobRuns } from "./runs/d1-job-runs.ts";
import type { JobRuns } from "./runs/job-runs.ts";
import { D1TenantRegistry } from "./tenants/d1-tenant-registry.ts";
import { TenantDirectory } from "./tenants/tenant-directory.ts";
import type { Tenant, TenantRegistry } from "./tenants/tenant-registry.ts";
import { ActivityBuffer, type ActiveUsers } from "./users/active-users.ts";
import { D1ActiveUsers } from "./users/d1-active-users.ts";
import { D1WatchLog } from "./users/d1-watch-log.ts";
import { DurableUserStore } from "./users/durable-user-store.ts";
import { RedisUserStore } from "./users/redis-user-store.ts";
import { DEFAULT_USER_POLICY, type UserPolicy } from "./users/user-policy.ts";
import type { Probe, UserStore } from "./users/user-store.ts";
import type { WatchLog } from "./users/watch-log.ts";

/** User state and pools of one kind of L2. */
export interface L2 {
  readonly kind: "embedded" | "redis";
  readonly users: UserStore & Probe;
  readonly pools: PoolStore;
}

export interface Services {
  readonly settings: Settings;
  readonly registry: TenantRegistry;
  readonly tenants: TenantDirectory;
  readonly catalogue: Catalogue;
  readonly metadata: MetadataShelf;
  readonly watchLog: WatchLog;
  readonly activeUsers: ActiveUsers;
  readonly activity: ActivityBuffer;
  readonly jobRuns: JobRuns;
  readonly jobQueue: Queue;
  readonly replicas: PoolReplicas;
  readonly leasedPages: LeasedPages;
  readonly leaseDesk: LeaseDesk;
  readonly outages: OutageMemory;
  /** Every L2 that is configured, the default first. */
  readonly l2s: readonly L2[];
  l2Of(tenant: Tenant): L2;
  policyOf(tenant: Tenant): UserPolicy;
}

const built = new WeakMap<Bindings, Services>();

/** The services of this isolate; the bindings object is the same for all its requests. */
export function servicesOf(env: Bindings): Services {
  const known = built.get(env);
  if (known !== undefined) return known;
  const services = buildServices(env);
  built.set(env, services);
  return services;
}

function buildServices(env: Bindings): Services {
  const settings = parseSettings(env);
  const registry = new D1TenantRegistry(env.DB);
  const catalogue = new D1Catalogue(env.DB);
  const activeUsers = new D1ActiveUsers(env.DB);
  const l2s = buildL2s(env, settings);
  return {
    settings,
    registry,
    tenants: new TenantDirectory(registry),
    catalogue,
    metadata: new MetadataShelf(catalogue),
    watchLog: new D1WatchLog(env.DB),
    activeUsers,
    activity: new ActivityBuffer(activeUsers),
    jobRuns: new D1JobRuns(env.DB),
    jobQueue: env.JOBS,
    replicas: new PoolReplicas({
      edge: new CacheApiReplicaShelf(),
      copies: new KvReplicaShelf(env.REPLICAS),
    }),
    leasedPages: new LeasedPages(),
    leaseDesk: new LeaseDesk(),
    outages: new OutageMemory(),
    l2s,
    l2Of(tenant) {
      const kind = tenant.l2 === "default" ? settings.defaultL2 : tenant.l2;
      const l2 = l2s.find((candidate) => candidate.kind === kind);
      if (l2 !== undefined) return l2;
      throw new FailureError("USER_STATE_UNAVAILABLE", `This deployment has no ${kind} L2.`);
    },
    policyOf: () => DEFAULT_USER_POLICY,
  };
}

function buildL2s(env: Bindings, { redis, userShards, l2DeadlineMs, defaultL2 }: Settings): L2[] {
  const embedded: L2 = {
    kind: "embedded",
    users: new DurableUserStore({
      namespace: env.USER_SHARDS_DO,
      shards: userShards,
      deadlineMs: l2DeadlineMs,
    }),
    pools: new DurablePoolStore({ namespace: env.POOLS_DO, deadlineMs: l2DeadlineMs }),
  };
  if (redis === undefined) return [embedded];
  const overHttp: L2 = {
    kind: "redis",
    users: new RedisUserStore({ ...redis, deadlineMs: l2DeadlineMs }),
    pools: new RedisPoolStore({ ...redis, deadlineMs: l2DeadlineMs }),
  };
  return defaultL2 === "redis" ? [overHttp, embedded] : [embedded, overHttp];
}
