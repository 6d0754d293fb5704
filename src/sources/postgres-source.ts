/**
 * System E's main database through Hyperdrive, read only. Every page is a transaction of its own: Hyperdrive gives the
 * connection to somebody else after it, so settings hold for the transaction. Pages go on by key, never by offset:
 * by time, and what users did before the first read by user.
 */
import { HOUR_MS } from "../domain/epoch-time.ts";
import postgres from "postgres";
import { FailureError } from "../domain/failure.ts";
import { eventOf, itemOf, type JsonRow, userOf } from "./gift-rows.ts";
import { renamed } from "./read-file.ts";
import type { ReadSource, SourceAsk, SourceBatch, SourceCursor } from "./source-batch.ts";
import type { PostgresSource } from "./source-config.ts";

/** Where a table goes on: times as the database writes them, to the microsecond. */
interface Place {
  readonly at: string;
  readonly id?: string;
}

type DeedTable = "handpicked_likes" | "handpicked_present_clicks";
type Table = "handpicked_presents" | "users" | DeedTable;
type Page = readonly {
  readonly row: JsonRow;
  readonly at: string | null;
  readonly at_ms: number;
}[];

/**
 * Where the first read of a table of what users did goes on; the cursor's `user` says whose rows came last, as the
 * cursor of any source does. One table is read so at a time, the next when it is through.
 */
interface History {
  readonly table: DeedTable;
  /** Rows created up to here are read user by user, and later ones by time. */
  readonly until: string;
  /** Of the row that came last; none yet without them. */
  readonly at?: string;
  readonly id?: string;
}

interface PageAsk {
  readonly table: Table;
  /** The column that rows are ordered by before their id; by id alone without one. */
  readonly by: "created_at" | "updated_at" | undefined;
  readonly after: Place | undefined;
}

/** Rows of 500 bytes: 2.5 MB a page. Fewer where a run may take fewer, or it would come no further. */
const PAGE_ROWS = 5_000;
/** Rows are left to a later run while a transaction that began earlier may still add one before them. */
const SETTLED_SECONDS = 5;
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
  readonly #sql: postgres.Sql;
  readonly #ask: SourceAsk<PostgresSource>;
  readonly #pageRows: number;
  #cursor: SourceCursor;

  constructor(sql: postgres.Sql, ask: SourceAsk<PostgresSource>) {
    this.#sql = sql;
    this.#ask = ask;
    // Pages of one size, so that the last that a run may take is a whole one.
    const { rows } = ask.config.limits;
    this.#pageRows = Math.floor(rows / Math.ceil(rows / PAGE_ROWS));
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
    const dated = await this.#has("handpicked_presents", "updated_at");
    const wholeAtMs = Number(this.#cursor["wholeAtMs"] ?? Number.NEGATIVE_INFINITY);
    const place = this.#placeOf("items");
    const whole =
      !dated || place === undefined || nowMs - wholeAtMs >= config.whole_every_hours * HOUR_MS;
    const items = (page: Page): readonly unknown[] =>
      page.map(({ row }) => renamed(itemOf(row), config.columns));
    if (!whole) {
      const ask = { table: "handpicked_presents", by: "updated_at", after: place } as const;
      for await (const { page, next } of this.#pages(ask)) {
        yield { items: items(page), bytes: sizeOf(page), ...this.#move("items", next) };
      }
      return;
    }
    const began = await this.#timeBefore(SETTLED_SECONDS);
    const ask = { table: "handpicked_presents", by: undefined, after: undefined } as const;
    for await (const { page } of this.#pages(ask)) {
      yield { items: items(page), bytes: sizeOf(page) };
    }
    this.#cursor = { ...this.#cursor, wholeAtMs: nowMs };
    yield { bytes: 0, whole: true, ...this.#move("items", { at: began }) };
  }

  async *#users(): AsyncGenerator<SourceBatch> {
    const by = (await this.#has("users", "updated_at")) ? "updated_at" : "created_at";
    const ask = { table: "users", by, after: this.#placeOf("users") } as const;
    for await (const { page, next } of this.#pages(ask)) {
      const users = page.flatMap(
        ({ row, at_ms }) => userOf({ ...row, at_ms }, this.#ask.nowMs) ?? [],
      );
      yield { users, bytes: sizeOf(page), ...this.#move("users", next) };
    }
  }

  async *#events(type: "like" | "click", table: DeedTable): AsyncGenerator<SourceBatch> {
    if (this.#placeOf(table) === undefined) yield* this.#history(type, table);
    const ask = { table, by: "created_at", after: this.#placeOf(table) } as const;
    for await (const { page, next } of this.#pages(ask)) {
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
      begun?.table === table ? begun : { table, until: await this.#timeBefore(HISTORY_SECONDS) };
    for (;;) {
      const page = await this.#historyPage(place, this.#cursor["user"]);
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

  async *#pages(ask: PageAsk): AsyncGenerator<{ readonly page: Page; readonly next: Place }> {
    let { after } = ask;
    for (;;) {
      const page = await this.#page({ ...ask, after });
      const last = page.at(-1);
      if (last === undefined) return;
      after = { at: last.at ?? "", id: String(last.row["id"]) };
      yield { page, next: after };
      if (page.length < this.#pageRows) return;
    }
  }

  /** Ids are untyped: the database takes them for what the columns are, integers or UUIDs. */
  async #page({ table, by, after }: PageAsk): Promise<Page> {
    return this.#reading((sql) => {
      const from = sql(`${this.#ask.config.schema}.${table}`);
      const mine = table === "handpicked_presents" ? sql`AND user_id IS NULL` : sql``;
      if (by === undefined) {
        return sql<Page>`SELECT to_jsonb(t) AS row, NULL AS at, 0 AS at_ms FROM ${from} AS t
          WHERE ${after?.id === undefined ? sql`true` : sql`id > ${after.id}`} ${mine}
          ORDER BY id LIMIT ${this.#pageRows}`;
      }
      const column = sql(by);
      // As text: the driver would cut a time to the millisecond. Times without a zone are UTC here.
      const at = sql`${after?.at ?? null}::text::timestamptz`;
      const later =
        after === undefined
          ? sql`true`
          : after.id === undefined
            ? sql`${column} > ${at}`
            : sql`(${column}, id) > (${at}, ${after.id})`;
      return sql<Page>`SELECT to_jsonb(t) AS row, ${column}::text AS at,
          floor(extract(epoch FROM ${column}) * 1000)::float8 AS at_ms FROM ${from} AS t
        WHERE ${later} AND ${column} < now() - ${SETTLED_SECONDS} * interval '1 second' ${mine}
        ORDER BY ${column}, id LIMIT ${this.#pageRows}`;
    });
  }

  /** Rows of nobody are left out: nulls are neither before nor after a user. */
  async #historyPage({ table, until, at, id }: History, user: unknown): Promise<Page> {
    return this.#reading((sql) => {
      const from = sql(`${this.#ask.config.schema}.${table}`);
      const later =
        at === undefined || id === undefined
          ? sql`user_id IS NOT NULL`
          : sql`(user_id, created_at, id) > (${String(user)}, ${at}::text::timestamptz, ${id})`;
      return sql<Page>`SELECT to_jsonb(t) AS row, created_at::text AS at,
          floor(extract(epoch FROM created_at) * 1000)::float8 AS at_ms FROM ${from} AS t
        WHERE ${later} AND created_at <= ${until}::text::timestamptz
        ORDER BY user_id, created_at, id LIMIT ${this.#pageRows}`;
    });
  }

  async #timeBefore(seconds: number): Promise<string> {
    const [row] = await this.#reading(
      (sql) =>
        sql<{ at: string }[]>`
          SELECT (now() - ${seconds} * interval '1 second')::text AS at`,
    );
    return row?.at ?? "";
  }

  async #has(table: Table, column: string): Promise<boolean> {
    const { schema } = this.#ask.config;
    const rows = await this.#reading(
      (sql) => sql<{ column_name: string }[]>`SELECT column_name FROM information_schema.columns
        WHERE table_schema = ${schema} AND table_name = ${table} AND column_name = ${column}`,
    );
    return rows.length > 0;
  }

  async #reading<Rows>(work: (sql: postgres.TransactionSql) => Promise<Rows>): Promise<Rows> {
    const timeoutMs = this.#ask.config.statement_timeout_ms;
    const rows = await this.#sql.begin("read only", async (sql) => {
      await sql`SELECT set_config('statement_timeout', ${String(timeoutMs)}, true),
        set_config('TimeZone', 'UTC', true)`;
      return [await work(sql)] as const;
    });
    return rows[0] as Rows;
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
