/**
 * The job that turns what was counted into what is served: a new snapshot of scores, and `items.popularity`, which the
 * next pools are ranked by. Counts are read page by page, so that what is held is the snapshot and not the log.
 */
import type { ItemPages } from "../catalogue/item-pages.ts";
import type { Discovery } from "../domain/discovery.ts";
import type { ItemId, TenantId } from "../domain/ids.ts";
import type { EventType } from "../events/user-event.ts";
import type { DayCount, DayCounts } from "../popularity/day-counts.ts";
import { EVERYONE } from "../popularity/groups.ts";
import { itemScores } from "../popularity/item-scores.ts";
import { gainOf } from "../popularity/live-popularity.ts";
import { trendingOf, underExposedOf } from "../popularity/trending.ts";
import { GIFT_FIELDS } from "./gift-fields.ts";
import { type Rising, SnapshotBuilder } from "./snapshot-builder.ts";
import type { SnapshotStore } from "./snapshot-store.ts";

/** Items that the last 48 hours are looked at of: those with the most weight. */
const HOURS_LIMIT = 20_000;
/** Of a popularity that is written again: less of a change moves no bucket. */
const CHANGE_SHARE = 0.001;

export interface UpdatePorts {
  readonly items: ItemPages;
  readonly counts: DayCounts;
  readonly snapshots: SnapshotStore;
}

export interface UpdateResult {
  /** `empty`: the tenant has no items that lists may show, and what was there stays. */
  readonly outcome: "published" | "superseded" | "empty";
  readonly counts: Readonly<Record<string, number>>;
}

export async function updatePopularity(
  { items, counts, snapshots }: UpdatePorts,
  tenant: TenantId,
  nowMs: number,
): Promise<UpdateResult> {
  const builder = new SnapshotBuilder();
  const standing = new Standing();
  for await (const page of items.pages(tenant, GIFT_FIELDS)) {
    builder.addItems(page);
    for (const { id, popularity, basePopularity } of page) {
      standing.add(id, popularity, basePopularity);
    }
  }
  if (standing.size === 0) return { outcome: "empty", counts: { items: 0 } };
  let [likes, clicks] = [0, 0];
  for await (const page of counts.counted(tenant, nowMs)) {
    likes += counted(page, "like") - counted(page, "unlike");
    clicks += counted(page, "click");
    const scores = itemScores(page);
    builder.addScores(scores);
    for (const { item, everywhere } of scores) standing.score(item, everywhere[EVERYONE] ?? 0);
  }
  const hours = await counts.hours(tenant, nowMs, HOURS_LIMIT);
  const rising = { trending: trendingOf(hours), underExposed: underExposedOf(hours) };
  const snapshot = builder.build(nowMs, rising);
  const { scored, size: catalogue } = standing;
  const tally = { scored, catalogue, likes: Math.max(0, likes), clicks };
  const outcome = await snapshots.publish(tenant, snapshot, tally, nowMs);
  const changed = standing.changes();
  await items.addToBase(tenant, changed);
  await items.setDiscoveries(tenant, discoveriesOf(rising));
  return {
    outcome,
    counts: {
      items: snapshot.ids.length,
      private: builder.privateItems,
      left_out: builder.tooMany,
      scored,
      trending: snapshot.trending.length,
      under_exposed: snapshot.underExposed.length,
      popularity_changed: changed.length,
      bytes: snapshot.bytes.byteLength,
    },
  };
}

/** An item that is both is under-exposed: the others see it anyway. */
const discoveriesOf = ({ trending, underExposed }: Rising): ReadonlyMap<ItemId, Discovery> =>
  new Map([
    ...trending.map((item) => [item, "trending"] as const),
    ...underExposed.map((item) => [item, "under_exposed"] as const),
  ]);

const counted = (page: readonly DayCount[], type: EventType): number =>
  page.reduce((sum, row) => (row.type === type ? sum + row.count : sum), 0);

/** How popular every item is and was, private ones too: feeds may show those, where the tenant's policy lets them. */
class Standing {
  readonly #ids: ItemId[] = [];
  readonly #indexes = new Map<ItemId, number>();
  readonly #popularities: number[] = [];
  readonly #bases: number[] = [];
  readonly #scores = new Map<number, number>();

  get size(): number {
    return this.#ids.length;
  }

  get scored(): number {
    return this.#scores.size;
  }

  add(id: ItemId, popularity: number, base: number): void {
    this.#indexes.set(id, this.#ids.length);
    this.#ids.push(id);
    this.#popularities.push(popularity);
    this.#bases.push(base);
  }

  score(id: ItemId, score: number): void {
    const index = this.#indexes.get(id);
    if (index !== undefined && score > 0) this.#scores.set(index, score);
  }

  changes(): readonly { readonly id: ItemId; readonly added: number }[] {
    const gain = gainOf(this.#bases, [...this.#scores.values()]);
    return this.#ids.flatMap((id, index) => {
      const added = gain * (this.#scores.get(index) ?? 0);
      const before = this.#popularities[index] ?? 0;
      const after = (this.#bases[index] ?? 0) + added;
      return Math.abs(after - before) > Math.abs(before) * CHANGE_SHARE ? [{ id, added }] : [];
    });
  }
}
