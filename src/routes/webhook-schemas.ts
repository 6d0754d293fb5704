/** Shapes of webhooks on the wire. */
import { isoTime } from "./schemas.ts";
import { z } from "@hono/zod-openapi";
import { SUBSCRIBED_TYPES } from "../webhooks/out-event.ts";
import type { Delivery, Webhook } from "../webhooks/webhook.ts";
import { tenantParams } from "./schemas.ts";

const DAY_SECONDS = 86_400;

export const webhookParams = tenantParams.extend({ id: z.string().max(64) });

export const editSchema = z
  .strictObject({
    url: z.string().max(2_000).openapi({
      description:
        "`https://…`, or `queue:events-out` for a Worker that consumes the deployment's queue of events.",
    }),
    types: z
      .array(z.enum(SUBSCRIBED_TYPES))
      .min(1)
      .transform((types) => [...new Set(types)]),
    description: z.string().trim().max(200).default(""),
    enabled: z.boolean().default(true),
  })
  .openapi("WebhookOrder");

export const rotationSchema = z
  .strictObject({
    overlap_seconds: z
      .number()
      .int()
      .min(0)
      .max(30 * DAY_SECONDS)
      .default(DAY_SECONDS),
  })
  .openapi("WebhookRotation");

export const webhookSchema = z
  .object({
    id: z.string(),
    url: z.string(),
    types: z.array(z.enum(SUBSCRIBED_TYPES)),
    description: z.string(),
    enabled: z.boolean(),
    created_at: z.string(),
    created_by: z.string(),
    failing_since: z.string().nullable(),
    given_up: z.number().int().openapi({ description: "Events given up one after another." }),
    disabled_at: z.string().nullable(),
    disabled_reason: z.string().nullable(),
  })
  .openapi("Webhook");

export const madeSchema = webhookSchema
  .extend({ secret: z.string().openapi({ description: "Shown this once." }) })
  .openapi("MadeWebhook");

export const deliverySchema = z
  .object({
    event_id: z.string(),
    type: z.string(),
    attempt: z.number().int(),
    attempted_at: z.string(),
    duration_ms: z.number().int(),
    outcome: z.enum(["delivered", "retrying", "given_up", "dropped"]),
    status: z.number().int().nullable(),
    error: z.string().nullable(),
    body_sha256: z.string(),
    next_at: z.string().nullable(),
  })
  .openapi("WebhookDelivery");

export const presentWebhook = (webhook: Webhook): z.infer<typeof webhookSchema> => ({
  id: webhook.id,
  url: webhook.url,
  types: webhook.types.filter((type) => type !== "WebhookTest"),
  description: webhook.description,
  enabled: webhook.enabled,
  created_at: new Date(webhook.createdAtMs).toISOString(),
  created_by: webhook.createdBy,
  failing_since: isoTime(webhook.failingSinceMs),
  given_up: webhook.givenUp,
  disabled_at: isoTime(webhook.disabledAtMs),
  disabled_reason: webhook.disabledReason ?? null,
});

export const presentDelivery = (delivery: Delivery): z.infer<typeof deliverySchema> => ({
  event_id: delivery.event,
  type: delivery.type,
  attempt: delivery.attempt,
  attempted_at: new Date(delivery.attemptedAtMs).toISOString(),
  duration_ms: delivery.durationMs,
  outcome: delivery.outcome,
  status: delivery.status ?? null,
  error: delivery.error ?? null,
  body_sha256: delivery.digest,
  next_at: isoTime(delivery.nextAtMs),
});
