/**
 * One page of feed: from the page set aside in memory, else taken from the user's queues in one round trip, else
 * refilled and taken in a second one, else cut from the pool replica and marked degraded.
 */
import { FailureError } from "../domain/failure.ts";
import type { ItemId } from "../domain/ids.ts";
import { joinCodes, NO_CODES } from "../domain/item-code.ts";
import type { Background } from "../platform/background.ts";
import { toSeconds } from "../platform/clock.ts";
import { randomToken } from "../platform/token.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import type { CurrentPools, PoolReplicas } from "../pools/pool-replicas.ts";
import type { PoolStore } from "../pools/pool-store.ts";
import type { ActivityBuffer } from "../users/active-users.ts";
import type { UserPolicy } from "../users/user-policy.ts";
import type { PageCodes, TakeResult, UserKey, UserStore, Want } from "../users/user-store.ts";
import { type RecType, type Served, wantOf } from "./blend.ts";
import type { LeaseDesk } from "./lease-desk.ts";
import { LEASE_SECONDS, type LeasedPage, type LeasedPages } from "./leased-pages.ts";
import { holdsAll, servedOf } from "./name-items.ts";
import type { OutageMemory } from "./outage-memory.ts";
import { refillAndTake, refillUser } from "./refill-user.ts";
import { replicaPage } from "./replica-page.ts";

export interface FeedPorts {
  readonly users: UserStore;
  readonly pools: PoolStore;
  readonly replicas: PoolReplicas;
  readonly leasedPages: LeasedPages;
  readonly leaseDesk: LeaseDesk;
  readonly outages: OutageMemory;
  readonly activity: ActivityBuffer;
}

export interface FeedRequest {
  readonly key: UserKey;
  readonly recType: RecType;
  readonly count: number;
  /** Names the page: a token from an earlier answer, or one made from the client's idempotency key. */
  readonly page?: { readonly token: string; readonly idempotent: boolean };
  readonly policy: UserPolicy;
  readonly nowMs: number;
  readonly background: Background;
  /** Told which items the page will have that was set aside: to fetch what else the answer will need. */
  readonly prefetch?: (ids: readonly ItemId[]) => Promise<void>;
}

/** Why a page is less than it should be. */
export type DegradedReason = "user_state_unavailable" | "pools_stale" | "no_pools";

export interface FeedPage {
  readonly served: readonly Served[];
  /** `l1`: from this isolate's memory. `l2`: from user state. `replica`: from the pools alone. */
  readonly tier: "l1" | "l2" | "replica";
  readonly degraded?: DegradedReason;
  /** Version of the pools that named the items; 0 when the tenant has none. */
  readonly poolsVersion: number;
  readonly nextPage: string;
}

/** Served pages searched for the token of a retry: far more than a client has under way. */
const LOOKBACK_PAGES = 64;

/** How long an empty page waits for a lease that is on its way: a few round trips. */
const LATE_TURNS = 10;
const LATE_TURN_MS = 10;

export async function recommend(ports: FeedPorts, request: FeedRequest): Promise<FeedPage> {
  const { key, nowMs, background } = request;
  const want = wantOf(request.recType, request.count);
  const scrolling = ports.leasedPages.note(key, nowMs) || request.page?.idempotent === false;
  const nextPage = randomToken();
  if (ports.activity.note(key.tenant, key.user, nowMs)) {
    background.run("activity-flush", () => ports.activity.flush(nowMs));
  }
  const next = { token: nextPage, want };
  const leased =
    request.page?.idempotent === true
      ? undefined
      : ports.leasedPages.claim(key, want, request.page?.token, nowMs);
  if (leased !== undefined) {
    setAside(ports, request, next, leased);
    return resolve(ports, request, leased.page, { ...leased, tier: "l1", nextPage });
  }
  ports.leaseDesk.recall(ports.users, key);
  const taken = await takePage(ports, request, want);
  if (taken === undefined) return outagePage(ports, request, want, nextPage);
  if (isEmpty(taken.page)) {
    const late = await latePage(ports, request);
    if (late !== undefined) {
      setAside(ports, request, next, late);
      return resolve(ports, request, late.page, { ...late, tier: "l1", nextPage });
    }
  }
  if (scrolling && taken.tier === "l2") {
    setAside(ports, request, next);
  }
  return resolve(ports, request, taken.page, { ...taken, nextPage });
}

/** Sets the next page aside behind the answer, and confirms the page that was just served from memory. */
function setAside(
  ports: FeedPorts,
  request: FeedRequest,
  next: { readonly token: string; readonly want: Want },
  served?: LeasedPage,
): void {
  const { key, policy, nowMs, background } = request;
  const nowSeconds = toSeconds(nowMs);
  ports.leaseDesk.bring(ports.users, background, {
    key,
    request: {
      nowSeconds,
      next: { ...next, untilSeconds: nowSeconds + LEASE_SECONDS },
      ...(served === undefined ? {} : { commit: { token: served.token, page: served.page } }),
      policy,
    },
    async settled(result, carrier) {
      if (result.outcome === "leased") {
        const { page } = result;
        ports.leasedPages.keep(key, { ...next, page, poolsVersion: newestVersion(result) }, nowMs);
        await prefetch(ports, { ...request, background: carrier }, page);
      }
      if (result.refillGranted) {
        await refillBehind(ports, { ...request, background: carrier }, result);
      }
    },
  });
}

async function prefetch(ports: FeedPorts, request: FeedRequest, page: PageCodes): Promise<void> {
  if (request.prefetch === undefined) return;
  const current = await poolsOf(ports, request);
  if (current === undefined) return;
  await request.prefetch(servedOf(page, current.pools).map((item) => item.id));
}

/** The last items of a feed may be set aside here, for a page of another size, or be on their way: waits, briefly. */
async function latePage(ports: FeedPorts, request: FeedRequest): Promise<LeasedPage | undefined> {
  for (let turn = 0; turn < LATE_TURNS && ports.leaseDesk.carries(request.key); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, LATE_TURN_MS));
  }
  return ports.leasedPages.claimAny(request.key, request.nowMs);
}

async function refillBehind(
  ports: FeedPorts,
  request: FeedRequest,
  start: Pick<TakeResult, "levels" | "cursors" | "refillGranted">,
): Promise<void> {
  const current = await poolsOf(ports, request);
  if (current === undefined) return;
  await refillUser(stepOf(ports, request, current.pools), start);
}

interface Taken {
  readonly page: PageCodes;
  readonly tier: "l2";
  readonly poolsVersion: number;
  readonly degraded?: DegradedReason;
}

/** Takes from the queues, refilling them in line when they are short; undefined when L2 does not answer. */
async function takePage(
  ports: FeedPorts,
  request: FeedRequest,
  want: Want,
): Promise<Taken | undefined> {
  const { key, policy, background } = request;
  const nowSeconds = toSeconds(request.nowMs);
  const token = request.page?.token ?? randomToken();
  const lookback = request.page === undefined ? 0 : LOOKBACK_PAGES;
  try {
    await settleOutage(ports, request);
    const taken = await ports.users.take(key, { nowSeconds, token, lookback, want, policy });
    const poolsVersion = newestVersion(taken);
    if (taken.outcome !== "short") {
      if (taken.refillGranted) background.run("refill", () => refillBehind(ports, request, taken));
      return { page: taken.page, tier: "l2", poolsVersion };
    }
    const current = await poolsOf(ports, request);
    if (current === undefined) {
      return { page: EMPTY_PAGE, tier: "l2", poolsVersion, degraded: "no_pools" };
    }
    const step = stepOf(ports, request, current.pools);
    const refilled = await refillAndTake(step, taken, { token, want });
    if (isLow(refilled.levels, policy)) background.run("refill", () => refillUser(step, refilled));
    return { page: refilled.page, tier: "l2", poolsVersion: newestVersion(refilled) };
  } catch (error) {
    if (error instanceof FailureError && error.party === "upstream") {
      background.run("outage", () => Promise.reject(error));
      return undefined;
    }
    throw error;
  }
}

const isEmpty = ({ popularity, freshness, fallback }: PageCodes): boolean =>
  joinCodes(popularity, freshness, fallback) === NO_CODES;

const EMPTY_PAGE: PageCodes = { popularity: NO_CODES, freshness: NO_CODES, fallback: NO_CODES };

/** Puts into cooldown what was served to this user while L2 was away, before anything else is taken. */
async function settleOutage(ports: FeedPorts, request: FeedRequest): Promise<void> {
  const codes = ports.outages.settle(request.key);
  if (codes === NO_CODES) return;
  const nowSeconds = toSeconds(request.nowMs);
  try {
    await ports.users.mark(request.key, {
      nowSeconds,
      codes,
      as: "cooldown",
      policy: request.policy,
    });
  } catch (error) {
    ports.outages.add(request.key, codes);
    throw error;
  }
}

async function outagePage(
  ports: FeedPorts,
  request: FeedRequest,
  want: Want,
  nextPage: string,
): Promise<FeedPage> {
  const { key } = request;
  const degraded: DegradedReason = "user_state_unavailable";
  const current = await poolsOf(ports, request).catch(() => undefined);
  if (current === undefined) {
    return { served: [], tier: "replica", degraded, poolsVersion: 0, nextPage };
  }
  const { pools } = current;
  const page = replicaPage(pools, key.user, want, randomToken(), ports.outages.served(key));
  ports.outages.add(key, joinCodes(page.popularity, page.freshness, page.fallback));
  return {
    served: servedOf(page, pools),
    tier: "replica",
    degraded,
    poolsVersion: pools.manifest.version,
    nextPage,
  };
}

/** Codes to ids. An item that the pools no longer hold is left out: it was removed from the catalogue. */
async function resolve(
  ports: FeedPorts,
  request: FeedRequest,
  page: PageCodes,
  made: {
    readonly tier: "l1" | "l2";
    readonly nextPage: string;
    readonly poolsVersion?: number;
    readonly degraded?: DegradedReason;
  },
): Promise<FeedPage> {
  let current = await poolsOf(ports, request).catch(() => undefined);
  const behind = (current?.pools.manifest.version ?? 0) < (made.poolsVersion ?? 0);
  if (behind && (current === undefined || !holdsAll(page, current.pools))) {
    const { key, nowMs } = request;
    current = await ports.replicas.reload(key.tenant, ports.pools, nowMs).catch(() => current);
  }
  const stale = current?.stale === true ? "pools_stale" : undefined;
  const degraded = made.degraded ?? stale ?? (current === undefined ? "no_pools" : undefined);
  return {
    served: current === undefined ? [] : servedOf(page, current.pools),
    tier: made.tier,
    poolsVersion: current?.pools.manifest.version ?? 0,
    nextPage: made.nextPage,
    ...(degraded === undefined ? {} : { degraded }),
  };
}

const newestVersion = ({ cursors }: Pick<TakeResult, "cursors">): number =>
  Math.max(cursors.popularity.version, cursors.freshness.version);

const isLow = (levels: TakeResult["levels"], policy: UserPolicy): boolean =>
  Math.min(levels.popularity, levels.freshness) < policy.lowWaterMark;

const poolsOf = (
  ports: FeedPorts,
  { key, nowMs, background }: FeedRequest,
): Promise<CurrentPools | undefined> =>
  ports.replicas.current(key.tenant, ports.pools, nowMs, background);

const stepOf = (ports: FeedPorts, request: FeedRequest, pools: PoolReplica) => ({
  key: request.key,
  store: ports.users,
  pools,
  policy: request.policy,
  nowSeconds: toSeconds(request.nowMs),
});
