import type { ItemId, TenantId } from "../domain/ids.ts";
import type { Withdrawals, Withdrawn } from "./withdrawn-items.ts";

export class D1Withdrawals implements Withdrawals {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async change(
    tenant: TenantId,
    change: { readonly withdrawn: readonly Withdrawn[]; readonly restored: readonly ItemId[] },
    nowMs: number,
  ): Promise<void> {
    const restored = JSON.stringify(change.restored);
    if (change.withdrawn.length === 0) {
      // Most changes take nothing back: they leave the tenant's revision alone.
      const held = await this.#database
        .prepare(
          `SELECT 1 FROM json_each(?2) AS wanted
           CROSS JOIN withdrawn_items AS held ON held.tenant = ?1 AND held.item = wanted.value
           LIMIT 1`,
        )
        .bind(tenant, restored)
        .first();
      if (held === null) return;
    }
    await this.#database.batch([
      this.#database
        .prepare(
          `DELETE FROM withdrawn_items WHERE tenant = ?1
           AND item IN (SELECT value FROM json_each(?2))`,
        )
        .bind(tenant, restored),
      this.#database
        .prepare(
          `INSERT INTO withdrawn_items (tenant, item, reason, at)
           SELECT ?1, value ->> 0, value ->> 1, ?2 FROM json_each(?3) WHERE 1
           ON CONFLICT (tenant, item) DO UPDATE SET reason = excluded.reason, at = excluded.at`,
        )
        .bind(
          tenant,
          nowMs,
          JSON.stringify(change.withdrawn.map(({ item, reason }) => [item, reason])),
        ),
      ...this.#revise(tenant, nowMs),
    ]);
  }

  async settle(tenant: TenantId, beforeMs: number): Promise<void> {
    const old = await this.#database
      .prepare("SELECT 1 FROM withdrawn_items WHERE tenant = ? AND at < ? LIMIT 1")
      .bind(tenant, beforeMs)
      .first();
    if (old === null) return;
    await this.#database.batch([
      this.#database
        .prepare("DELETE FROM withdrawn_items WHERE tenant = ? AND at < ?")
        .bind(tenant, beforeMs),
      ...this.#revise(tenant, beforeMs),
    ]);
  }

  /**
   * Gives the tenant the next revision without a version: a line of history is written to draw the number, which is
   * never given twice, and taken out again in the same transaction.
   */
  #revise(tenant: TenantId, nowMs: number): readonly D1PreparedStatement[] {
    return [
      this.#database
        .prepare(
          `INSERT INTO tenant_versions
             (tenant, version, action, config, changes, changed_at, changed_by)
           VALUES ('-', 0, 'patch', '{}', '[]', ?, 'catalogue')`,
        )
        .bind(nowMs),
      this.#database
        .prepare(
          `UPDATE tenants SET revision = (SELECT revision FROM tenant_versions WHERE tenant = '-')
           WHERE id = ?`,
        )
        .bind(tenant),
      this.#database.prepare("DELETE FROM tenant_versions WHERE tenant = '-'"),
    ];
  }
}
