/**
 * System E's main database through Hyperdrive, read only: gifts, users and what these do by time, and what they did before
 * the first read by user.
 */
import { HOUR_MS } from "../domain/epoch-time.ts";
import postgres from "postgres";
import { FailureError } from "../domain/failure.ts";
import { eventOf, itemOf, userOf } from "./gift-rows.ts";
import {
  type DeedTable,
  type History,
  type Page,
  type PageAsk,
  type Place,
  PostgresPages,
} from "./postgres-pages.ts";
import { renamed } from "./read-file.ts";
import type { ReadSource, SourceAsk, SourceBatch, SourceCursor } from "./source-batch.ts";
import type { PostgresSource } from "./source-config.ts";

/** Rows of 500 bytes: 2.5 MB a page. Fewer where a run may take fewer, or it would come no further. */
const PAGE_ROWS = 5_000;
/** The first read by user ends there: what came later is read by time, which lets rows come late where nothing follows. */
const HISTORY_SECONDS = 60;
const CONNECT_SECONDS = 10;

export function postgresSource(connectionString: string): ReadSource<PostgresSource> {
  return async function* read(ask) {
    // One connection a run: sockets belong to the request that opened them. Hyperdrive keeps none of our statements.
    const sql = postgres(connectionString, {
      max: 1,
      prepare: false,
      fetch_types: false,
      connect_timeout: CONNECT_SECONDS,
      onnotice: () => undefined,
    });
    try {
      yield* new GiftDatabase(sql, ask).read();
    } catch (error) {
      if (error instanceof FailureError) throw error;
      const code = (error as { code?: unknown }).code;
      throw new FailureError(
        "SOURCE_UNAVAILABLE",
        `The database did not answer: ${String(code)}.`,
        {
          cause: error,
        },
      );
    } finally {
      await sql.end({ timeout: 1 });
    }
  };
}

class GiftDatabase {
  readonly #pages: PostgresPages;
  readonly #ask: SourceAsk<PostgresSource>;
  readonly #pageRows: number;
  #cursor: SourceCursor;

  constructor(sql: postgres.Sql, ask: SourceAsk<PostgresSource>) {
    this.#ask = ask;
    // Pages of one size, so that the last that a run may take is a whole one.
    const { rows } = ask.config.limits;
    this.#pageRows = Math.floor(rows / Math.ceil(rows / PAGE_ROWS));
    this.#pages = new PostgresPages(sql, ask.config, this.#pageRows);
    this.#cursor = ask.cursor ?? {};
  }

  async *read(): AsyncGenerator<SourceBatch> {
    const { gives } = this.#ask.config;
    if (gives.includes("items")) yield* this.#items();
    // Who users are comes before what they did, which is counted by it.
    if (gives.includes("demographics")) yield* this.#users();
    if (gives.includes("likes")) yield* this.#events("like", "handpicked_likes");
    if (gives.includes("clicks")) yield* this.#events("click", "handpicked_present_clicks");
  }

  async *#items(): AsyncGenerator<SourceBatch> {
    const { config, nowMs } = this.#ask;
    const dated = await this.#pages.has("handpicked_presents", "updated_at");
    const wholeAtMs = Number(this.#cursor["wholeAtMs"] ?? Number.NEGATIVE_INFINITY);
    const place = this.#placeOf("items");
    const whole =
      !dated || place === undefined || nowMs - wholeAtMs >= config.whole_every_hours * HOUR_MS;
    const items = (page: Page): readonly unknown[] =>
      page.map(({ row }) => renamed(itemOf(row), config.columns));
    if (!whole) {
      const ask = { table: "handpicked_presents", by: "updated_at", after: place } as const;
      for await (const { page, next } of this.#each(ask)) {
        yield { items: items(page), bytes: sizeOf(page), ...this.#move("items", next) };
      }
      return;
    }
    const began = await this.#pages.timeBefore();
    const ask = { table: "handpicked_presents", by: undefined, after: undefined } as const;
    for await (const { page } of this.#each(ask)) {
      yield { items: items(page), bytes: sizeOf(page) };
    }
    this.#cursor = { ...this.#cursor, wholeAtMs: nowMs };
    yield { bytes: 0, whole: true, ...this.#move("items", { at: began }) };
  }

  async *#users(): AsyncGenerator<SourceBatch> {
    const by = (await this.#pages.has("users", "updated_at")) ? "updated_at" : "created_at";
    const ask = { table: "users", by, after: this.#placeOf("users") } as const;
    for await (const { page, next } of this.#each(ask)) {
      const users = page.flatMap(
        ({ row, at_ms }) => userOf({ ...row, at_ms }, this.#ask.nowMs) ?? [],
      );
      yield { users, bytes: sizeOf(page), ...this.#move("users", next) };
    }
  }

  async *#events(type: "like" | "click", table: DeedTable): AsyncGenerator<SourceBatch> {
    if (this.#placeOf(table) === undefined) yield* this.#history(type, table);
    const ask = { table, by: "created_at", after: this.#placeOf(table) } as const;
    for await (const { page, next } of this.#each(ask)) {
      yield { ...eventsOf(type, table, page), ...this.#move(table, next) };
    }
  }

  /**
   * What users did before the first read, user by user: each profile is opened for all of it at once, where by time every
   * page would open as many profiles as it has rows. A release that knows no `history` begins the table anew.
   */
  async *#history(type: "like" | "click", table: DeedTable): AsyncGenerator<SourceBatch> {
    const begun = this.#cursor["history"] as History | undefined;
    let place =
      begun?.table === table
        ? begun
        : { table, until: await this.#pages.timeBefore(HISTORY_SECONDS) };
    for (;;) {
      const page = await this.#pages.history(place, this.#cursor["user"]);
      const last = page.at(-1);
      if (last === undefined || page.length < this.#pageRows) {
        const { user: _, history: __, ...rest } = this.#cursor;
        this.#cursor = rest;
        yield { ...eventsOf(type, table, page), ...this.#move(table, { at: place.until }) };
        return;
      }
      place = { ...place, at: last.at ?? "", id: String(last.row["id"]) };
      this.#cursor = { ...this.#cursor, user: String(last.row["user_id"]), history: place };
      yield { ...eventsOf(type, table, page), cursor: this.#cursor };
    }
  }

  async *#each(ask: PageAsk): AsyncGenerator<{ readonly page: Page; readonly next: Place }> {
    let { after } = ask;
    for (;;) {
      const page = await this.#pages.page({ ...ask, after });
      const last = page.at(-1);
      if (last === undefined) return;
      after = { at: last.at ?? "", id: String(last.row["id"]) };
      yield { page, next: after };
      if (page.length < this.#pageRows) return;
    }
  }

  #placeOf(table: string): Place | undefined {
    return this.#cursor[table] as Place | undefined;
  }

  #move(table: string, place: Place): { readonly cursor: SourceCursor } {
    this.#cursor = { ...this.#cursor, [table]: place };
    return { cursor: this.#cursor };
  }
}

function eventsOf(
  type: "like" | "click",
  table: DeedTable,
  page: Page,
): Pick<SourceBatch, "events" | "faults" | "bytes"> {
  const events = page.flatMap(({ row, at_ms }) => eventOf(type, { ...row, at_ms }) ?? []);
  const faults = Array.from(
    { length: page.length - events.length },
    () => `${table}: a row names no user, item or time that can be read`,
  );
  return { events, faults, bytes: sizeOf(page) };
}

const sizeOf = (page: Page): number => JSON.stringify(page).length;
