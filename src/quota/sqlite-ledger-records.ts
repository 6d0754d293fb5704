/** A ledger's records in the SQLite of its object: one table. */
import type { LedgerRecords } from "./ledger-records.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS records (
  key TEXT PRIMARY KEY,
  text TEXT NOT NULL
) STRICT, WITHOUT ROWID;`;

export class SqliteLedgerRecords implements LedgerRecords {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    storage.sql.exec(SCHEMA);
  }

  load(): Iterable<readonly [string, string]> {
    return this.#storage.sql
      .exec<{ key: string; text: string }>("SELECT key, text FROM records")
      .toArray()
      .map(({ key, text }) => [key, text]);
  }

  write(changes: ReadonlyMap<string, string | undefined>): void {
    const { sql } = this.#storage;
    this.#storage.transactionSync(() => {
      for (const [key, text] of changes) {
        if (text === undefined) sql.exec("DELETE FROM records WHERE key = ?", key);
        else sql.exec("INSERT OR REPLACE INTO records (key, text) VALUES (?, ?)", key, text);
      }
    });
  }
}
