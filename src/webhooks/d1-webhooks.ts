import type { TenantId } from "../domain/ids.ts";
import type { OutType } from "./out-event.ts";
import {
  type Delivery,
  type DeliveryOutcome,
  type Webhook,
  type WebhookEdit,
  type Webhooks,
  WEBHOOKS_LIMIT,
} from "./webhook.ts";

type WebhookRow = {
  tenant: TenantId;
  id: string;
  url: string;
  description: string;
  types: string;
  enabled: number;
  secret: string;
  former_secret: string | null;
  former_until: number | null;
  created_at: number;
  created_by: string;
  failing_since: number | null;
  given_up: number;
  disabled_at: number | null;
  disabled_reason: string | null;
};
type DeliveryRow = {
  event: string;
  type: OutType;
  attempt: number;
  attempted_at: number;
  duration_ms: number;
  outcome: DeliveryOutcome;
  status: number | null;
  error: string | null;
  digest: string;
  next_at: number | null;
};

export class D1Webhooks implements Webhooks {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async list(tenant: TenantId): Promise<readonly Webhook[]> {
    const { results } = await this.#database
      .prepare("SELECT * FROM webhooks WHERE tenant = ? ORDER BY created_at, id")
      .bind(tenant)
      .all<WebhookRow>();
    return results.map(webhookOf);
  }

  async find(tenant: TenantId, id: string): Promise<Webhook | undefined> {
    const row = await this.#database
      .prepare("SELECT * FROM webhooks WHERE tenant = ? AND id = ?")
      .bind(tenant, id)
      .first<WebhookRow>();
    return row === null ? undefined : webhookOf(row);
  }

  async add(webhook: Webhook): Promise<boolean> {
    const { meta } = await this.#database
      .prepare(
        `INSERT INTO webhooks (tenant, id, url, description, types, enabled, secret, created_at, created_by)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
         WHERE (SELECT count(*) FROM webhooks WHERE tenant = ?1) < ?10`,
      )
      .bind(
        webhook.tenant,
        webhook.id,
        webhook.url,
        webhook.description,
        JSON.stringify(webhook.types),
        webhook.enabled ? 1 : 0,
        webhook.secret,
        webhook.createdAtMs,
        webhook.createdBy,
        WEBHOOKS_LIMIT,
      )
      .run();
    return meta.changes === 1;
  }

  async change(tenant: TenantId, id: string, edit: WebhookEdit): Promise<boolean> {
    const { meta } = await this.#database
      .prepare(
        `UPDATE webhooks SET url = ?3, description = ?4, types = ?5, enabled = ?6,
           failing_since = iif(?6 = 1 AND (enabled = 0 OR url <> ?3), NULL, failing_since),
           given_up = iif(?6 = 1 AND (enabled = 0 OR url <> ?3), 0, given_up),
           disabled_at = iif(?6 = 1, NULL, disabled_at),
           disabled_reason = iif(?6 = 1, NULL, disabled_reason)
         WHERE tenant = ?1 AND id = ?2`,
      )
      .bind(
        tenant,
        id,
        edit.url,
        edit.description,
        JSON.stringify(edit.types),
        edit.enabled ? 1 : 0,
      )
      .run();
    return meta.changes === 1;
  }

  async rotate(
    tenant: TenantId,
    id: string,
    secret: string,
    formerUntilMs: number,
  ): Promise<boolean> {
    const { meta } = await this.#database
      .prepare(
        `UPDATE webhooks SET former_secret = secret, former_until = ?4, secret = ?3
         WHERE tenant = ?1 AND id = ?2`,
      )
      .bind(tenant, id, secret, formerUntilMs)
      .run();
    return meta.changes === 1;
  }

  async remove(tenant: TenantId, id: string): Promise<boolean> {
    const [removed] = await this.#database.batch([
      this.#database.prepare("DELETE FROM webhooks WHERE tenant = ? AND id = ?").bind(tenant, id),
      this.#database
        .prepare("DELETE FROM webhook_deliveries WHERE tenant = ? AND webhook = ?")
        .bind(tenant, id),
    ]);
    return removed?.meta.changes === 1;
  }

  async record({ tenant, id }: Pick<Webhook, "tenant" | "id">, delivery: Delivery): Promise<void> {
    await this.#database.batch([
      this.#database
        .prepare(
          `INSERT INTO webhook_deliveries (tenant, webhook, event, attempt, type, attempted_at, duration_ms, outcome,
             status, error, digest, next_at)
           SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12
           WHERE EXISTS (SELECT 1 FROM webhooks WHERE tenant = ?1 AND id = ?2)
           ON CONFLICT (tenant, webhook, event, attempt) DO UPDATE SET outcome = ?8, status = ?9, error = ?10,
             next_at = ?12`,
        )
        .bind(tenant, id, ...deliveryValues(delivery)),
      ...this.#healthOf(tenant, id, delivery),
    ]);
  }

  #healthOf(tenant: TenantId, id: string, delivery: Delivery): readonly D1PreparedStatement[] {
    if (delivery.outcome === "dropped") return [];
    const failed = delivery.outcome !== "delivered";
    return [
      failed
        ? this.#database
            .prepare(
              `UPDATE webhooks SET failing_since = coalesce(failing_since, ?3), given_up = given_up + ?4
               WHERE tenant = ?1 AND id = ?2`,
            )
            .bind(tenant, id, delivery.attemptedAtMs, delivery.outcome === "given_up" ? 1 : 0)
        : this.#database
            .prepare(
              `UPDATE webhooks SET failing_since = NULL, given_up = 0
               WHERE tenant = ? AND id = ? AND (failing_since IS NOT NULL OR given_up > 0)`,
            )
            .bind(tenant, id),
    ];
  }

  async disable(tenant: TenantId, id: string, reason: string, nowMs: number): Promise<void> {
    await this.#database
      .prepare(
        `UPDATE webhooks SET enabled = 0, disabled_at = ?3, disabled_reason = ?4
         WHERE tenant = ?1 AND id = ?2 AND enabled = 1`,
      )
      .bind(tenant, id, nowMs, reason)
      .run();
  }

  async deliveries(tenant: TenantId, id: string, limit: number): Promise<readonly Delivery[]> {
    const { results } = await this.#database
      .prepare(
        `SELECT * FROM webhook_deliveries WHERE tenant = ? AND webhook = ?
         ORDER BY attempted_at DESC, attempt DESC LIMIT ?`,
      )
      .bind(tenant, id, limit)
      .all<DeliveryRow>();
    return results.map(deliveryOf);
  }

  async forgetDeliveries(tenant: TenantId, beforeMs: number): Promise<number> {
    const { meta } = await this.#database
      .prepare("DELETE FROM webhook_deliveries WHERE tenant = ? AND attempted_at < ?")
      .bind(tenant, beforeMs)
      .run();
    return meta.changes;
  }
}

const deliveryValues = (delivery: Delivery) => [
  delivery.event,
  delivery.attempt,
  delivery.type,
  delivery.attemptedAtMs,
  delivery.durationMs,
  delivery.outcome,
  delivery.status ?? null,
  delivery.error ?? null,
  delivery.digest,
  delivery.nextAtMs ?? null,
];

const webhookOf = (row: WebhookRow): Webhook => ({
  tenant: row.tenant,
  id: row.id,
  url: row.url,
  description: row.description,
  types: JSON.parse(row.types) as OutType[],
  enabled: row.enabled === 1,
  secret: row.secret,
  createdAtMs: row.created_at,
  createdBy: row.created_by,
  givenUp: row.given_up,
  ...(row.former_secret === null || row.former_until === null
    ? {}
    : { former: { secret: row.former_secret, untilMs: row.former_until } }),
  ...(row.failing_since === null ? {} : { failingSinceMs: row.failing_since }),
  ...(row.disabled_at === null ? {} : { disabledAtMs: row.disabled_at }),
  ...(row.disabled_reason === null ? {} : { disabledReason: row.disabled_reason }),
});

const deliveryOf = (row: DeliveryRow): Delivery => ({
  event: row.event,
  type: row.type,
  attempt: row.attempt,
  attemptedAtMs: row.attempted_at,
  durationMs: row.duration_ms,
  outcome: row.outcome,
  digest: row.digest,
  ...(row.status === null ? {} : { status: row.status }),
  ...(row.error === null ? {} : { error: row.error }),
  ...(row.next_at === null ? {} : { nextAtMs: row.next_at }),
});
