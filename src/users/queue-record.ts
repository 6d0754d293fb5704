/**
 * What can be done with a user's queues without knowing where they are stored: all pure.
 */
import type { CodeSieve } from "../domain/code-sieve.ts";
import { codeCount, NO_CODES } from "../domain/item-code.ts";
import { EMPTY_QUEUE, expire, prepend, queueLength, splitFront, without } from "./dated-queue.ts";
import type { UserPolicy } from "./user-policy.ts";
import type { Lease, QueueRecord } from "./user-records.ts";
import type { Cursor, LeaseResult, Levels, PageCodes, UserLevel, Want } from "./user-store.ts";

const NO_CURSOR: Cursor = { version: 0, position: 0, total: 0, untilSeconds: 0 };

/** A user of whom nothing is stored. */
export const EMPTY_RECORD: QueueRecord = {
  popularity: EMPTY_QUEUE,
  freshness: EMPTY_QUEUE,
  cursors: { popularity: NO_CURSOR, freshness: NO_CURSOR },
  refillUntilSeconds: 0,
};

/** Which of the two queues a page of `want` is cut from, with carry-over; `whole` when it is complete. */
export function planPage(
  levels: Levels,
  want: Want,
): { readonly popularity: number; readonly freshness: number; readonly whole: boolean } {
  let popularity = Math.min(want.popularity, levels.popularity);
  let freshness = Math.min(want.freshness, levels.freshness);
  const total = want.popularity + want.freshness;
  if (want.carryOver) {
    popularity += Math.min(total - popularity - freshness, levels.popularity - popularity);
    freshness += Math.min(total - popularity - freshness, levels.freshness - freshness);
  }
  return { popularity, freshness, whole: popularity + freshness === total };
}

export const levelsOf = (record: QueueRecord): Levels => ({
  popularity: queueLength(record.popularity),
  freshness: queueLength(record.freshness),
});

export const levelOf = (record: QueueRecord, refillGranted: boolean): UserLevel => ({
  levels: levelsOf(record),
  cursors: record.cursors,
  refillGranted,
});

export const pageLength = (page: PageCodes): number =>
  codeCount(page.popularity) + codeCount(page.freshness) + codeCount(page.fallback);

export const heldCodes = (record: QueueRecord): number =>
  queueLength(record.popularity) +
  queueLength(record.freshness) +
  (record.lease === undefined ? 0 : pageLength(leasedPage(record.lease)));

const leasedPage = ({ popularity, freshness }: Lease): PageCodes => ({
  popularity,
  freshness,
  fallback: NO_CODES,
});

/** Puts a leased page back at the front of its queues. */
function dissolve({ lease, ...record }: QueueRecord): QueueRecord {
  if (lease === undefined) return record;
  return {
    ...record,
    popularity: prepend(record.popularity, lease.popularity, lease.popularityExpiresAtSeconds),
    freshness: prepend(record.freshness, lease.freshness, lease.freshnessExpiresAtSeconds),
  };
}

/** Returns an expired lease to the front of its queues and drops what has waited too long. */
export function settle(record: QueueRecord, nowSeconds: number): QueueRecord {
  const expired = record.lease !== undefined && record.lease.untilSeconds <= nowSeconds;
  const returned = expired ? dissolve(record) : record;
  return {
    ...returned,
    popularity: expire(returned.popularity, nowSeconds),
    freshness: expire(returned.freshness, nowSeconds),
  };
}

export function cutPage(record: QueueRecord, count: Levels) {
  const popularity = splitFront(record.popularity, count.popularity);
  const freshness = splitFront(record.freshness, count.freshness);
  return {
    page: { popularity: popularity.front, freshness: freshness.front, fallback: NO_CODES },
    popularityExpiresAtSeconds: popularity.expiresAtSeconds,
    freshnessExpiresAtSeconds: freshness.expiresAtSeconds,
    record: { ...record, popularity: popularity.rest, freshness: freshness.rest },
  };
}

export function grantRefill(
  record: QueueRecord,
  nowSeconds: number,
  policy: UserPolicy,
): { readonly record: QueueRecord; readonly refillGranted: boolean } {
  const levels = levelsOf(record);
  const low = Math.min(levels.popularity, levels.freshness) < policy.lowWaterMark;
  if (!low || record.refillUntilSeconds > nowSeconds) return { record, refillGranted: false };
  const refillUntilSeconds = nowSeconds + policy.refillLeaseSeconds;
  return { record: { ...record, refillUntilSeconds }, refillGranted: true };
}

export function leaseOutcome(record: QueueRecord, want: Want | undefined): LeaseResult["outcome"] {
  if (want === undefined) return "none";
  if (record.lease !== undefined) return "held";
  return planPage(levelsOf(record), want).whole ? "leased" : "short";
}

export const withoutCodes = (record: QueueRecord, gone: CodeSieve): QueueRecord => ({
  ...record,
  popularity: without(record.popularity, gone),
  freshness: without(record.freshness, gone),
  lease: record.lease && {
    ...record.lease,
    popularity: gone.without(record.lease.popularity),
    freshness: gone.without(record.lease.freshness),
  },
});
