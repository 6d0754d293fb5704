import type { TenantId, UserId } from "../domain/ids.ts";
import type { ApiKey, KeyRole } from "./api-key.ts";
import { type ApiKeys, USE_RECORDED_EVERY_MS } from "./api-keys.ts";

type KeyRow = {
  tenant: TenantId;
  id: string;
  name: string;
  hash: string;
  roles: string;
  user: UserId | null;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  revoked_at: number | null;
  last_used_at: number | null;
  replaces: string | null;
};

const COLUMNS =
  "tenant, id, name, hash, roles, user, created_at, created_by, expires_at, revoked_at, last_used_at, replaces";
const LIST_LIMIT = 1_000;

export class D1ApiKeys implements ApiKeys {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async find(tenant: TenantId, id: string): Promise<ApiKey | undefined> {
    const row = await this.#database
      .prepare(`SELECT ${COLUMNS} FROM api_keys WHERE tenant = ? AND id = ?`)
      .bind(tenant, id)
      .first<KeyRow>();
    return row === null ? undefined : keyOf(row);
  }

  async list(tenant: TenantId): Promise<readonly ApiKey[]> {
    const { results } = await this.#database
      .prepare(
        `SELECT ${COLUMNS} FROM api_keys WHERE tenant = ? ORDER BY created_at DESC, id LIMIT ?`,
      )
      .bind(tenant, LIST_LIMIT)
      .all<KeyRow>();
    return results.map(keyOf);
  }

  async add(key: ApiKey): Promise<void> {
    await this.#database
      .prepare(`INSERT INTO api_keys (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
      .bind(...valuesOf(key))
      .run();
  }

  async rotate(
    successor: ApiKey & { replaces: string },
    endsAtMs: number,
    nowMs: number,
  ): Promise<boolean> {
    const { tenant, replaces } = successor;
    const [added] = await this.#database.batch([
      this.#database
        .prepare(
          `INSERT INTO api_keys (${COLUMNS})
           SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
           WHERE EXISTS (SELECT 1 FROM api_keys WHERE tenant = ? AND id = ? AND revoked_at IS NULL
             AND (expires_at IS NULL OR expires_at > ?))`,
        )
        .bind(...valuesOf(successor), tenant, replaces, nowMs),
      this.#database
        .prepare(
          `UPDATE api_keys SET expires_at = min(coalesce(expires_at, ?1), ?1)
           WHERE tenant = ?2 AND id = ?3 AND revoked_at IS NULL`,
        )
        .bind(endsAtMs, tenant, replaces),
    ]);
    return added?.meta.changes === 1;
  }

  async revoke(tenant: TenantId, id: string, nowMs: number): Promise<boolean> {
    const { meta } = await this.#database
      .prepare(
        "UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?) WHERE tenant = ? AND id = ?",
      )
      .bind(nowMs, tenant, id)
      .run();
    return meta.changes === 1;
  }

  async recordUse(tenant: TenantId, id: string, nowMs: number): Promise<void> {
    await this.#database
      .prepare(
        `UPDATE api_keys SET last_used_at = ?1
         WHERE tenant = ?2 AND id = ?3 AND coalesce(last_used_at, 0) <= ?1 - ?4`,
      )
      .bind(nowMs, tenant, id, USE_RECORDED_EVERY_MS)
      .run();
  }
}

const valuesOf = (key: ApiKey) => [
  key.tenant,
  key.id,
  key.name,
  key.hash,
  JSON.stringify(key.roles),
  key.user ?? null,
  key.createdAtMs,
  key.createdBy,
  key.expiresAtMs ?? null,
  key.revokedAtMs ?? null,
  key.lastUsedAtMs ?? null,
  key.replaces ?? null,
];

const keyOf = (row: KeyRow): ApiKey => ({
  tenant: row.tenant,
  id: row.id,
  name: row.name,
  hash: row.hash,
  roles: JSON.parse(row.roles) as KeyRole[],
  createdAtMs: row.created_at,
  createdBy: row.created_by,
  ...(row.user === null ? {} : { user: row.user }),
  ...(row.expires_at === null ? {} : { expiresAtMs: row.expires_at }),
  ...(row.revoked_at === null ? {} : { revokedAtMs: row.revoked_at }),
  ...(row.last_used_at === null ? {} : { lastUsedAtMs: row.last_used_at }),
  ...(row.replaces === null ? {} : { replaces: row.replaces }),
});
