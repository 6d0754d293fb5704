/** One isolate of the Worker, wired as `src/services.ts` and `src/wiring/video-services.ts` do it, without HTTP. */
import { MetadataShelf } from "../../src/catalogue/metadata-shelf.ts";
import type { CacheTier } from "../../src/cache/tier.ts";
import { KvTier } from "../../src/cache/kv-tier.ts";
import { weightOf } from "../../src/events/weights.ts";
import { JustServed } from "../../src/feed/just-served.ts";
import { LeaseDesk } from "../../src/feed/lease-desk.ts";
import { LeasedPages } from "../../src/feed/leased-pages.ts";
import { OutageMemory } from "../../src/feed/outage-memory.ts";
import { policyOfTenant } from "../../src/feed/policy-of-tenant.ts";
import { VideoAnswers } from "../../src/feed/video-answers.ts";
import { type RecordedFeedback, recordVideoFeedback } from "../../src/feed/video-feedback.ts";
import type { VideoCall } from "../../src/feed/video-inputs.ts";
import { Counters } from "../../src/observability/counters.ts";
import type { Background } from "../../src/platform/background.ts";
import { BREAKER_POLICY } from "../../src/platform/circuit-breaker.ts";
import { PoolReplicas } from "../../src/pools/pool-replicas.ts";
import { StaticLists } from "../../src/pools/static-lists.ts";
import { BelievedProfiles } from "../../src/profiles/believed-profiles.ts";
import type { Feedback } from "../../src/profiles/profile-store.ts";
import { GuardedProfileStore } from "../../src/profiles/guarded-profile-store.ts";
import { GuardedQuotaAuthority } from "../../src/quota/guarded-quota-authority.ts";
import { quotasOf } from "../../src/quota/quotas.ts";
import { Guards } from "../../src/tenants/guards.ts";
import { UNKNOWN_DEPLOYMENT } from "../../src/tenants/deployment-record.ts";
import { ActivityBuffer } from "../../src/users/active-users.ts";
import { PeekCounts } from "../../src/users/peek-counts.ts";
import type { UserKey } from "../../src/users/user-store.ts";
import { answerCache, listCache, VIDEO_RULES } from "../../src/wiring/video-services.ts";
import { fingerprintOf } from "../../src/youtube/shared-list.ts";
import { sharedVideoLibrary } from "../../src/youtube/shared-video-library.ts";
import { youtubeClient } from "../../src/youtube/youtube-client.ts";
import { countedLists, listedLibrary } from "./counted-cache.ts";
import type { World } from "./world.ts";

export interface Isolate {
  readonly answers: VideoAnswers;
  readonly counters: Counters;
  readonly background: Background;
  /** Undefined country: a job, which nobody sent. */
  callOf(key: UserKey, country: string | undefined): VideoCall;
  tell(key: UserKey, feedback: Feedback): Promise<RecordedFeedback>;
  readonly profiles: BelievedProfiles;
}

const NO_SHELF = { find: () => Promise.resolve(undefined), keep: () => Promise.resolve() };
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** In the data centre of this index; `edge` is that data centre's cache. */
export function makeIsolate(world: World, place: number, edge: CacheTier): Isolate {
  const { clock, settings, random, tally } = world;
  const nowMs = (): number => clock.nowMs;
  const counters = new Counters();
  const guards = new Guards({
    deadlinesMs: settings.deadlinesMs,
    breaker: { ...BREAKER_POLICY, openMs: settings.breakerOpenMs },
    counters,
    log: SILENT,
    nowMs,
  });
  const background: Background = {
    run(name, work) {
      work().catch((error: unknown) => {
        tally.backgroundFailed(name, error);
      });
    },
  };
  const profiles = new BelievedProfiles({
    store: new GuardedProfileStore(world.profiles, () => guards.of("profiles")),
    holder: `isolate-${(world.isolates += 1)}`,
    pause: (ms) => clock.sleep(ms),
  });
  const kv = new KvTier({ name: "lists", namespace: world.kv.at(place), nowMs });
  const lists = countedLists(listCache([edge, kv], counters), tally, nowMs);
  const answers = answerCache([edge, world.l2], counters);
  const quota = quotasOf(settings.youtube.limits, () => {
    return new GuardedQuotaAuthority(world.authority, () => guards.of("quota"));
  })({ source: "deployment", key: world.key });
  if (quota.source === "none") throw new Error("nobody pays");
  const client = youtubeClient({
    baseUrl: settings.youtube.baseUrl,
    key: world.key,
    permits: quota.permits,
    guard: guards.of("youtube"),
    fetch: world.fetch,
    deadlineMs: settings.deadlinesMs.youtube,
    nowMs,
    random: () => random.uniform(),
    counters,
    log: SILENT,
  });
  const fingerprint = fingerprintOf(world.key);
  const library = listedLibrary(sharedVideoLibrary({ client, cache: lists, fingerprint }), tally);
  const ports = {
    users: world.users,
    pools: world.pools,
    replicas: new PoolReplicas({ edge: NO_SHELF, copies: NO_SHELF }),
    staticLists: new StaticLists(NO_SHELF, counters),
    leasedPages: new LeasedPages(),
    leaseDesk: new LeaseDesk(),
    outages: new OutageMemory(),
    justServed: new JustServed(),
    refreshes: new PeekCounts(),
    activity: new ActivityBuffer({
      record: () => Promise.resolve(),
      since: () => Promise.resolve([]),
    }),
    profiles,
    recentEvents: { receives: () => true },
  };
  const videos = { library, metadata: new MetadataShelf(world.catalogue), rules: VIDEO_RULES };
  const policy = policyOfTenant(world.config);
  return {
    answers: new VideoAnswers(answers, profiles),
    counters,
    background,
    profiles,
    callOf: (key, country) => ({
      ports,
      key,
      config: world.config,
      deployment: UNKNOWN_DEPLOYMENT,
      personalisation: { personalised: true },
      country: () => country,
      policy,
      nowMs: clock.nowMs,
      background,
      videos,
      versions: { tenant: 1, deployment: 1, withdrawn: "" },
      random: () => random.uniform(),
    }),
    tell: (key, feedback) =>
      recordVideoFeedback(
        {
          users: world.users,
          leasedPages: ports.leasedPages,
          profiles,
          weightOf: weightOf.bind(undefined, world.config.events.weights),
          // The videos of this day are YouTube's.
          itemOf: () => Promise.resolve(undefined),
        },
        key,
        { ...feedback, id: `${key.user}/${feedback.video}/${feedback.type}/${feedback.atMs}` },
        policy,
      ),
  };
}
