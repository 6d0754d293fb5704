/** Who was deleted, by the receipts of deletions in D1 (`deleted_users`). */
import type { TenantId } from "../domain/ids.ts";
import type { RemovedUsers } from "./removed-users.ts";

export class D1RemovedUsers implements RemovedUsers {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async of(tenant: TenantId): Promise<ReadonlyMap<string, number>> {
    const { results } = await this.#database
      .prepare(
        `SELECT user_digest, max(deleted_at) AS deleted_at FROM deleted_users
         WHERE tenant = ? GROUP BY user_digest ORDER BY user_digest`,
      )
      .bind(tenant)
      .all<{ user_digest: string; deleted_at: number }>();
    return new Map(results.map((row) => [row.user_digest, row.deleted_at]));
  }
}
