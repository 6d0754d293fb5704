/** The cooldown of one user: the pages that were served, which also answer a retry. */
import { eachCode, type ItemCodes, joinCodes, NO_CODES } from "../domain/item-code.ts";
import { pageLength } from "./queue-record.ts";
import { COOLDOWN_LIMIT } from "./user-policy.ts";
import type { UserPolicy } from "./user-policy.ts";
import type { UserRecords, WatchedRecord } from "./user-records.ts";
import type { PageCodes } from "./user-store.ts";
import { addWatched, liveLayers } from "./watched-filter.ts";

export const NOTHING_WATCHED: WatchedRecord = { recent: NO_CODES, layers: [] };
/** More pages than any cooldown holds: each page has at least one code. */
export const ALL_PAGES = COOLDOWN_LIMIT * 2;

export function servedPage(
  records: UserRecords,
  token: string,
  lookback: number,
): PageCodes | undefined {
  if (lookback === 0) return undefined;
  return records.findServed(token, lookback)?.page;
}

export function serve(
  records: UserRecords,
  request: { readonly nowSeconds: number; readonly token: string; readonly policy: UserPolicy },
  page: PageCodes,
): void {
  if (pageLength(page) === 0) return;
  records.appendServed({
    token: request.token,
    expiresAtSeconds: request.nowSeconds + request.policy.cooldownSeconds,
    page,
  });
}

/** Moves the oldest pages of an overfull cooldown to the watched filter. */
export function foldCooldown(records: UserRecords, nowSeconds: number): WatchedRecord {
  const watched = records.readWatched() ?? NOTHING_WATCHED;
  let cooling = records.readServed(ALL_PAGES).reduce((sum, { page }) => sum + pageLength(page), 0);
  if (cooling <= COOLDOWN_LIMIT) {
    return { ...watched, layers: liveLayers(watched.layers, nowSeconds) };
  }
  const folded: ItemCodes[] = [];
  while (cooling > COOLDOWN_LIMIT) {
    const oldest = records.shiftServed();
    if (oldest === undefined) break;
    const { popularity, freshness, fallback } = oldest.page;
    folded.push(...eachCode(joinCodes(popularity, freshness, fallback)));
    cooling -= pageLength(oldest.page);
  }
  const layers = addWatched(watched.layers, folded, nowSeconds);
  records.writeWatched({ ...watched, layers });
  return { ...watched, layers };
}
