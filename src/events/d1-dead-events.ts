import type { TenantId } from "../domain/ids.ts";
import type { DeadEvents, DeadMessage } from "./dead-events.ts";

interface Row {
  readonly id: string;
  readonly tenant: TenantId;
  readonly arrived_at: number;
  readonly attempts: number;
  readonly reason: string;
  readonly events: number;
  readonly body: string;
}

export class D1DeadEvents implements DeadEvents {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async keep(messages: readonly DeadMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const insert = this.#database.prepare(
      `INSERT INTO dead_events (tenant, id, arrived_at, attempts, reason, events, body)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    await this.#database.batch(
      messages.map(({ tenant, id, arrivedAtMs, attempts, reason, events, body }) =>
        insert.bind(tenant, id, arrivedAtMs, attempts, reason, events, body),
      ),
    );
  }

  async list(
    tenant: TenantId,
    limit: number,
    ids?: readonly string[],
  ): Promise<readonly DeadMessage[]> {
    const { results } = await this.#database
      .prepare(
        `SELECT * FROM dead_events WHERE tenant = ?1
           AND (?2 IS NULL OR id IN (SELECT value FROM json_each(?2)))
         ORDER BY arrived_at, id LIMIT ?3`,
      )
      .bind(tenant, ids === undefined ? null : JSON.stringify(ids), limit)
      .all<Row>();
    return results.map(({ arrived_at: arrivedAtMs, ...row }) => ({ ...row, arrivedAtMs }));
  }

  async drop(tenant: TenantId, ids?: readonly string[]): Promise<number> {
    const { meta } = await this.#database
      .prepare(
        `DELETE FROM dead_events WHERE tenant = ?1
           AND (?2 IS NULL OR id IN (SELECT value FROM json_each(?2)))`,
      )
      .bind(tenant, ids === undefined ? null : JSON.stringify(ids))
      .run();
    return meta.changes;
  }
}
