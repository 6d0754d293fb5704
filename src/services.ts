/** The only wiring: which adapter stands behind which port. One set per isolate. */
import { type AccessServices, buildAccessServices } from "./wiring/access-services.ts";
import { CacheApiTier } from "./cache/cache-api-tier.ts";
import { GuardedTier } from "./cache/guarded-tier.ts";
import { KvTier } from "./cache/kv-tier.ts";
import type { Catalogue } from "./catalogue/catalogue.ts";
import { D1Catalogue } from "./catalogue/d1-catalogue.ts";
import { GuardedCatalogue } from "./catalogue/guarded-catalogue.ts";
import { MetadataShelf } from "./catalogue/metadata-shelf.ts";
import type { TenantId, UserId } from "./domain/ids.ts";
import { type Bindings, parseSettings, type Settings } from "./env.ts";
import { buildEventServices, type EventServices } from "./wiring/event-services.ts";
import { JustServed } from "./feed/just-served.ts";
import { LeaseDesk } from "./feed/lease-desk.ts";
import { LeasedPages } from "./feed/leased-pages.ts";
import { OutageMemory } from "./feed/outage-memory.ts";
import { policyOfTenant } from "./feed/policy-of-tenant.ts";
import type { FeedCall, FeedPorts } from "./feed/feed-call.ts";
import { personalised } from "./feed/rollout.ts";
import { type L2, L2Stores } from "./wiring/l2-stores.ts";
import { type Counters, isolateCounters } from "./observability/counters.ts";
import { consoleLog } from "./observability/log.ts";
import { BREAKER_POLICY } from "./platform/circuit-breaker.ts";
import { clockMs } from "./platform/clock.ts";
import { FaultBoard } from "./platform/faults.ts";
import type { Guard } from "./platform/guard.ts";
import { Signer } from "./platform/signing.ts";
import { randomToken } from "./platform/token.ts";
import { buildOutServices, type OutServices } from "./wiring/out-services.ts";
import { PoolReplicas } from "./pools/pool-replicas.ts";
import { forgiving, type ReplicaShelf, replicaShelf } from "./pools/replica-shelf.ts";
import { StaticLists } from "./pools/static-lists.ts";
import { BelievedProfiles } from "./profiles/believed-profiles.ts";
import { DurableProfileStore } from "./profiles/durable-profile-store.ts";
import { GuardedProfileStore } from "./profiles/guarded-profile-store.ts";
import { D1JobRuns } from "./runs/d1-job-runs.ts";
import type { JobRuns } from "./runs/job-runs.ts";
import { D1RecordStore } from "./tenants/d1-record-store.ts";
import { D1TenantRegistry } from "./tenants/d1-tenant-registry.ts";
import { GuardedTenantCopies } from "./tenants/guarded-tenant-copies.ts";
import { GuardedTenantRegistry } from "./tenants/guarded-tenant-registry.ts";
import { Guards } from "./tenants/guards.ts";
import { KvTenantCopies } from "./tenants/kv-tenant-copies.ts";
import { configReaders } from "./tenants/stored-records.ts";
import type { TenantCopies } from "./tenants/tenant-copies.ts";
import type { Dependency } from "./tenants/tenant-config.ts";
import { onceEach } from "./tenants/once-each.ts";
import { TenantDirectory } from "./tenants/tenant-directory.ts";
import type {
  DeploymentRecords,
  Tenant,
  TenantRecords,
  TenantRegistry,
} from "./tenants/tenant-registry.ts";
import { ActivityBuffer, type ActiveUsers } from "./users/active-users.ts";
import { D1ActiveUsers } from "./users/d1-active-users.ts";
import { D1WatchLog } from "./users/d1-watch-log.ts";
import { PeekCounts } from "./users/peek-counts.ts";
import type { UserPolicy } from "./users/user-policy.ts";
import type { WatchLog } from "./users/watch-log.ts";
import { buildGiftServices, type GiftServices } from "./wiring/gift-services.ts";
import { buildSimilarServices, type SimilarServices } from "./wiring/similar-services.ts";
import { buildSourceServices, type SourceServices } from "./wiring/source-services.ts";
import { buildVideoServices, type VideoServices } from "./wiring/video-services.ts";

export interface Services extends AccessServices {
  readonly settings: Settings;
  readonly counters: Counters;
  readonly guards: Guards;
  /** Absent where faults are not allowed. */
  readonly faults?: FaultBoard<Dependency>;
  readonly registry: TenantRegistry;
  readonly tenants: TenantDirectory;
  readonly tenantRecords: TenantRecords;
  readonly deploymentRecords: DeploymentRecords;
  readonly tenantCopies: TenantCopies;
  /** Signs cursors. */
  readonly signer: Signer;
  readonly catalogue: Catalogue;
  readonly metadata: MetadataShelf;
  readonly watchLog: WatchLog;
  readonly activeUsers: ActiveUsers;
  readonly jobRuns: JobRuns;
  readonly jobQueue: Queue;
  readonly sources: SourceServices;
  readonly replicas: PoolReplicas;
  readonly staticLists: StaticLists;
  readonly leasedPages: LeasedPages;
  readonly profiles: BelievedProfiles;
  /** Every L2 that is configured, the default first. */
  readonly l2s: readonly L2[];
  /** For requests: with the tenant's own deadlines. */
  l2Of(tenant: Tenant): L2;
  /** For jobs, which nobody waits for: with the deployment's deadlines. */
  jobL2Of(tenant: Tenant): L2;
  /** What a feed of this tenant is made from. */
  feedPortsOf(tenant: Tenant): FeedPorts;
  policyOf(tenant: Tenant): UserPolicy;
  readonly videos: VideoServices;
  readonly gifts: GiftServices;
  readonly out: OutServices;
  readonly events: EventServices;
  readonly similar: SimilarServices;
  /** What every surface of the feed is told of a request, or of a job for one user. */
  feedCallOf(tenant: Tenant, caller: FeedCaller): FeedCall;
}

export interface FeedCaller extends Pick<FeedCall, "nowMs" | "background" | "country"> {
  readonly user: UserId;
}

/** Versions change hourly; the live one is asked for again by every cold isolate until then. */
const EDGE_LIFE_MS = 7_200_000;
/** A copy of 8 MB is uploaded by a job that waits for it. */
const COPY_DEADLINE_MS = 30_000;

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
  const faults = settings.faults && new FaultBoard<Dependency>(settings.faults);
  const guards = new Guards({
    deadlinesMs: settings.deadlinesMs,
    breaker: { ...BREAKER_POLICY, openMs: settings.breakerOpenMs },
    ...(faults === undefined ? {} : { faults }),
    counters: isolateCounters,
    log: consoleLog,
    nowMs: clockMs,
  });
  /** The guard of a dependency with the deadline of the tenant, or the deployment's where none is named. */
  const guardOf = (dependency: Dependency, part?: string): ((tenant?: TenantId) => Guard) => {
    const named = part === undefined ? {} : { supplier: part };
    // Made now, so that health shows the circuit before the first call.
    guards.of(dependency, named);
    return (id) => {
      const deadlineMs = id && tenants.remembered(id)?.config.deadlines_ms[dependency];
      return guards.of(dependency, deadlineMs === undefined ? named : { ...named, deadlineMs });
    };
  };
  const readers = configReaders(consoleLog);
  const registry = new GuardedTenantRegistry(
    new D1TenantRegistry(env.DB, readers),
    guardOf("registry"),
  );
  const tenantCopies = new GuardedTenantCopies(
    new KvTenantCopies(env.REPLICAS, readers),
    guardOf("copies"),
  );
  const tenants = new TenantDirectory({
    registry,
    copies: tenantCopies,
    deadlineMs: settings.deadlinesMs.registry,
    log: consoleLog,
  });
  const catalogue = new GuardedCatalogue(new D1Catalogue(env.DB), guardOf("catalogue"));
  const activeUsers = new D1ActiveUsers(env.DB);
  const l2s = new L2Stores(env, settings, guards);
  const copiesOf = (name: "pools" | "static", guard: (tenant: TenantId) => Guard): ReplicaShelf => {
    const kv = new KvTier({ name, namespace: env.REPLICAS, nowMs: clockMs });
    const tier = new GuardedTier(kv, (key) => guard(key as TenantId), COPY_DEADLINE_MS);
    return replicaShelf({ tier, lifeMs: Infinity, nowMs: clockMs });
  };
  const edge = replicaShelf({
    tier: new CacheApiTier({ name: "pools", nowMs: clockMs }),
    lifeMs: EDGE_LIFE_MS,
    nowMs: clockMs,
  });
  const feed = {
    replicas: new PoolReplicas({
      edge: forgiving(edge, () => isolateCounters.add("failed.edge")),
      // Pools are megabytes: when they take too long, records and static lists may still be had.
      copies: copiesOf("pools", guardOf("copies", "pools")),
    }),
    staticLists: new StaticLists(copiesOf("static", guardOf("copies")), isolateCounters),
    leasedPages: new LeasedPages(),
    leaseDesk: new LeaseDesk(),
    outages: new OutageMemory(),
    justServed: new JustServed(),
    refreshes: new PeekCounts(),
    activity: new ActivityBuffer(activeUsers),
  };
  const l2Of = (tenant: Tenant): L2 => l2s.of(tenant, tenant.config.deadlines_ms);
  const feedPortsOf = onceEach((tenant: Tenant) => {
    const { users, pools } = l2Of(tenant);
    return { ...feed, users, pools, profiles, recentEvents: events.recent };
  });
  const policyOf = onceEach((tenant: Tenant) => policyOfTenant(tenant.config));
  const metadata = new MetadataShelf(catalogue);
  const jobRuns = new D1JobRuns(env.DB);
  const watchLog = new D1WatchLog(env.DB);
  const idleDaysOf = (id: TenantId) => tenants.remembered(id)?.config.retention.profile_idle_days;
  const profileStore = new DurableProfileStore(env.PROFILES_DO, idleDaysOf);
  const profiles = new BelievedProfiles({
    store: new GuardedProfileStore(profileStore, guardOf("profiles")),
    holder: randomToken(),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  const similar = buildSimilarServices(env, isolateCounters);
  const out = buildOutServices({ env, settings, l2s: l2s.all(), profiles, catalogue, ...feed });
  const events = buildEventServices({
    env,
    settings,
    counters: isolateCounters,
    profiles,
    effectsOf: (tenant) => ({
      users: l2s.of(tenant, {}).users,
      leasedPages: feed.leasedPages,
      profiles,
      activity: feed.activity,
      policy: policyOf(tenant),
      itemsOf: (id, items, nowMs) => metadata.demand(id, items, nowMs),
    }),
  });
  return {
    settings,
    counters: isolateCounters,
    guards,
    ...(faults === undefined ? {} : { faults }),
    registry,
    tenants,
    tenantRecords: new D1RecordStore(env.DB, "tenants", readers.tenant),
    deploymentRecords: new D1RecordStore(env.DB, "deployment", readers.deployment),
    tenantCopies,
    ...buildAccessServices(env, settings, guardOf),
    signer: new Signer(settings.signingKey),
    catalogue,
    metadata,
    watchLog,
    activeUsers,
    jobRuns,
    jobQueue: env.JOBS,
    sources: buildSourceServices({
      env,
      settings,
      catalogue,
      jobRuns,
      watchLog,
      registry,
      events,
      profiles,
    }),
    replicas: feed.replicas,
    staticLists: feed.staticLists,
    leasedPages: feed.leasedPages,
    profiles,
    l2s: l2s.all(),
    l2Of,
    jobL2Of: (tenant) => l2s.of(tenant, {}),
    feedPortsOf,
    policyOf,
    similar,
    gifts: buildGiftServices({
      env,
      guardOf,
      counters: isolateCounters,
      tenants,
      profiles,
      similar: similar.items,
      onMade: out.onMade,
    }),
    out,
    events,
    videos: buildVideoServices({
      env,
      settings,
      guards,
      counters: isolateCounters,
      tenants,
      metadata,
      profiles,
      onMade: out.onMade,
      l2TierOf: (id) => {
        const tenant = tenants.remembered(id as TenantId);
        return tenant && l2Of(tenant).cache;
      },
    }),
    // Field by field: what is left of a record is copied by name, which takes longer than the rest.
    feedCallOf: (tenant, { user, nowMs, background, country }) => ({
      nowMs,
      background,
      country,
      ports: feedPortsOf(tenant),
      key: { tenant: tenant.id, user },
      config: tenant.config,
      deployment: tenants.deployment,
      personalisation: personalised(tenant.config, tenants.deployment.kill_switch, tenant.id, user),
      policy: policyOf(tenant),
    }),
  };
}
