/** A shard's records in the SQLite of its object. Names are 16 hexadecimal digits: a row of 30 bytes an event. */
import type { FlushPlan, OutboxEntry, ShardRecords, Waiting } from "./shard-records.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS known (
  name TEXT PRIMARY KEY,
  day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (
  at INTEGER PRIMARY KEY AUTOINCREMENT,
  day INTEGER NOT NULL,
  events INTEGER NOT NULL,
  characters INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS plan (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  seq INTEGER NOT NULL,
  day INTEGER NOT NULL,
  -- 0: the file is written and counted.
  through INTEGER NOT NULL
) STRICT;`;

type PlanRow = { seq: number; day: number; through: number };

export class SqliteShardRecords implements ShardRecords {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    this.#sql.exec(SCHEMA);
  }

  known(names: readonly string[]): ReadonlySet<string> {
    const rows = this.#sql.exec<{ name: string }>(
      `SELECT known.name FROM json_each(?) AS asked CROSS JOIN known ON known.name = asked.value`,
      JSON.stringify(names),
    );
    return new Set(rows.toArray().map(({ name }) => name));
  }

  keep(names: readonly string[], day: number): ReadonlySet<string> {
    const rows = this.#sql.exec<{ name: string }>(
      `INSERT INTO known (name, day) SELECT value, ?2 FROM json_each(?1) WHERE 1
       ON CONFLICT DO NOTHING RETURNING name`,
      JSON.stringify(names),
      day,
    );
    return new Set(rows.toArray().map(({ name }) => name));
  }

  /** Without an index on the day: it would double what every event costs, and this happens once a day. */
  dropBefore(day: number): void {
    this.#sql.exec("DELETE FROM known WHERE day < ?", day);
  }

  append({ day, events, text }: OutboxEntry): void {
    this.#sql.exec(
      "INSERT INTO outbox (day, events, characters, text) VALUES (?, ?, ?, ?)",
      day,
      events,
      text.length,
      text,
    );
  }

  waiting(): Waiting {
    return this.#sql
      .exec<{ entries: number; characters: number }>(
        "SELECT count(*) AS entries, coalesce(sum(characters), 0) AS characters FROM outbox",
      )
      .one();
  }

  plan(): FlushPlan | undefined {
    const [row] = this.#sql
      .exec<PlanRow>("SELECT seq, day, through FROM plan WHERE through > 0")
      .toArray();
    return row;
  }

  makePlan(seqFrom: number, charactersLimit: number): FlushPlan | undefined {
    const [row] = this.#sql
      .exec<{ day: number; through: number }>(
        `SELECT day, max(at) AS through FROM (
           SELECT at, day, sum(characters) OVER (ORDER BY at) AS so_far,
             row_number() OVER (ORDER BY at) AS place, first_value(day) OVER (ORDER BY at) AS first
           FROM (SELECT at, day, characters FROM outbox ORDER BY at LIMIT 1000)
         ) WHERE (place = 1 OR so_far <= ?) AND day = first GROUP BY day`,
        charactersLimit,
      )
      .toArray();
    if (row === undefined) return undefined;
    const [last] = this.#sql.exec<{ seq: number }>("SELECT seq FROM plan").toArray();
    const plan = { seq: Math.max(seqFrom, (last?.seq ?? 0) + 1), ...row };
    this.#sql.exec(
      "INSERT OR REPLACE INTO plan (one, seq, day, through) VALUES (1, ?, ?, ?)",
      plan.seq,
      plan.day,
      plan.through,
    );
    return plan;
  }

  planned({ through }: FlushPlan): readonly OutboxEntry[] {
    return this.#sql
      .exec<{ day: number; events: number; text: string }>(
        "SELECT day, events, text FROM outbox WHERE at <= ? ORDER BY at",
        through,
      )
      .toArray();
  }

  finish({ seq, through }: FlushPlan): void {
    this.#storage.transactionSync(() => {
      const ended = this.#sql.exec(
        "UPDATE plan SET through = 0 WHERE seq = ? AND through > 0",
        seq,
      );
      if (ended.rowsWritten > 0) this.#sql.exec("DELETE FROM outbox WHERE at <= ?", through);
    });
  }

  together<Result>(work: () => Result): Result {
    return this.#storage.transactionSync(work);
  }
}
