/**
 * The rules of user state, written once for every store that runs TypeScript (memory, Durable Objects).
 * The Lua scripts say the same to Redis; one contract suite and a differential test hold them together.
 */
import { CodeSieve } from "../domain/code-sieve.ts";
import {
  CODE_WIDTH,
  codeCount,
  eachCode,
  type ItemCodes,
  joinCodes,
  NO_CODES,
} from "../domain/item-code.ts";
import { ALL_PAGES, foldCooldown, NOTHING_WATCHED, serve, servedPage } from "./cooldown.ts";
import { append, countExpiringFrom, queueLength } from "./dated-queue.ts";
import {
  cutPage,
  EMPTY_RECORD,
  grantRefill,
  heldCodes,
  leaseOutcome,
  levelOf,
  levelsOf,
  pageLength,
  planPage,
  settle,
  withoutCodes,
} from "./queue-record.ts";
import { Sift } from "./sift.ts";
import { RECENT_WATCHED_LIMIT, VALID_LIFE_SHARE } from "./user-policy.ts";
import type { UserPolicy } from "./user-policy.ts";
import type { Lease, QueueRecord, UserRecords } from "./user-records.ts";
import type {
  Levels,
  Cursor,
  LeaseRequest,
  LeaseResult,
  MarkRequest,
  PageCodes,
  RefillRequest,
  RefillResult,
  TakeRequest,
  TakeResult,
  UserStats,
} from "./user-store.ts";
import { addWatched, liveLayers, ratedItems } from "./watched-filter.ts";

const EMPTY_PAGE: PageCodes = { popularity: NO_CODES, freshness: NO_CODES, fallback: NO_CODES };

export function take(records: UserRecords, request: TakeRequest): TakeResult {
  const stored = records.readQueues() ?? EMPTY_RECORD;
  const repeated = servedPage(records, request.token, request.lookback);
  if (repeated !== undefined) {
    return { outcome: "repeated", page: repeated, ...levelOf(stored, false) };
  }
  const lease = stored.lease;
  if (lease?.token === request.token) return takeLease(records, stored, lease, request);
  const current = settle(stored, request.nowSeconds);
  const split = planPage(levelsOf(current), request.want);
  if (!split.whole) {
    const { record, refillGranted } = grantRefill(current, request.nowSeconds, request.policy);
    records.writeQueues(record);
    return { outcome: "short", page: EMPTY_PAGE, ...levelOf(record, refillGranted) };
  }
  const cut = cutPage(current, split);
  const { record, refillGranted } = grantRefill(cut.record, request.nowSeconds, request.policy);
  records.writeQueues(record);
  serve(records, request, cut.page);
  return { outcome: "taken", page: cut.page, ...levelOf(record, refillGranted) };
}

export function refill(records: UserRecords, request: RefillRequest): RefillResult {
  const { nowSeconds, policy } = request;
  const before = settle(records.readQueues() ?? EMPTY_RECORD, nowSeconds);
  records.dropServed(nowSeconds);
  const watched = foldCooldown(records, nowSeconds);
  const sift = new Sift(before, records.readServed(ALL_PAGES), watched);
  const expiresAtSeconds = nowSeconds + policy.entryLifeSeconds;

  const popular = sift.examine(
    request.candidates.popularity,
    request.capacity.popularity - queueLength(before.popularity),
  );
  const fresh = sift.examine(
    request.candidates.freshness,
    request.capacity.freshness - queueLength(before.freshness),
  );
  const offered: QueueRecord = {
    ...before,
    popularity: append(before.popularity, popular.kept, expiresAtSeconds),
    freshness: append(before.freshness, fresh.kept, expiresAtSeconds),
    cursors: {
      popularity: advance(request, "popularity", popular.examined),
      freshness: advance(request, "freshness", fresh.examined),
    },
    refillUntilSeconds: 0,
  };
  const { record, page } = takeWhatIsThere(records, request, offered, sift);
  records.writeQueues(record);
  return {
    added: { popularity: codeCount(popular.kept), freshness: codeCount(fresh.kept) },
    examined: { popularity: popular.examined, freshness: fresh.examined },
    known: sift.known,
    watched: sift.watched,
    page,
    ...levelOf(record, false),
  };
}

export function lease(records: UserRecords, request: LeaseRequest): LeaseResult {
  const { nowSeconds, policy } = request;
  const committed = commit(records, request);
  const current = settle(committed, nowSeconds);
  const next = request.next;
  const outcome = leaseOutcome(current, next?.want);
  if (next === undefined || outcome !== "leased") {
    const { record, refillGranted } = grantRefill(current, nowSeconds, policy);
    records.writeQueues(record);
    return { outcome, page: EMPTY_PAGE, ...levelOf(record, refillGranted) };
  }
  const cut = cutPage(current, planPage(levelsOf(current), next.want));
  const granted = grantRefill(
    {
      ...cut.record,
      lease: {
        token: next.token,
        untilSeconds: next.untilSeconds,
        popularity: cut.page.popularity,
        freshness: cut.page.freshness,
        popularityExpiresAtSeconds: cut.popularityExpiresAtSeconds,
        freshnessExpiresAtSeconds: cut.freshnessExpiresAtSeconds,
      },
    },
    nowSeconds,
    policy,
  );
  records.writeQueues(granted.record);
  return { outcome, page: cut.page, ...levelOf(granted.record, granted.refillGranted) };
}

export function mark(records: UserRecords, request: MarkRequest): number {
  const gone = new Set<string>(eachCode(request.codes));
  const stored = records.readQueues();
  let removed = 0;
  if (stored !== undefined) {
    const record = withoutCodes(stored, new CodeSieve(request.codes));
    removed = heldCodes(stored) - heldCodes(record);
    if (removed > 0) records.writeQueues(record);
  }
  if (request.as === "cooldown") {
    records.appendServed({
      token: "",
      expiresAtSeconds: request.nowSeconds + request.policy.cooldownSeconds,
      page: { ...EMPTY_PAGE, fallback: joinCodes(...(gone as Set<ItemCodes>)) },
    });
    return removed;
  }
  const watched = records.readWatched() ?? NOTHING_WATCHED;
  const recent = [...eachCode(watched.recent)].filter((code) => !gone.has(code));
  recent.push(...(gone as Set<ItemCodes>));
  const overflow = recent.splice(0, Math.max(0, recent.length - RECENT_WATCHED_LIMIT));
  records.writeWatched({
    recent: joinCodes(...recent),
    layers: addWatched(watched.layers, overflow, request.nowSeconds),
  });
  return removed;
}

export function stats(records: UserRecords, nowSeconds: number, policy: UserPolicy): UserStats {
  const stored = records.readQueues();
  const record = settle(stored ?? EMPTY_RECORD, nowSeconds);
  const watched = records.readWatched();
  const layers = liveLayers(watched?.layers ?? [], nowSeconds);
  const served = records.readServed(ALL_PAGES).filter((page) => page.expiresAtSeconds > nowSeconds);
  const coolingDown = served.reduce((sum, { page }) => sum + pageLength(page), 0);
  const floor = nowSeconds + policy.entryLifeSeconds * VALID_LIFE_SHARE;
  const recent = watched?.recent ?? NO_CODES;
  return {
    known: stored !== undefined || watched !== undefined || served.length > 0,
    valid: {
      popularity: countExpiringFrom(record.popularity, floor),
      freshness: countExpiringFrom(record.freshness, floor),
    },
    cursors: record.cursors,
    coolingDown,
    recentlyWatched: codeCount(recent),
    watchedLayers: layers.map((layer) => ({
      ratedItems: ratedItems(layer.size),
      items: layer.items,
      sizeBytes: layer.bits.length,
      openedAtSeconds: layer.openedAtSeconds,
    })),
    sizeBytes:
      (heldCodes(record) + coolingDown) * CODE_WIDTH +
      recent.length +
      layers.reduce((sum, layer) => sum + layer.bits.length, 0),
  };
}

/** A mark may have taken items out of the leased page: it is made whole again from the queues. */
function takeLease(
  records: UserRecords,
  stored: QueueRecord,
  leased: Lease,
  request: TakeRequest,
): TakeResult {
  const { want, nowSeconds, policy } = request;
  const current = settle({ ...stored, lease: undefined }, nowSeconds);
  const popularity = codeCount(leased.popularity);
  const total = want.popularity + want.freshness;
  const missing = Math.max(0, total - popularity - codeCount(leased.freshness));
  const more = Math.max(0, Math.min(missing, want.popularity - popularity));
  const cut = cutPage(
    current,
    planPage(levelsOf(current), { ...want, popularity: more, freshness: missing - more }),
  );
  const page: PageCodes = {
    popularity: joinCodes(leased.popularity, cut.page.popularity),
    freshness: joinCodes(leased.freshness, cut.page.freshness),
    fallback: NO_CODES,
  };
  const { record, refillGranted } = grantRefill(cut.record, nowSeconds, policy);
  records.writeQueues(record);
  serve(records, request, page);
  return { outcome: "taken", page, ...levelOf(record, refillGranted) };
}

function commit(records: UserRecords, request: LeaseRequest): QueueRecord {
  const stored = records.readQueues() ?? EMPTY_RECORD;
  const served = request.commit;
  if (served === undefined) return stored;
  const named = { ...request, token: served.token };
  if (stored.lease?.token === served.token) {
    serve(records, named, served.page);
    return { ...stored, lease: undefined };
  }
  if (servedPage(records, served.token, ALL_PAGES) === undefined) {
    serve(records, named, served.page);
  }
  // The lease ran out before its commit came: its items are back in the queues, and must leave them.
  const { popularity, freshness, fallback } = served.page;
  return withoutCodes(stored, new CodeSieve(joinCodes(popularity, freshness, fallback)));
}

function advance(
  { cursors, candidates, readTo }: RefillRequest,
  feed: keyof Levels,
  examined: number,
): Cursor {
  const cursor = cursors[feed];
  const whole = examined === codeCount(candidates[feed]);
  const position = cursor.position + examined;
  return { ...cursor, position: whole ? (readTo?.[feed] ?? position) : position };
}

function takeWhatIsThere(
  records: UserRecords,
  request: RefillRequest,
  offered: QueueRecord,
  sift: Sift,
): { readonly record: QueueRecord; readonly page: PageCodes } {
  const wanted = request.take;
  if (wanted === undefined) return { record: offered, page: EMPTY_PAGE };
  const repeated = servedPage(records, wanted.token, ALL_PAGES);
  if (repeated !== undefined) return { record: offered, page: repeated };
  const split = planPage(levelsOf(offered), wanted.want);
  const cut = cutPage(offered, split);
  const missing =
    wanted.want.popularity + wanted.want.freshness - split.popularity - split.freshness;
  const fallback = sift.examine(request.candidates.fallback, missing).kept;
  // A feed asked for alone and a dry fallback: what waits in the other queue is better than nothing.
  const rest = cutPage(
    cut.record,
    planPage(levelsOf(cut.record), {
      popularity: missing - codeCount(fallback),
      freshness: 0,
      carryOver: true,
    }),
  );
  const page = {
    popularity: joinCodes(cut.page.popularity, rest.page.popularity),
    freshness: joinCodes(cut.page.freshness, rest.page.freshness),
    fallback,
  };
  serve(records, { ...request, token: wanted.token }, page);
  return { record: rest.record, page };
}
