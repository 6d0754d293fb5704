import type { TenantId, UserId } from "../domain/ids.ts";
import type { ActiveUsers } from "./active-users.ts";

/** Rows older than this are dropped with the next write: nobody asks for them. */
const KEEP_MS = 7 * 86_400_000;

export class D1ActiveUsers implements ActiveUsers {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async record(tenant: TenantId, users: readonly UserId[], nowMs: number): Promise<void> {
    await this.#database.batch([
      this.#database
        .prepare(
          `INSERT INTO active_users (tenant, user, last_active_at)
           SELECT ?1, value, ?2 FROM json_each(?3) WHERE 1
           ON CONFLICT (tenant, user) DO UPDATE SET last_active_at = excluded.last_active_at`,
        )
        .bind(tenant, nowMs, JSON.stringify(users)),
      this.#database
        .prepare("DELETE FROM active_users WHERE tenant = ? AND last_active_at < ?")
        .bind(tenant, nowMs - KEEP_MS),
    ]);
  }

  async count(tenant: TenantId, sinceMs: number): Promise<number> {
    const users = await this.#database
      .prepare("SELECT count(*) FROM active_users WHERE tenant = ? AND last_active_at >= ?")
      .bind(tenant, sinceMs)
      .first<number>("count(*)");
    return users ?? 0;
  }

  async since(tenant: TenantId, sinceMs: number, limit: number): Promise<readonly UserId[]> {
    const { results } = await this.#database
      .prepare(
        `SELECT user FROM active_users WHERE tenant = ? AND last_active_at >= ?
         ORDER BY last_active_at DESC LIMIT ?`,
      )
      .bind(tenant, sinceMs, limit)
      .all<{ user: UserId }>();
    return results.map((row) => row.user);
  }
}
