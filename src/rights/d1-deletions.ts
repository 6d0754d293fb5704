import type { DeletedAt } from "../events/deleted-users.ts";
import type { TenantId, UserId } from "../domain/ids.ts";
import {
  type Deletion,
  type Deletions,
  type LogCursor,
  type StoreEntry,
  userDigestOf,
} from "./deletion.ts";

type Row = {
  tenant: TenantId;
  receipt: string;
  user_digest: string;
  user: UserId | null;
  deleted_at: number;
  settled_at: number | null;
  log_cursor: string | null;
  completed_at: number | null;
  stores: string;
};

export class D1Deletions implements Deletions {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async keep(deletion: Deletion): Promise<void> {
    await this.#database
      .prepare(
        `INSERT OR REPLACE INTO deleted_users
           (tenant, receipt, user_digest, user, deleted_at, settled_at, log_cursor, completed_at, stores)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .bind(
        deletion.tenant,
        deletion.receipt,
        deletion.userDigest,
        deletion.user ?? null,
        deletion.deletedAtMs,
        deletion.settledAtMs ?? null,
        deletion.logCursor === undefined ? null : JSON.stringify(deletion.logCursor),
        deletion.completedAtMs ?? null,
        JSON.stringify(deletion.stores),
      )
      .run();
  }

  async find(tenant: TenantId, receipt: string): Promise<Deletion | undefined> {
    const row = await this.#database
      .prepare("SELECT * FROM deleted_users WHERE tenant = ? AND receipt = ?")
      .bind(tenant, receipt)
      .first<Row>();
    return row === null ? undefined : deletionOf(row);
  }

  async pending(tenant: TenantId, limit: number): Promise<readonly Deletion[]> {
    const { results } = await this.#database
      .prepare(
        `SELECT * FROM deleted_users WHERE tenant = ? AND completed_at IS NULL
         ORDER BY deleted_at LIMIT ?`,
      )
      .bind(tenant, limit)
      .all<Row>();
    return results.map(deletionOf);
  }

  /** Bound: ingest and sources hold it alone. */
  readonly deletedAt: DeletedAt = async (tenant, users) => {
    const byDigest = new Map(users.map((user) => [userDigestOf({ tenant, user }), user]));
    const { results } = await this.#database
      .prepare(
        `SELECT user_digest, max(deleted_at) AS deleted_at FROM deleted_users
         WHERE tenant = ? AND user_digest IN (SELECT value FROM json_each(?))
         GROUP BY user_digest`,
      )
      .bind(tenant, JSON.stringify([...byDigest.keys()]))
      .all<{ user_digest: string; deleted_at: number }>();
    return new Map(
      results.flatMap(({ user_digest: digest, deleted_at: deletedAtMs }) => {
        const user = byDigest.get(digest);
        return user === undefined ? [] : [[user, deletedAtMs] as const];
      }),
    );
  };

  async dropCompleted(tenant: TenantId, beforeMs: number): Promise<number> {
    const { meta } = await this.#database
      .prepare("DELETE FROM deleted_users WHERE tenant = ? AND completed_at < ?")
      .bind(tenant, beforeMs)
      .run();
    return meta.changes;
  }
}

const deletionOf = (row: Row): Deletion => ({
  tenant: row.tenant,
  receipt: row.receipt,
  userDigest: row.user_digest,
  deletedAtMs: row.deleted_at,
  stores: JSON.parse(row.stores) as StoreEntry[],
  ...(row.user === null ? {} : { user: row.user }),
  ...(row.settled_at === null ? {} : { settledAtMs: row.settled_at }),
  ...(row.log_cursor === null ? {} : { logCursor: JSON.parse(row.log_cursor) as LogCursor }),
  ...(row.completed_at === null ? {} : { completedAtMs: row.completed_at }),
});
