/**
 * How an imported popularity and live events live together in `items.popularity`. Pure.
 *
 * Imports speak of views by the million, events of points by the dozen, and only the order of the sum matters:
 * `popularity = base + gain · score`. The gain makes the 99th percentile of scores worth as much as the 99th percentile
 * of imported popularity, rounded to a power of two so that it does not change with every run. An item without events
 * keeps exactly what was imported, and an import changes the base under the events.
 */

const PERCENTILE = 0.99;

export function gainOf(bases: readonly number[], scores: readonly number[]): number {
  const base = highOf(bases);
  const score = highOf(scores);
  if (base === 0 || score === 0) return 1;
  return 2 ** Math.round(Math.log2(base / score));
}

/** Of those above 0; 0 when there are none. */
function highOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values.filter((value) => value > 0)).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * PERCENTILE))] ?? 0;
}
