import type { ItemId } from "../../domain/ids.ts";
import type { ItemCodes } from "../../domain/item-code.ts";
import { WINDOWS } from "../../domain/slices.ts";
import type { Source } from "../../pipeline/stages.ts";
import type { PoolReplica } from "../../pools/pool-replica.ts";
import { permutation } from "../../pools/walk.ts";
import type { DegradedReason } from "../degradation.ts";
import { policyTest } from "../compiled-rules.ts";
import { catalogueVideo, folded } from "../feed-video.ts";
import { goOnWithout } from "../go-on-without.ts";
import { poolsIfAny } from "../user-refills.ts";
import type { FoundVideo, VideoRequest, VideoState } from "../video-state.ts";

/** Metadata is read of so many: 400 rows of 1 KB from D1 when none of it is in memory. */
const CANDIDATES = { popular: 120, recent: 80, liked: 100, drawn: 100, servedBefore: 60 } as const;
/** With a category asked for, most of what is read is thrown away. */
const CATEGORY_FACTOR = 2;
/** Items looked at for one list: 2 ms. */
const LOOKED_AT = 10_000;
/** What the list of popular items calls trending. */
const TRENDING_ITEMS = 60;

/** The tenant's own items: popular, recent, of channels and categories that the user watched, and some by chance. */
export const videoCatalogue: Source<VideoRequest, VideoState, FoundVideo> = {
  name: "video_catalogue",
  async find(request, state) {
    if (request.from !== "catalogue") return undefined;
    const { found, degraded } = await catalogueVideos(request, state);
    state.degraded ??= degraded;
    return found;
  },
};

interface CatalogueVideos {
  readonly found: readonly FoundVideo[];
  readonly degraded: DegradedReason | undefined;
}

/** Without those of `skip`. */
export async function catalogueVideos(
  request: VideoRequest,
  state: VideoState,
  skip: ReadonlySet<ItemId> = new Set(),
): Promise<CatalogueVideos> {
  const { pools, degraded } = await poolsOrList(request);
  if (pools === undefined) return { found: [], degraded };
  state.pools = pools;
  const described = await describe(request, pools, candidatesOf(request, state, pools, skip));
  return { found: described.found, degraded: degraded ?? described.degraded };
}

/** The pools, or the list that is left when they cannot be had. */
async function poolsOrList(request: VideoRequest): Promise<{
  readonly pools: PoolReplica | undefined;
  readonly degraded: DegradedReason | undefined;
}> {
  const { ports, key, nowMs, background } = request;
  const current = await poolsIfAny(request);
  if (current !== undefined) {
    return { pools: current.pools, degraded: current.stale ? "pools_stale" : undefined };
  }
  const pools = await ports.staticLists
    .find(key.tenant, nowMs, background)
    .catch(goOnWithout("static-list", background));
  return { pools, degraded: pools === undefined ? "no_pools" : "static_list" };
}

/** Codes in the order in which they were thought of, none twice, none that policy refuses or that was watched. */
function candidatesOf(
  request: VideoRequest,
  state: VideoState,
  pools: PoolReplica,
  skip: ReadonlySet<ItemId>,
): ReadonlyMap<number, FoundVideo["listed"]> {
  const chosen = new Map<number, FoundVideo["listed"]>();
  const refuses = policyTest(request, pools);
  const { served, watched, disliked } = state;
  const open = (index: number): boolean => {
    const id = pools.idAt(index);
    if (chosen.has(index) || id === undefined || skip.has(id)) return false;
    if (watched.has(id) || disliked.has(id)) return false;
    return refuses(index) === undefined;
  };
  const unserved = (index: number): boolean => open(index) && !served.has(pools.codeAtIndex(index));
  const factor = request.category === undefined ? 1 : CATEGORY_FACTOR;
  const trending = request.surface === "trending";
  // What is trending is the same for everybody, served or not.
  take(chosen, "trending", byRank(pools), TRENDING_ITEMS, trending ? open : unserved);
  if (trending) return chosen;
  const add = (indexes: Iterable<number>, count: number, fits = unserved): void => {
    take(chosen, "catalogue", indexes, count, fits);
  };
  add(byRank(pools), CANDIDATES.popular * factor);
  add(byAge(pools), CANDIDATES.recent * factor);
  add(matching(request, state, pools), CANDIDATES.liked * factor);
  add(drawn(pools, request.key.user, request.random), CANDIDATES.drawn * factor);
  add(servedLongestAgo(state, pools), CANDIDATES.servedBefore, open);
  return chosen;
}

function take(
  chosen: Map<number, FoundVideo["listed"]>,
  listed: FoundVideo["listed"],
  indexes: Iterable<number>,
  count: number,
  fits: (index: number) => boolean,
): void {
  let taken = 0;
  let looked = 0;
  for (const index of indexes) {
    if (taken === count || looked === LOOKED_AT) return;
    looked += 1;
    if (!fits(index)) continue;
    chosen.set(index, listed);
    taken += 1;
  }
}

function* byRank(pools: PoolReplica): Generator<number> {
  for (let index = 0; index < pools.facts.count; index += 1) yield index;
}

function* byAge(pools: PoolReplica): Generator<number> {
  for (const window of WINDOWS) {
    for (let at = 0; at < pools.size(window); at += 1) {
      const index = pools.indexOf(pools.codeIn(window, at));
      if (index !== undefined) yield index;
    }
  }
}

function* drawn(pools: PoolReplica, user: string, random: () => number): Generator<number> {
  const { count } = pools.facts;
  if (count === 0) return;
  const order = permutation(count, `${user} ${Math.floor(random() * 2 ** 32)}`);
  for (let at = 0; at < count; at += 1) yield order(at);
}

/** Items of a watched channel, or with a tag that names the category that is asked for, or one that was watched. */
function* matching(
  { category }: VideoRequest,
  { taste }: VideoState,
  { facts }: PoolReplica,
): Generator<number> {
  const creators = new Uint8Array(facts.creatorNames.length + 1);
  const tags = new Uint8Array(facts.tagNames.length);
  let any = false;
  facts.creatorNames.forEach((name, at) => {
    if (category !== undefined || !taste.channels.has(name)) return;
    creators[at + 1] = 1;
    any = true;
  });
  facts.tagNames.forEach((name, at) => {
    const tag = folded(name);
    if (category === undefined ? !taste.genres.has(tag) : tag !== category) return;
    tags[at] = 1;
    any = true;
  });
  if (!any) return;
  for (let index = 0; index < facts.count; index += 1) {
    let fits = creators[facts.creators[index] ?? 0] === 1;
    const end = facts.tagStarts[index + 1] ?? 0;
    for (let at = facts.tagStarts[index] ?? 0; at < end && !fits; at += 1) {
      fits = tags[facts.tags[at] ?? 0] === 1;
    }
    if (fits) yield index;
  }
}

function* servedLongestAgo({ served }: VideoState, pools: PoolReplica): Generator<number> {
  for (const code of served.keys()) {
    const index = pools.indexOf(code as ItemCodes);
    if (index !== undefined) yield index;
  }
}

async function describe(
  { videos, key, nowMs, background }: VideoRequest,
  pools: PoolReplica,
  chosen: ReadonlyMap<number, FoundVideo["listed"]>,
): Promise<CatalogueVideos> {
  const ids = [...chosen.keys()].flatMap((index) => pools.idAt(index) ?? []);
  const shelved = await videos.metadata.lookup(key.tenant, ids, nowMs, background);
  const found: FoundVideo[] = [];
  for (const [index, listed] of chosen) {
    const id = pools.idAt(index);
    const video = id === undefined ? undefined : catalogueVideo(id, shelved.found.get(id));
    if (video === undefined) continue;
    found.push({ video, code: pools.codeAtIndex(index), listed, pools, index });
  }
  return { found, degraded: shelved.state === "missing" ? "metadata_unavailable" : undefined };
}
