/** The counts in D1: `item_days` and `item_hours`, which the log of events keeps. Added up there by window. */
import { dayOf, hourOf } from "../domain/epoch-time.ts";
import { KEPT_HOURS } from "../events/count-events.ts";
import { EVENT_TYPES, type EventType } from "../events/user-event.ts";
import type { ItemId, TenantId } from "../domain/ids.ts";
import type { DayCount, DayCounts } from "./day-counts.ts";
import { ageGroupOf, genderOf } from "./groups.ts";
import { type Band, BANDS, SCORED_DAYS } from "./scores.ts";
import { type ItemHours, RECENT_HOURS } from "./trending.ts";

/** Rows of `item_days` that one page is made of: some 200 ms of D1 and 2 MB at most. */
const PAGE_ROWS = 20_000;

interface Row {
  readonly item: ItemId;
  readonly country: string;
  readonly gender: string;
  readonly age: string;
  readonly type: EventType;
  readonly band: Band;
  readonly count: number;
  readonly sum: number;
}

/**
 * Items behind ?2, up to the one that holds the row at ?5: a page ends between items. The key begins with the item, so
 * that neither question reads more than its page; the `+` keeps SQLite from the index by day, by which each page would
 * read and sort all of the rest.
 */
const PAGE = `SELECT item, country, gender, age, type,
    CASE WHEN day >= ?3 - ${BANDS[0]} THEN 0 WHEN day >= ?3 - ${BANDS[1]} THEN 1 ELSE 2 END AS band,
    sum(count) AS count, sum(sum) AS sum
  FROM item_days
  WHERE tenant = ?1 AND item > ?2 AND +day >= ?4
    AND item <= coalesce((SELECT item FROM item_days WHERE tenant = ?1 AND item > ?2 AND +day >= ?4
      ORDER BY item LIMIT 1 OFFSET ?5), char(1114111))
  GROUP BY item, country, gender, age, type, band ORDER BY item`;

export class D1DayCounts implements DayCounts {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async *counted(tenant: TenantId, nowMs: number): AsyncGenerator<readonly DayCount[]> {
    const today = dayOf(nowMs);
    const page = this.#database.prepare(PAGE);
    let after = "";
    for (;;) {
      const { results } = await page
        .bind(tenant, after, today, today - SCORED_DAYS, PAGE_ROWS)
        .all<Row>();
      const last = results.at(-1);
      if (last === undefined) return;
      after = last.item;
      yield results.flatMap((row) => countOf(row));
    }
  }

  async hours(tenant: TenantId, nowMs: number, limit: number): Promise<readonly ItemHours[]> {
    const hour = hourOf(nowMs);
    const { results } = await this.#database
      .prepare(
        `SELECT item, sum(CASE WHEN hour > ?2 - ${RECENT_HOURS} THEN weight ELSE 0 END) AS recent,
           sum(CASE WHEN hour > ?2 - ${RECENT_HOURS} THEN 0 ELSE weight END) AS "before",
           sum(impressions) AS impressions
         FROM item_hours WHERE tenant = ?1 AND hour > ?2 - ${KEPT_HOURS}
         GROUP BY item ORDER BY sum(weight) DESC, item LIMIT ?3`,
      )
      .bind(tenant, hour, limit)
      .all<ItemHours>();
    return results;
  }
}

/** A type of a later release says nothing here. */
const countOf = ({ item, country, gender, age, type, band, count, sum }: Row): DayCount[] =>
  EVENT_TYPES.includes(type)
    ? [
        {
          item,
          type,
          band,
          count,
          sum,
          country: country === "" ? undefined : country,
          who: { gender: genderOf(gender), ageGroup: ageGroupOf(age) },
        },
      ]
    : [];
