/**
 * The slices of a tenant's global pools: popularity buckets, freshness windows and the fallback.
 * Names and order are system A's, which its clients and dashboards know.
 */

/** Popularity buckets by rank, best first: `99_100` is the most popular 1 % of the items. */
export const BUCKETS = [
  "99_100",
  "90_99",
  "80_90",
  "70_80",
  "60_70",
  "50_60",
  "40_50",
  "30_40",
  "20_30",
  "10_20",
  "0_10",
] as const;
export type Bucket = (typeof BUCKETS)[number];

/** Freshness windows, newest first. Ages are disjoint: `l7d` holds what is 1 to 7 days old. */
export const WINDOWS = ["l1d", "l7d", "l14d", "l30d", "l90d"] as const;
export type FreshnessWindow = (typeof WINDOWS)[number];

const WINDOW_MAX_AGE_DAYS: Readonly<Record<FreshnessWindow, number>> = {
  l1d: 1,
  l7d: 7,
  l14d: 14,
  l30d: 30,
  l90d: 90,
};

export const SLICES = [...BUCKETS, ...WINDOWS, "fallback"] as const;
export type SliceName = (typeof SLICES)[number];

/** Where a served item came from. */
export const SOURCES = ["popularity", "freshness", "fallback"] as const;
export type SourceName = (typeof SOURCES)[number];

/**
 * The bucket of the item at `rank` (0 is the most popular) among `total`. By rank and never by score:
 * tied scores would shift the labels (system A, defect 6). The top bucket is never empty.
 */
export function bucketOfRank(rank: number, total: number): Bucket {
  const above = rank / total;
  if (above < 0.01) return "99_100";
  const decile = Math.min(9, Math.floor(above * 10));
  return BUCKETS[decile + 1] ?? "0_10";
}

/** The window of an item `ageDays` old, or none when it is older than the last window. */
export function windowOfAge(ageDays: number): FreshnessWindow | undefined {
  return WINDOWS.find((window) => ageDays < WINDOW_MAX_AGE_DAYS[window]);
}
