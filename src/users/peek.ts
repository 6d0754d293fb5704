/** The rules of looking: what waits for a user, and which candidates the user has had. */
import { eachCode, type ItemCodes, joinCodes, NO_CODES, sliceCodes } from "../domain/item-code.ts";
import { ALL_PAGES, NOTHING_WATCHED } from "./cooldown.ts";
import { EMPTY_RECORD, grantRefill, levelOf, settle } from "./queue-record.ts";
import type { QueueRecord, ServedPage, UserRecords, WatchedRecord } from "./user-records.ts";
import type { PeekRequest, PeekResult } from "./user-store.ts";
import { liveLayers, mightContain } from "./watched-filter.ts";

/** What a user gets who peeks more often than is allowed. */
export const REFUSED_PEEK: PeekResult = {
  outcome: "refused",
  waiting: { popularity: NO_CODES, freshness: NO_CODES },
  cooling: NO_CODES,
  watched: NO_CODES,
  recentlyWatched: NO_CODES,
  known: false,
  ...levelOf(EMPTY_RECORD, false),
};

/**
 * A settled record is not stored: the next operation that takes something settles it again, and to look stays free
 * of writes. Only a granted refill is written.
 */
export function peek(records: UserRecords, request: PeekRequest): PeekResult {
  const { nowSeconds, limits } = request;
  const stored = records.readQueues();
  const remembered = records.readWatched();
  // What waits is never cooling down: only candidates from elsewhere are looked up there.
  const served =
    request.candidates === NO_CODES && stored !== undefined
      ? []
      : records.readServed(ALL_PAGES).filter((page) => page.expiresAtSeconds > nowSeconds);
  const current = settle(stored ?? EMPTY_RECORD, nowSeconds);
  const { record, refillGranted } = grantRefill(current, nowSeconds, request.policy);
  if (refillGranted) {
    const { refillUntilSeconds } = record;
    records.writeQueues({ ...(stored ?? EMPTY_RECORD), refillUntilSeconds });
  }
  const watched = remembered ?? NOTHING_WATCHED;
  return {
    outcome: "peeked",
    waiting: {
      popularity: sliceCodes(current.popularity.codes, 0, limits.popularity),
      freshness: sliceCodes(current.freshness.codes, 0, limits.freshness),
    },
    ...sortCandidates(request.candidates, {
      watched: { ...watched, layers: liveLayers(watched.layers, nowSeconds) },
      cooling: coolingCodes(current, served),
    }),
    recentlyWatched: watched.recent,
    known: stored !== undefined || remembered !== undefined || served.length > 0,
    ...levelOf(current, refillGranted),
  };
}

function coolingCodes(record: QueueRecord, served: readonly ServedPage[]): ReadonlySet<string> {
  const pages = served.map(({ page }) => joinCodes(page.popularity, page.freshness, page.fallback));
  const leased = record.lease;
  if (leased !== undefined) pages.push(leased.popularity, leased.freshness);
  return new Set(eachCode(joinCodes(...pages)));
}

function sortCandidates(
  candidates: ItemCodes,
  seen: { readonly watched: WatchedRecord; readonly cooling: ReadonlySet<string> },
): Pick<PeekResult, "cooling" | "watched"> {
  const { recent, layers } = seen.watched;
  const recently = new Set<string>(eachCode(recent));
  const watched: ItemCodes[] = [];
  const cooling: ItemCodes[] = [];
  for (const code of eachCode(candidates)) {
    if (recently.has(code) || mightContain(layers, code)) watched.push(code);
    else if (seen.cooling.has(code)) cooling.push(code);
  }
  return { cooling: joinCodes(...cooling), watched: joinCodes(...watched) };
}
