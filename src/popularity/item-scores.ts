/**
 * What the counts of one item come to, for every group, and for every group of every country. Pure. Points are added
 * up before they are held at 0, so that an unlike takes back a like of the same group wherever it was counted.
 */
import type { ItemId } from "../domain/ids.ts";
import type { DayCount } from "./day-counts.ts";
import { groupsWith, GROUP_COUNT } from "./groups.ts";
import { pointsOf, scoreOf } from "./scores.ts";

export interface ItemScores {
  readonly item: ItemId;
  /** By group; of all countries together. */
  readonly everywhere: Float32Array;
  /** By country, by group. */
  readonly countries: ReadonlyMap<string, Float32Array>;
}

/** Of a page of counts, in which items are whole. An item without points is left out. */
export function itemScores(counts: readonly DayCount[]): readonly ItemScores[] {
  const items = new Map<
    ItemId,
    { everywhere: Float64Array; countries: Map<string, Float64Array> }
  >();
  for (const count of counts) {
    const item = items.get(count.item) ?? { everywhere: noPoints(), countries: new Map() };
    items.set(count.item, item);
    const points = pointsOf(count);
    if (points === 0) continue;
    const groups = groupsWith(count.who);
    addTo(item.everywhere, groups, points);
    if (count.country === undefined) continue;
    const country = item.countries.get(count.country) ?? noPoints();
    item.countries.set(count.country, country);
    addTo(country, groups, points);
  }
  return Array.from(items, ([item, { everywhere, countries }]) => ({
    item,
    everywhere: held(everywhere),
    countries: new Map(Array.from(countries, ([code, points]) => [code, held(points)])),
  })).filter(({ everywhere }) => everywhere.some((score) => score > 0));
}

const noPoints = (): Float64Array => new Float64Array(GROUP_COUNT);

function addTo(points: Float64Array, groups: readonly number[], more: number): void {
  for (const group of groups) points[group] = (points[group] ?? 0) + more;
}

const held = (points: Float64Array): Float32Array => Float32Array.from(points, scoreOf);
