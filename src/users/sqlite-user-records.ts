/**
 * User records in the SQLite of a Durable Object, and the hot ones in its memory.
 *
 * The object is the only writer of its users, so what it remembers is what is stored, and a warm take reads
 * nothing. It writes little, too: queued codes lie in `queues` and are rewritten only when a refill or a mark
 * changes them; a take moves two head positions in `states` and adds its page to `served`. Rewriting the 7 KB of
 * both queues with every take halved the throughput.
 */
import type { ItemCodes } from "../domain/item-code.ts";
import type { UserId } from "../domain/ids.ts";
import type { Batch, DatedQueue } from "./dated-queue.ts";
import type { RememberedQueues, RememberedUsers } from "./remembered-users.ts";
import type { Lease, QueueRecord, ServedPage, UserRecords, WatchedRecord } from "./user-records.ts";
import type { Cursors } from "./user-store.ts";
import { type BloomLayer, LAYER_LIFE_SECONDS } from "./watched-filter.ts";

const SCHEMA = `
CREATE TABLE IF NOT EXISTS queues (
  user TEXT PRIMARY KEY,
  popularity TEXT NOT NULL,
  freshness TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS states (
  user TEXT PRIMARY KEY,
  -- JSON: head positions, batches of both queues, cursors, lease, refill lease.
  state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS served (
  user TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  token TEXT NOT NULL,
  popularity TEXT NOT NULL,
  freshness TEXT NOT NULL,
  fallback TEXT NOT NULL,
  PRIMARY KEY (user, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS watched (
  user TEXT PRIMARY KEY,
  recent TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS watched_layers (
  user TEXT NOT NULL,
  sequence INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  size INTEGER NOT NULL,
  items INTEGER NOT NULL,
  bits BLOB NOT NULL,
  PRIMARY KEY (user, sequence)
) STRICT, WITHOUT ROWID;`;

export const migrateUserRecords = (sql: SqlStorage): void => {
  sql.exec(SCHEMA);
};

/** Drops what no user can need any more; for the object's daily alarm. */
export function sweepUserRecords(sql: SqlStorage, nowSeconds: number): void {
  sql.exec("DELETE FROM served WHERE expires_at <= ?", nowSeconds);
  sql.exec("DELETE FROM watched_layers WHERE opened_at <= ?", nowSeconds - LAYER_LIFE_SECONDS);
}

/** The part of a queue record that is not item codes. */
interface QueueState {
  /** Codes at the front of the stored text that are taken already, in characters. */
  readonly popularityHead: number;
  readonly freshnessHead: number;
  readonly popularity: readonly Batch[];
  readonly freshness: readonly Batch[];
  readonly lease?: Lease | undefined;
  readonly cursors: Cursors;
  readonly refillUntilSeconds: number;
}

type StoredRow = { popularity: string; freshness: string; state: string };
const SERVED_COLUMNS = "expires_at, token, popularity, freshness, fallback";
type ServedRow = {
  expires_at: number;
  token: string;
  popularity: string;
  freshness: string;
  fallback: string;
};
type LayerRow = {
  sequence: number;
  opened_at: number;
  size: number;
  items: number;
  bits: ArrayBuffer;
};

export class SqliteUserRecords implements UserRecords {
  readonly #sql: SqlStorage;
  readonly #user: UserId;
  readonly #remembered: RememberedUsers;

  constructor(sql: SqlStorage, user: UserId, remembered: RememberedUsers) {
    this.#sql = sql;
    this.#user = user;
    this.#remembered = remembered;
  }

  readQueues(): QueueRecord | undefined {
    return this.#queues()?.record;
  }

  writeQueues(record: QueueRecord): void {
    const before = this.#queues();
    const { codes: popularity } = record.popularity;
    const { codes: freshness } = record.freshness;
    const shrunk =
      before !== undefined &&
      before.popularityText.endsWith(popularity) &&
      before.freshnessText.endsWith(freshness);
    if (!shrunk) {
      this.#sql.exec(
        `INSERT INTO queues (user, popularity, freshness) VALUES (?, ?, ?)
         ON CONFLICT (user) DO UPDATE SET popularity = excluded.popularity,
           freshness = excluded.freshness`,
        this.#user,
        popularity,
        freshness,
      );
    }
    const popularityText = shrunk ? before.popularityText : popularity;
    const freshnessText = shrunk ? before.freshnessText : freshness;
    const state: QueueState = {
      ...record,
      popularity: record.popularity.batches,
      freshness: record.freshness.batches,
      popularityHead: popularityText.length - popularity.length,
      freshnessHead: freshnessText.length - freshness.length,
    };
    this.#sql.exec(
      `INSERT INTO states (user, state) VALUES (?, ?)
       ON CONFLICT (user) DO UPDATE SET state = excluded.state`,
      this.#user,
      JSON.stringify(state),
    );
    this.#remembered.keep(this.#user, { queues: { popularityText, freshnessText, record } });
  }

  appendServed({ expiresAtSeconds, token, page }: ServedPage): void {
    const sequence = this.#nextPage();
    this.#sql.exec(
      `INSERT INTO served (user, sequence, expires_at, token, popularity, freshness, fallback)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      this.#user,
      sequence,
      expiresAtSeconds,
      token,
      page.popularity,
      page.freshness,
      page.fallback,
    );
    this.#remembered.keep(this.#user, { nextPage: sequence + 1 });
  }

  readServed(limit: number): readonly ServedPage[] {
    const sql = `SELECT ${SERVED_COLUMNS} FROM served WHERE user = ? ORDER BY sequence DESC LIMIT ?`;
    return this.#sql.exec<ServedRow>(sql, this.#user, limit).toArray().map(parseServed);
  }

  findServed(token: string, lookback: number): ServedPage | undefined {
    const newest = "(SELECT * FROM served WHERE user = ? ORDER BY sequence DESC LIMIT ?)";
    const sql = `SELECT ${SERVED_COLUMNS} FROM ${newest} WHERE token = ? LIMIT 1`;
    const [row] = this.#sql.exec<ServedRow>(sql, this.#user, lookback, token).toArray();
    return row && parseServed(row);
  }

  dropServed(nowSeconds: number): void {
    this.#sql.exec("DELETE FROM served WHERE user = ? AND expires_at <= ?", this.#user, nowSeconds);
  }

  shiftServed(): ServedPage | undefined {
    const [row] = this.#sql
      .exec<ServedRow>(
        `DELETE FROM served WHERE user = ?1
           AND sequence = (SELECT min(sequence) FROM served WHERE user = ?1)
         RETURNING ${SERVED_COLUMNS}`,
        this.#user,
      )
      .toArray();
    return row && parseServed(row);
  }

  readWatched(): WatchedRecord | undefined {
    const [row] = this.#sql
      .exec<{ recent: string }>("SELECT recent FROM watched WHERE user = ?", this.#user)
      .toArray();
    const layers = this.#sql
      .exec<LayerRow>(
        `SELECT sequence, opened_at, size, items, bits FROM watched_layers
         WHERE user = ? ORDER BY sequence`,
        this.#user,
      )
      .toArray()
      .map((layer): BloomLayer => ({
        sequence: layer.sequence,
        openedAtSeconds: layer.opened_at,
        size: layer.size,
        items: layer.items,
        bits: new Uint8Array(layer.bits),
      }));
    if (row === undefined && layers.length === 0) return undefined;
    return { recent: (row?.recent ?? "") as ItemCodes, layers };
  }

  writeWatched({ recent, layers }: WatchedRecord): void {
    this.#sql.exec(
      `INSERT INTO watched (user, recent) VALUES (?, ?)
       ON CONFLICT (user) DO UPDATE SET recent = excluded.recent`,
      this.#user,
      recent,
    );
    const oldest = layers[0]?.sequence ?? Number.MAX_SAFE_INTEGER;
    this.#sql.exec(
      "DELETE FROM watched_layers WHERE user = ? AND sequence < ?",
      this.#user,
      oldest,
    );
    for (const layer of layers) {
      // Only layers that gained items are written: the older ones are closed for good.
      this.#sql.exec(
        `INSERT INTO watched_layers (user, sequence, opened_at, size, items, bits)
         VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (user, sequence) DO UPDATE SET items = excluded.items, bits = excluded.bits
         WHERE items <> excluded.items`,
        this.#user,
        layer.sequence,
        layer.openedAtSeconds,
        layer.size,
        layer.items,
        layer.bits,
      );
    }
  }

  erase(): void {
    this.#remembered.forget(this.#user);
    for (const table of ["queues", "states", "served", "watched", "watched_layers"]) {
      this.#sql.exec(`DELETE FROM ${table} WHERE user = ?`, this.#user);
    }
  }

  #queues(): RememberedQueues | undefined {
    const known = this.#remembered.find(this.#user).queues;
    if (known !== undefined) return known;
    const [row] = this.#sql
      .exec<StoredRow>(
        `SELECT popularity, freshness, state FROM states JOIN queues USING (user) WHERE user = ?`,
        this.#user,
      )
      .toArray();
    if (row === undefined) return undefined;
    const { popularityHead, freshnessHead, popularity, freshness, ...rest } = JSON.parse(
      row.state,
    ) as QueueState;
    const queue = (text: string, head: number, batches: readonly Batch[]): DatedQueue => ({
      batches,
      codes: text.slice(head) as ItemCodes,
    });
    const queues: RememberedQueues = {
      popularityText: row.popularity,
      freshnessText: row.freshness,
      record: {
        ...rest,
        popularity: queue(row.popularity, popularityHead, popularity),
        freshness: queue(row.freshness, freshnessHead, freshness),
      },
    };
    this.#remembered.keep(this.#user, { queues });
    return queues;
  }

  #nextPage(): number {
    const known = this.#remembered.find(this.#user).nextPage;
    if (known !== undefined) return known;
    return this.#sql
      .exec<{ next: number }>(
        "SELECT coalesce(max(sequence), 0) + 1 AS next FROM served WHERE user = ?",
        this.#user,
      )
      .one().next;
  }
}

const parseServed = (row: ServedRow): ServedPage => ({
  expiresAtSeconds: row.expires_at,
  token: row.token,
  page: {
    popularity: row.popularity as ItemCodes,
    freshness: row.freshness as ItemCodes,
    fallback: row.fallback as ItemCodes,
  },
});
