/** The wiring of videos: keys and their quotas, the lists that users share, and the answers that are kept. */
import { CacheApiTier } from "../cache/cache-api-tier.ts";
import { KvTier } from "../cache/kv-tier.ts";
import { LayeredCache } from "../cache/layered-cache.ts";
import { OwnedTier } from "../cache/owned-tier.ts";
import type { CacheTier } from "../cache/tier.ts";
import type { Cache } from "../cache/tiered-cache.ts";
import type { Bindings, Settings } from "../env.ts";
import type { OnMade } from "../feed/on-made.ts";
import { VideoAnswers } from "../feed/video-answers.ts";
import type { FeedCall } from "../feed/feed-call.ts";
import { type KeptAnswer, keptAnswerCodec } from "../feed/kept-answer.ts";
import type { VideoCall } from "../feed/video-inputs.ts";
import type { VideoRules } from "../feed/video-state.ts";
import type { MetadataShelf } from "../catalogue/metadata-shelf.ts";
import type { Counters } from "../observability/counters.ts";
import { consoleLog } from "../observability/log.ts";
import { clockMs } from "../platform/clock.ts";
import type { BelievedProfiles } from "../profiles/believed-profiles.ts";
import { valueKeyOf, valueOf } from "../profiles/learned-values.ts";
import { DurableQuotaAuthority } from "../quota/durable-quota-authority.ts";
import { GuardedQuotaAuthority } from "../quota/guarded-quota-authority.ts";
import { type Quota, quotasOf } from "../quota/quotas.ts";
import type { Guards } from "../tenants/guards.ts";
import { onceEach } from "../tenants/once-each.ts";
import { recordVersions } from "../tenants/record-versions.ts";
import type { TenantDirectory } from "../tenants/tenant-directory.ts";
import type { Tenant } from "../tenants/tenant-registry.ts";
import {
  decodeList,
  encodeList,
  fingerprintOf,
  LIST_WINDOWS,
  type SharedList,
} from "../youtube/shared-list.ts";
import { sharedVideoLibrary } from "../youtube/shared-video-library.ts";
import { themesFor, widerThemes } from "../youtube/themes-for.ts";
import { TOPICS } from "../youtube/topics.ts";
import type { VideoLibrary } from "../youtube/video-library.ts";
import { youtubeClient } from "../youtube/youtube-client.ts";
import { youtubeKeyOf } from "../youtube/youtube-key.ts";

export interface VideoServices {
  /** The same permits for all tenants whose calls the same key pays for. */
  quotaOf(tenant: Tenant): Quota;
  /** What is told of a request for videos, beside what every surface is told. */
  callOf(tenant: Tenant, call: FeedCall): VideoCall;
  readonly answers: VideoAnswers;
}

export interface VideoServicesSettings {
  readonly env: Bindings;
  readonly settings: Settings;
  readonly guards: Guards;
  readonly counters: Counters;
  readonly tenants: TenantDirectory;
  readonly metadata: MetadataShelf;
  readonly profiles: BelievedProfiles;
  /** Is told of every answer that is made. */
  readonly onMade: OnMade;
  /** The tier in the L2 of the tenant of this name; undefined for one that is not known here. */
  readonly l2TierOf: (tenant: string) => CacheTier | undefined;
}

/** A list of 50 videos is 42 KB of JSON and about three times that as objects, 125 KB: 150 lists. */
const LISTS_IN_MEMORY = { entries: 500, bytes: 19_000_000 };
const LIST_BYTES_PER_VIDEO = 2_500;
/** An answer of 20 videos is some 40 KB. */
const ANSWERS_IN_MEMORY = { entries: 2_000, bytes: 24_000_000 };
/** A warm-up waits for lists for 8 s, and each list may be three calls. */
const FLIGHT_MS = 20_000;

export const VIDEO_RULES: VideoRules = {
  topics: TOPICS,
  themesFor,
  widerThemes,
  valueKeyOf,
  valueOf,
};

export function buildVideoServices(parts: VideoServicesSettings): VideoServices {
  const { env, settings, guards, counters, tenants, metadata, profiles, onMade, l2TierOf } = parts;
  const edge = new CacheApiTier({ name: "videos", nowMs: clockMs });
  const kv = new KvTier({ name: "lists", namespace: env.REPLICAS, nowMs: clockMs });
  const lists = listCache([edge, kv], counters);
  const answers = answerCache([edge, new OwnedTier("l2", l2TierOf)], counters);
  const quotaOf = buildQuota(env, settings, guards);
  const libraryOf = buildLibraries(parts, lists);
  const portsOf = onceEach((tenant) => ({
    library: libraryOf(quotaOf(tenant)),
    metadata,
    rules: VIDEO_RULES,
  }));
  return {
    quotaOf,
    // Field by field, as in `feedCallOf`.
    callOf: (tenant, call) => ({
      nowMs: call.nowMs,
      background: call.background,
      country: call.country,
      ports: call.ports,
      key: call.key,
      config: call.config,
      deployment: call.deployment,
      personalisation: call.personalisation,
      policy: call.policy,
      videos: portsOf(tenant),
      versions: recordVersions(tenant, tenants.deployment),
      random: Math.random,
    }),
    answers: new VideoAnswers(answers, profiles, onMade),
  };
}

/** Lists of videos, which users share. */
export const listCache = (
  tiers: readonly CacheTier[],
  counters: Counters,
): LayeredCache<SharedList> =>
  new LayeredCache({
    name: "lists",
    tiers,
    codec: {
      encode: encodeList,
      decode: readList,
      sizeBytes: ({ videos }) => videos.length * LIST_BYTES_PER_VIDEO,
    },
    windows: LIST_WINDOWS.chart,
    memory: LISTS_IN_MEMORY,
    counters,
    flightMs: FLIGHT_MS,
  });

/** Rendered answers, each of one user. */
export const answerCache = (
  tiers: readonly CacheTier[],
  counters: Counters,
): LayeredCache<KeptAnswer> =>
  new LayeredCache({
    name: "answers",
    tiers,
    codec: keptAnswerCodec,
    // Each answer brings its own.
    windows: { freshMs: 0, staleMs: 0, onErrorMs: 0, negativeMs: 0 },
    memory: ANSWERS_IN_MEMORY,
    counters,
    flightMs: FLIGHT_MS,
  });

function buildQuota(
  { QUOTA_DO: namespace }: Bindings,
  { youtube }: Settings,
  guards: Guards,
): (tenant: Tenant) => Quota {
  const quotaOf = quotasOf(youtube.limits, (key) => {
    const durable = new DurableQuotaAuthority(namespace, key);
    return new GuardedQuotaAuthority(durable, () => guards.of("quota"));
  });
  return ({ config }) => quotaOf(youtubeKeyOf(youtube, config.videos));
}

/** One client and one library a key: what they remember of calls is the key's. Undefined where nobody pays. */
function buildLibraries(
  { settings: { youtube, deadlinesMs }, guards, counters }: VideoServicesSettings,
  cache: Cache<SharedList>,
): (quota: Quota) => VideoLibrary | undefined {
  const libraries = new Map<string, VideoLibrary>();
  return (quota) => {
    if (quota.source === "none") return undefined;
    const { key, permits } = quota;
    const known = libraries.get(key);
    if (known !== undefined) return known;
    const client = youtubeClient({
      baseUrl: youtube.baseUrl,
      key,
      permits,
      guard: guards.of("youtube"),
      fetch: (url, init) => fetch(url, init),
      deadlineMs: deadlinesMs.youtube,
      nowMs: clockMs,
      random: Math.random,
      counters,
      log: consoleLog,
    });
    const library = sharedVideoLibrary({ client, cache, fingerprint: fingerprintOf(key) });
    libraries.set(key, library);
    return library;
  };
}

/** Bytes of another release count as missing. */
function readList(bytes: Uint8Array): SharedList {
  const list = decodeList(bytes);
  if (list === undefined) throw new Error("not a list of videos");
  return list;
}
