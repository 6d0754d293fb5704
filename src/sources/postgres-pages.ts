/**
 * Reads system E's main database page by page, each a transaction of its own that only reads: Hyperdrive gives the
 * connection to somebody else after it, so settings hold for the transaction. Pages go on by key, never by offset.
 */
import type postgres from "postgres";
import type { JsonRow } from "./gift-rows.ts";
import type { PostgresSource } from "./source-config.ts";

/** Where a table goes on: times as the database writes them, to the microsecond. */
export interface Place {
  readonly at: string;
  readonly id?: string;
}

export type DeedTable = "handpicked_likes" | "handpicked_present_clicks";
type Table = "handpicked_presents" | "users" | DeedTable;
export type Page = readonly {
  readonly row: JsonRow;
  readonly at: string | null;
  readonly at_ms: number;
}[];

/**
 * Where the first read of a table of what users did goes on; the cursor's `user` says whose rows came last, as the
 * cursor of any source does. One table is read so at a time, the next when it is through.
 */
export interface History {
  readonly table: DeedTable;
  /** Rows created up to here are read user by user, and later ones by time. */
  readonly until: string;
  /** Of the row that came last; none yet without them. */
  readonly at?: string;
  readonly id?: string;
}

export interface PageAsk {
  readonly table: Table;
  /** The column that rows are ordered by before their id; by id alone without one. */
  readonly by: "created_at" | "updated_at" | undefined;
  readonly after: Place | undefined;
}

/** Rows are left to a later run while a transaction that began earlier may still add one before them. */
const SETTLED_SECONDS = 5;

export class PostgresPages {
  readonly #sql: postgres.Sql;
  readonly #config: PostgresSource;
  /** Rows of a page. */
  readonly #rows: number;

  constructor(sql: postgres.Sql, config: PostgresSource, rows: number) {
    this.#sql = sql;
    this.#config = config;
    this.#rows = rows;
  }

  /** Ids are untyped: the database takes them for what the columns are, integers or UUIDs. */
  async page({ table, by, after }: PageAsk): Promise<Page> {
    return this.#reading((sql) => {
      const from = sql(`${this.#config.schema}.${table}`);
      const mine = table === "handpicked_presents" ? sql`AND user_id IS NULL` : sql``;
      if (by === undefined) {
        return sql<Page>`SELECT to_jsonb(t) AS row, NULL AS at, 0 AS at_ms FROM ${from} AS t
          WHERE ${after?.id === undefined ? sql`true` : sql`id > ${after.id}`} ${mine}
          ORDER BY id LIMIT ${this.#rows}`;
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
        ORDER BY ${column}, id LIMIT ${this.#rows}`;
    });
  }

  /** Rows of nobody are left out: nulls are neither before nor after a user. */
  async history({ table, until, at, id }: History, user: unknown): Promise<Page> {
    return this.#reading((sql) => {
      const from = sql(`${this.#config.schema}.${table}`);
      const later =
        at === undefined || id === undefined
          ? sql`user_id IS NOT NULL`
          : sql`(user_id, created_at, id) > (${String(user)}, ${at}::text::timestamptz, ${id})`;
      return sql<Page>`SELECT to_jsonb(t) AS row, created_at::text AS at,
          floor(extract(epoch FROM created_at) * 1000)::float8 AS at_ms FROM ${from} AS t
        WHERE ${later} AND created_at <= ${until}::text::timestamptz
        ORDER BY user_id, created_at, id LIMIT ${this.#rows}`;
    });
  }

  /** By the database's clock; what is settled unless it says how long ago. */
  async timeBefore(seconds = SETTLED_SECONDS): Promise<string> {
    const [row] = await this.#reading(
      (sql) =>
        sql<{ at: string }[]>`
          SELECT (now() - ${seconds} * interval '1 second')::text AS at`,
    );
    return row?.at ?? "";
  }

  async has(table: Table, column: string): Promise<boolean> {
    const { schema } = this.#config;
    const rows = await this.#reading(
      (sql) => sql<{ column_name: string }[]>`SELECT column_name FROM information_schema.columns
        WHERE table_schema = ${schema} AND table_name = ${table} AND column_name = ${column}`,
    );
    return rows.length > 0;
  }

  async #reading<Rows>(work: (sql: postgres.TransactionSql) => Promise<Rows>): Promise<Rows> {
    const timeoutMs = this.#config.statement_timeout_ms;
    const rows = await this.#sql.begin("read only", async (sql) => {
      await sql`SELECT set_config('statement_timeout', ${String(timeoutMs)}, true),
        set_config('TimeZone', 'UTC', true)`;
      return [await work(sql)] as const;
    });
    return rows[0] as Rows;
  }
}
