import type { TenantId } from "../domain/ids.ts";
import {
  type Delivery,
  type Webhook,
  type WebhookEdit,
  type Webhooks,
  WEBHOOKS_LIMIT,
} from "./webhook.ts";

interface Shelf {
  webhook: Webhook;
  deliveries: readonly Delivery[];
}

export class MemoryWebhooks implements Webhooks {
  readonly #shelves = new Map<string, Shelf>();

  async list(tenant: TenantId): Promise<readonly Webhook[]> {
    return [...this.#shelves.values()]
      .map(({ webhook }) => webhook)
      .filter((webhook) => webhook.tenant === tenant);
  }

  async find(tenant: TenantId, id: string): Promise<Webhook | undefined> {
    return this.#shelves.get(nameOf(tenant, id))?.webhook;
  }

  async add(webhook: Webhook): Promise<boolean> {
    if ((await this.list(webhook.tenant)).length >= WEBHOOKS_LIMIT) return false;
    this.#shelves.set(nameOf(webhook.tenant, webhook.id), { webhook, deliveries: [] });
    return true;
  }

  async change(tenant: TenantId, id: string, edit: WebhookEdit): Promise<boolean> {
    return this.#edit(tenant, id, (webhook) => {
      const { disabledAtMs, disabledReason, failingSinceMs, givenUp, ...kept } = webhook;
      const off = {
        ...(disabledAtMs === undefined ? {} : { disabledAtMs }),
        ...(disabledReason === undefined ? {} : { disabledReason }),
      };
      const failures = {
        givenUp,
        ...(failingSinceMs === undefined ? {} : { failingSinceMs }),
      };
      const anew = edit.enabled && (!webhook.enabled || webhook.url !== edit.url);
      return {
        ...kept,
        ...(edit.enabled ? {} : off),
        ...(anew ? { givenUp: 0 } : failures),
        ...edit,
      };
    });
  }

  async rotate(
    tenant: TenantId,
    id: string,
    secret: string,
    formerUntilMs: number,
  ): Promise<boolean> {
    return this.#edit(tenant, id, (webhook) => ({
      ...webhook,
      secret,
      former: { secret: webhook.secret, untilMs: formerUntilMs },
    }));
  }

  async remove(tenant: TenantId, id: string): Promise<boolean> {
    return this.#shelves.delete(nameOf(tenant, id));
  }

  async record({ tenant, id }: Pick<Webhook, "tenant" | "id">, delivery: Delivery): Promise<void> {
    const shelf = this.#shelves.get(nameOf(tenant, id));
    if (shelf === undefined) return;
    const others = shelf.deliveries.filter(
      ({ event, attempt }) => event !== delivery.event || attempt !== delivery.attempt,
    );
    shelf.deliveries = [delivery, ...others];
    const { failingSinceMs, ...webhook } = shelf.webhook;
    if (delivery.outcome === "dropped") return;
    shelf.webhook =
      delivery.outcome === "delivered"
        ? { ...webhook, givenUp: 0 }
        : {
            ...webhook,
            failingSinceMs: failingSinceMs ?? delivery.attemptedAtMs,
            givenUp: webhook.givenUp + (delivery.outcome === "given_up" ? 1 : 0),
          };
  }

  async disable(tenant: TenantId, id: string, reason: string, nowMs: number): Promise<void> {
    this.#edit(tenant, id, (webhook) =>
      webhook.enabled
        ? { ...webhook, enabled: false, disabledAtMs: nowMs, disabledReason: reason }
        : webhook,
    );
  }

  async deliveries(tenant: TenantId, id: string, limit: number): Promise<readonly Delivery[]> {
    return (this.#shelves.get(nameOf(tenant, id))?.deliveries ?? [])
      .toSorted((a, b) => b.attemptedAtMs - a.attemptedAtMs || b.attempt - a.attempt)
      .slice(0, limit);
  }

  async forgetDeliveries(tenant: TenantId, beforeMs: number): Promise<number> {
    let forgotten = 0;
    for (const shelf of this.#shelves.values()) {
      if (shelf.webhook.tenant !== tenant) continue;
      const kept = shelf.deliveries.filter(({ attemptedAtMs }) => attemptedAtMs >= beforeMs);
      forgotten += shelf.deliveries.length - kept.length;
      shelf.deliveries = kept;
    }
    return forgotten;
  }

  #edit(tenant: TenantId, id: string, edit: (webhook: Webhook) => Webhook): boolean {
    const shelf = this.#shelves.get(nameOf(tenant, id));
    if (shelf === undefined) return false;
    shelf.webhook = edit(shelf.webhook);
    return true;
  }
}

const nameOf = (tenant: TenantId, id: string): string => `${tenant}/${id}`;
