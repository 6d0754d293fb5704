/** One webhook of a tenant, and the port of those that there are. */
import type { TenantId } from "../domain/ids.ts";
import type { OutType } from "./out-event.ts";

export interface Webhook {
  readonly tenant: TenantId;
  readonly id: string;
  /** `https://…`, or `queue:events-out`: the Queue of this deployment that another Worker may consume. */
  readonly url: string;
  readonly description: string;
  readonly types: readonly OutType[];
  readonly enabled: boolean;
  /** `whsec_` and base64, as Standard Webhooks writes it. */
  readonly secret: string;
  /** Of a rotation under way: it signs, too. */
  readonly former?: { readonly secret: string; readonly untilMs: number };
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly failingSinceMs?: number;
  readonly givenUp: number;
  readonly disabledAtMs?: number;
  readonly disabledReason?: string;
}

export const QUEUE_URL = "queue:events-out";

/** What may be changed of a webhook. */
export type WebhookEdit = Pick<Webhook, "url" | "description" | "types" | "enabled">;

/**
 * `delivered`: a 2xx. `retrying`: it is tried again. `given_up`: it was the last attempt. `dropped`: the webhook is gone
 * or disabled.
 */
export type DeliveryOutcome = "delivered" | "retrying" | "given_up" | "dropped";

export interface Delivery {
  readonly event: string;
  readonly type: OutType;
  /** From 1. */
  readonly attempt: number;
  readonly attemptedAtMs: number;
  readonly durationMs: number;
  readonly outcome: DeliveryOutcome;
  readonly status?: number;
  readonly error?: string;
  /** SHA-256 of the body. */
  readonly digest: string;
  readonly nextAtMs?: number;
}

/** How often a tenant may be told the same thing. */
export const WEBHOOKS_LIMIT = 20;

export interface Webhooks {
  list(tenant: TenantId): Promise<readonly Webhook[]>;
  find(tenant: TenantId, id: string): Promise<Webhook | undefined>;
  /** False when the tenant has {@link WEBHOOKS_LIMIT} already. */
  add(webhook: Webhook): Promise<boolean>;
  /** One that is enabled starts without failures. False when there is none. */
  change(tenant: TenantId, id: string, edit: WebhookEdit): Promise<boolean>;
  /** The secret so far signs until `formerUntilMs`. False when there is none. */
  rotate(tenant: TenantId, id: string, secret: string, formerUntilMs: number): Promise<boolean>;
  /** With its deliveries. False when there was none. */
  remove(tenant: TenantId, id: string): Promise<boolean>;
  /** Records an attempt, and what it says of the webhook; one that is recorded already stays, but for its outcome. */
  record(webhook: Pick<Webhook, "tenant" | "id">, delivery: Delivery): Promise<void>;
  disable(tenant: TenantId, id: string, reason: string, nowMs: number): Promise<void>;
  /** Newest first. */
  deliveries(tenant: TenantId, id: string, limit: number): Promise<readonly Delivery[]>;
  /** Returns how many deliveries were dropped. */
  forgetDeliveries(tenant: TenantId, beforeMs: number): Promise<number>;
}
