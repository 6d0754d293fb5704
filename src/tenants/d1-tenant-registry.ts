import type { TenantId } from "../domain/ids.ts";
import type { Tenant, TenantRegistry, TenantSummary } from "./tenant-registry.ts";

type TenantRow = { id: TenantId; name: string; l2: Tenant["l2"] };

export class D1TenantRegistry implements TenantRegistry {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async ping(): Promise<void> {
    await this.#database.prepare("SELECT 1").first();
  }

  async find(id: TenantId): Promise<Tenant | undefined> {
    const row = await this.#database
      .prepare("SELECT id, name, l2 FROM tenants WHERE id = ?")
      .bind(id)
      .first<TenantRow>();
    return row ?? undefined;
  }

  async list(): Promise<readonly TenantSummary[]> {
    const { results } = await this.#database
      .prepare(
        `SELECT id, name, l2, (SELECT count(*) FROM items WHERE tenant = tenants.id) AS items
         FROM tenants ORDER BY id LIMIT 1000`,
      )
      .all<TenantRow & { items: number }>();
    return results;
  }

  async put(
    id: TenantId,
    change: Partial<Omit<Tenant, "id">>,
    nowMs: number,
  ): Promise<{ readonly tenant: Tenant; readonly created: boolean }> {
    const row = await this.#database
      .prepare(
        `INSERT INTO tenants (id, name, l2, created_at, updated_at)
         VALUES (?1, coalesce(?2, ?1), coalesce(?3, 'default'), ?4, ?4)
         ON CONFLICT (id) DO UPDATE SET
           name = coalesce(?2, name), l2 = coalesce(?3, l2), updated_at = ?4
         RETURNING id, name, l2, created_at = ?4 AS created`,
      )
      .bind(id, change.name ?? null, change.l2 ?? null, nowMs)
      .first<TenantRow & { created: number }>();
    if (row === null) throw new Error("the tenant was not written");
    const { created, ...tenant } = row;
    return { tenant, created: created === 1 };
  }
}
