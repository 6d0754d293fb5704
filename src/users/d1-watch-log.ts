import type { ItemId, TenantId, UserId } from "../domain/ids.ts";
import type { WatchedBatch, WatchedRow, WatchLog } from "./watch-log.ts";

export class D1WatchLog implements WatchLog {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async append(tenant: TenantId, rows: readonly WatchedRow[]): Promise<void> {
    await this.#database
      .prepare(
        `INSERT INTO watched (tenant, user, item, watched_at)
         SELECT ?1, value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2) WHERE 1
         ON CONFLICT (tenant, user, item) DO NOTHING`,
      )
      .bind(tenant, JSON.stringify(rows.map((row) => [row.user, row.item, row.watchedAtMs])))
      .run();
  }

  async unsynced(tenant: TenantId, limit: number): Promise<readonly WatchedBatch[]> {
    const { results } = await this.#database
      .prepare(
        "SELECT user, item FROM watched WHERE tenant = ? AND synced = 0 ORDER BY user LIMIT ?",
      )
      .bind(tenant, limit)
      .all<{ user: UserId; item: ItemId }>();
    const batches = new Map<UserId, ItemId[]>();
    for (const { user, item } of results) {
      const items = batches.get(user) ?? [];
      items.push(item);
      batches.set(user, items);
    }
    return Array.from(batches, ([user, items]) => ({ user, items }));
  }

  async confirm(tenant: TenantId, { user, items }: WatchedBatch): Promise<void> {
    await this.#database
      .prepare(
        `UPDATE watched SET synced = 1
         WHERE tenant = ?1 AND user = ?2 AND item IN (SELECT value FROM json_each(?3))`,
      )
      .bind(tenant, user, JSON.stringify(items))
      .run();
  }
}
