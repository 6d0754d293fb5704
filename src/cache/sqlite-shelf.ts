/** Cached values in the SQLite of a Durable Object. */
import type { CacheEntry } from "./tier.ts";

interface Row extends Record<string, SqlStorageValue> {
  readonly bytes: ArrayBuffer;
  readonly stored_at_ms: number;
  readonly fresh_until_ms: number;
  readonly stale_until_ms: number;
  readonly keep_until_ms: number;
  readonly negative: number;
}

const SCHEMA = `
CREATE TABLE IF NOT EXISTS entries (
  key TEXT PRIMARY KEY,
  bytes BLOB NOT NULL,
  stored_at_ms INTEGER NOT NULL,
  fresh_until_ms INTEGER NOT NULL,
  stale_until_ms INTEGER NOT NULL,
  keep_until_ms INTEGER NOT NULL,
  negative INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_by_end ON entries (keep_until_ms);
`;

/** Deleted in one turn: an object that sweeps keeps nobody waiting for long. */
const SWEEP_ROWS = 500;

export class SqliteShelf {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#sql.exec(SCHEMA);
  }

  find(key: string): CacheEntry | undefined {
    const [row] = this.#sql.exec<Row>("SELECT * FROM entries WHERE key = ?", key).toArray();
    if (row === undefined) return undefined;
    return {
      bytes: new Uint8Array(row.bytes),
      storedAtMs: row.stored_at_ms,
      freshUntilMs: row.fresh_until_ms,
      staleUntilMs: row.stale_until_ms,
      keepUntilMs: row.keep_until_ms,
      negative: row.negative === 1,
    };
  }

  keep(key: string, entry: CacheEntry): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?)",
      key,
      entry.bytes,
      entry.storedAtMs,
      entry.freshUntilMs,
      entry.staleUntilMs,
      entry.keepUntilMs,
      entry.negative ? 1 : 0,
    );
  }

  drop(key: string): void {
    this.#sql.exec("DELETE FROM entries WHERE key = ?", key);
  }

  keysWith(text: string): readonly string[] {
    return this.#sql
      .exec<{ key: string }>("SELECT key FROM entries WHERE instr(key, ?) > 0", text)
      .toArray()
      .map(({ key }) => key);
  }

  /** Deletes a batch of what has ended, and says when the next entry ends; undefined when none is left. */
  sweep(nowMs: number): number | undefined {
    this.#sql.exec(
      `DELETE FROM entries WHERE key IN
         (SELECT key FROM entries WHERE keep_until_ms <= ? ORDER BY keep_until_ms LIMIT ?)`,
      nowMs,
      SWEEP_ROWS,
    );
    const [next] = this.#sql
      .exec<{ end: number | null }>("SELECT MIN(keep_until_ms) AS end FROM entries")
      .toArray();
    return next?.end ?? undefined;
  }
}
