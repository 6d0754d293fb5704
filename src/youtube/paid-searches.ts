/**
 * What a search has found and whose videos could not be looked up yet: a search is 1 of 100 a day and is not paid for
 * twice because the unit behind it was refused. In one isolate; losing it costs a search.
 */
const KEPT_MS = 3_600_000;
const SEARCHES = 64;

export interface PaidSearches {
  find(key: string, nowMs: number): readonly string[] | undefined;
  keep(key: string, ids: readonly string[], nowMs: number): void;
  drop(key: string): void;
}

export function paidSearches(): PaidSearches {
  const searches = new Map<string, { readonly ids: readonly string[]; readonly untilMs: number }>();
  return {
    find(key, nowMs) {
      const search = searches.get(key);
      return search === undefined || nowMs >= search.untilMs ? undefined : search.ids;
    },
    keep(key, ids, nowMs) {
      searches.delete(key);
      searches.set(key, { ids, untilMs: nowMs + KEPT_MS });
      for (const oldest of searches.keys()) {
        if (searches.size <= SEARCHES) break;
        searches.delete(oldest);
      }
    },
    drop(key) {
      searches.delete(key);
    },
  };
}
