/** Everything that isolates share: YouTube and its quota, the caches behind memory, profiles, and three tenants. */
import type { Catalogue } from "../../src/catalogue/catalogue.ts";
import { type Bindings, parseSettings, type Settings } from "../../src/env.ts";
import type { ItemId, TenantId } from "../../src/domain/ids.ts";
import { buildPools } from "../../src/pools/build-pools.ts";
import { MemoryPoolStore } from "../../src/pools/memory-pool-store.ts";
import type { PoolStore } from "../../src/pools/pool-store.ts";
import type { DueWarmUp } from "../../src/profiles/profile-desk.ts";
import type { ProfileStore } from "../../src/profiles/profile-store.ts";
import { MemoryQuotaAuthority } from "../../src/quota/memory-quota-authority.ts";
import type { QuotaAuthority } from "../../src/quota/quota-authority.ts";
import { type TenantConfig, tenantConfigSchema } from "../../src/tenants/tenant-config.ts";
import { MemoryUserStore } from "../../src/users/memory-user-store.ts";
import type { UserStore } from "../../src/users/user-store.ts";
import { type YouTubeServer, youtubeServer } from "../../test/support/youtube-server.ts";
import { type Random, randomFrom } from "../demo/random.ts";
import { BoundedTier, SimulatedKv } from "./far-tiers.ts";
import { profileObjects } from "./profile-objects.ts";
import type { Tally } from "./tally.ts";
import type { VirtualClock } from "./virtual-clock.ts";

export const TENANTS = ["north", "south", "west"] as TenantId[];
/** Made up for the simulation: nobody's key. */
const KEY = "simulated-key";

const MEGABYTE = 1_000_000;
const EDGE = { roundTripMs: 4, limitBytes: 256 * MEGABYTE };
const L2 = { roundTripMs: 16, limitBytes: 1_024 * MEGABYTE };
const PROFILES_MS = 20;
const QUOTA_MS = 40;
/** There and back; a call of YouTube takes 80 to 320 ms. */
const YOUTUBE_LEAST_MS = 80;
const YOUTUBE_SPREAD_MS = 240;
/** Of the calls of a real day some fail. */
const YOUTUBE_FAULTS = { kind: "error", status: 503 } as const;
const FAULTS_SHARE = 0.004;
const CATALOGUE_ITEMS = 300;
const DAY_MS = 86_400_000;

export interface World {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly settings: Settings;
  readonly tally: Tally;
  readonly youtube: YouTubeServer;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly key: string;
  readonly authority: QuotaAuthority;
  readonly restartAuthority: () => void;
  readonly profiles: ProfileStore;
  readonly kv: SimulatedKv;
  readonly edges: readonly BoundedTier[];
  readonly l2: BoundedTier;
  readonly users: UserStore;
  readonly pools: PoolStore;
  readonly catalogue: Catalogue;
  readonly config: TenantConfig;
  /** How many were ever started. */
  isolates: number;
}

export interface WorldOptions {
  readonly clock: VirtualClock;
  readonly seed: number;
  readonly tally: Tally;
  readonly places: number;
  /** That YouTube has. */
  readonly videos: number;
  readonly ring: (due: DueWarmUp) => void;
}

export async function makeWorld(options: WorldOptions): Promise<World> {
  const { clock, seed, tally, places, videos, ring } = options;
  const random = randomFrom(seed);
  const settings = parseSettings({ DEFAULT_AUTH: "open" } as unknown as Bindings);
  const nowMs = (): number => clock.nowMs;
  const youtube = youtubeServer({ nowMs, catalogue: { seed, videos, channels: videos / 20 } });
  youtube.misbehave(YOUTUBE_FAULTS, { share: FAULTS_SHARE });
  const authority = new MemoryQuotaAuthority({
    clock: { now: () => googleTime(youtube, clock) },
    wallMs: nowMs,
    after: (ms, then) => {
      clock.after(ms, then);
    },
    behind: (work) => {
      work.catch((error: unknown) => {
        tally.backgroundFailed("quota_object", error);
      });
    },
  });
  const pools = new MemoryPoolStore(nowMs);
  const items = someItems(clock.nowMs);
  for (const tenant of TENANTS) {
    await pools.publish(tenant, buildPools(items, clock.nowMs).snapshot);
  }
  return {
    clock,
    random,
    settings,
    tally,
    youtube,
    fetch: async (url, init) => {
      await clock.sleep((YOUTUBE_LEAST_MS + random.uniform() * YOUTUBE_SPREAD_MS) / 2);
      const answer = await youtube.handle(new Request(url, init));
      await clock.sleep((YOUTUBE_LEAST_MS + random.uniform() * YOUTUBE_SPREAD_MS) / 2);
      return answer;
    },
    key: KEY,
    authority: slowly(authority, clock),
    restartAuthority: () => {
      authority.restart();
    },
    profiles: profileObjects({
      clock,
      roundTripMs: PROFILES_MS,
      ring,
    }),
    kv: new SimulatedKv(clock),
    edges: Array.from({ length: places }, () => new BoundedTier("edge", clock, EDGE)),
    l2: new BoundedTier("l2", clock, L2),
    users: new MemoryUserStore(),
    pools,
    catalogue: {
      lookup: (_tenant, ids) => Promise.resolve(new Map(ids.map((id) => [id, { title: id }]))),
      upsert: () => Promise.resolve(),
      read: () => Promise.resolve(undefined),
      remove: () => Promise.resolve([]),
      async *ranked() {},
    },
    config: tenantConfigSchema.parse({ name: "A tenant" }),
    isolates: 0,
  };
}

/** As the object asks for it: the `Date` of the API's description. */
async function googleTime(youtube: YouTubeServer, clock: VirtualClock): Promise<number> {
  await clock.sleep(YOUTUBE_LEAST_MS / 2);
  const url = "https://youtube.googleapis.com/$discovery/rest?version=v3";
  const answer = await youtube.handle(new Request(url, { method: "HEAD" }));
  await clock.sleep(YOUTUBE_LEAST_MS / 2);
  return Date.parse(answer.headers.get("Date") ?? "");
}

function slowly(authority: QuotaAuthority, clock: VirtualClock): QuotaAuthority {
  const through = async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    await clock.sleep(QUOTA_MS / 2);
    const answer = await work();
    await clock.sleep(QUOTA_MS / 2);
    return answer;
  };
  return {
    lease: (request) => through(() => authority.lease(request)),
    settle: (reports) => through(() => authority.settle(reports)),
    exhausted: (allowance, dateMs) => through(() => authority.exhausted(allowance, dateMs)),
    view: (request) => through(() => authority.view(request)),
  };
}

const someItems = (nowMs: number): Parameters<typeof buildPools>[0] =>
  Array.from({ length: CATALOGUE_ITEMS }, (_, rank) => ({
    id: `item-${rank}` as ItemId,
    publishedAtMs: nowMs - (rank % 90) * DAY_MS,
  }));
