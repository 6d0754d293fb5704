/** Files of the log and their counts in D1. A batch is one transaction; the key of the file admits it once. */
import { hourOf } from "../domain/epoch-time.ts";
import { type EventCounts, type ItemDay, type ItemHour, KEPT_HOURS } from "./count-events.ts";
import type { CountLedger, EventFile } from "./event-desk.ts";

/** Bound parameters are limited to 2 MB of text. */
const STATEMENT_ROWS = 4_000;
/** How SQLite says that the file is there already. */
const KNOWN = /UNIQUE constraint failed: event_files/;

export class D1CountLedger implements CountLedger {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async add(file: EventFile, counts: EventCounts, nowMs: number): Promise<"added" | "known"> {
    const { tenant } = file;
    const oldest = hourOf(nowMs) - KEPT_HOURS;
    const hours = counts.hours.filter(({ hour }) => hour >= oldest);
    try {
      await this.#database.batch([
        this.#manifestRow(file, nowMs),
        ...chunked(counts.days).map((rows) => this.#addDays(tenant, rows)),
        ...chunked(hours).map((rows) => this.#addHours(tenant, rows)),
        this.#database
          .prepare("DELETE FROM item_hours WHERE tenant = ? AND hour < ?")
          .bind(tenant, oldest),
      ]);
      return "added";
    } catch (error) {
      if (error instanceof Error && KNOWN.test(error.message)) return "known";
      throw error;
    }
  }

  #manifestRow(file: EventFile, nowMs: number): D1PreparedStatement {
    const { tenant, shard, seq, day, name, events, bytes, minMs, maxMs, digest } = file;
    return this.#database
      .prepare(
        `INSERT INTO event_files
           (tenant, shard, seq, day, name, events, bytes, min_ms, max_ms, digest, written_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .bind(tenant, shard, seq, day, name, events, bytes, minMs, maxMs, digest, nowMs);
  }

  #addDays(tenant: string, rows: readonly ItemDay[]): D1PreparedStatement {
    const values = rows.map(({ item, day, country, gender, age, type, count, sum }) => [
      item,
      day,
      country,
      gender,
      age,
      type,
      count,
      sum,
    ]);
    return this.#database
      .prepare(
        `INSERT INTO item_days (tenant, item, day, country, gender, age, type, count, sum)
         SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5,
           value ->> 6, value ->> 7 FROM json_each(?2) WHERE 1
         ON CONFLICT DO UPDATE SET count = count + excluded.count, sum = sum + excluded.sum`,
      )
      .bind(tenant, JSON.stringify(values));
  }

  #addHours(tenant: string, rows: readonly ItemHour[]): D1PreparedStatement {
    const values = rows.map(({ item, hour, impressions, weight }) => [
      item,
      hour,
      impressions,
      weight,
    ]);
    return this.#database
      .prepare(
        `INSERT INTO item_hours (tenant, item, hour, impressions, weight)
         SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?2) WHERE 1
         ON CONFLICT DO UPDATE SET impressions = impressions + excluded.impressions,
           weight = weight + excluded.weight`,
      )
      .bind(tenant, JSON.stringify(values));
  }
}

function chunked<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const chunks: (readonly Row[])[] = [];
  for (let at = 0; at < rows.length; at += STATEMENT_ROWS) {
    chunks.push(rows.slice(at, at + STATEMENT_ROWS));
  }
  return chunks;
}
