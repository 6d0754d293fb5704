/** Webhooks of a tenant. A secret is answered when it is made, and never again. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { FailureError } from "../domain/failure.ts";
import { randomToken } from "../platform/token.ts";
import { attemptDelivery } from "../webhooks/deliver.ts";
import { webhookTest } from "../webhooks/out-event.ts";
import { newSecret } from "../webhooks/signature.ts";
import { targetFault } from "../webhooks/target-url.ts";
import { type Webhook, WEBHOOKS_LIMIT } from "../webhooks/webhook.ts";
import { access } from "./access.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { ADMIN_PROBLEMS, json, tenantParams } from "./schemas.ts";
import {
  deliverySchema,
  editSchema,
  madeSchema,
  presentDelivery,
  presentWebhook,
  rotationSchema,
  webhookParams,
  webhookSchema,
} from "./webhook-schemas.ts";

const PATH = "/t/{tenant}/admin/webhooks";
const DELIVERIES_LIMIT = 200;

const body = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { "application/json": { schema } },
});
const guard = { tags: ["Events out"], ...access("admin") };

const listRoute = createRoute({
  method: "get",
  path: PATH,
  summary: "The tenant's webhooks",
  ...guard,
  request: { params: tenantParams },
  responses: {
    200: json("Webhooks, oldest first.", z.object({ webhooks: z.array(webhookSchema) })),
    ...ADMIN_PROBLEMS,
  },
});
const makeRoute = createRoute({
  method: "post",
  path: PATH,
  summary: "Make a webhook; its secret is answered this once",
  ...guard,
  request: { params: tenantParams, body: body(editSchema) },
  responses: { 201: json("The webhook, with its secret.", madeSchema), ...ADMIN_PROBLEMS },
});
const readRoute = createRoute({
  method: "get",
  path: `${PATH}/{id}`,
  summary: "A webhook",
  ...guard,
  request: { params: webhookParams },
  responses: { 200: json("The webhook.", webhookSchema), ...ADMIN_PROBLEMS },
});
const replaceRoute = createRoute({
  method: "put",
  path: `${PATH}/{id}`,
  summary: "Change a webhook; one that was disabled starts anew with `enabled: true`",
  ...guard,
  request: { params: webhookParams, body: body(editSchema) },
  responses: { 200: json("The webhook.", webhookSchema), ...ADMIN_PROBLEMS },
});
const removeRoute = createRoute({
  method: "delete",
  path: `${PATH}/{id}`,
  summary: "Remove a webhook and the log of its deliveries",
  ...guard,
  request: { params: webhookParams },
  responses: { 204: { description: "Removed." }, ...ADMIN_PROBLEMS },
});
const rotateRoute = createRoute({
  method: "post",
  path: `${PATH}/{id}/rotate`,
  summary: "Make a new secret; both sign during the overlap",
  ...guard,
  request: { params: webhookParams, body: body(rotationSchema) },
  responses: { 201: json("The webhook, with its new secret.", madeSchema), ...ADMIN_PROBLEMS },
});
const testRoute = createRoute({
  method: "post",
  path: `${PATH}/{id}/test`,
  summary: "Send a `WebhookTest` now, once, also to a webhook that is disabled",
  ...guard,
  request: { params: webhookParams },
  responses: { 200: json("What became of it.", deliverySchema), ...ADMIN_PROBLEMS },
});
const deliveriesRoute = createRoute({
  method: "get",
  path: `${PATH}/{id}/deliveries`,
  summary: `The last ${DELIVERIES_LIMIT} attempts, newest first; kept 14 days`,
  ...guard,
  request: { params: webhookParams },
  responses: {
    200: json("Attempts.", z.object({ deliveries: z.array(deliverySchema) })),
    ...ADMIN_PROBLEMS,
  },
});

const NOT_KEPT = { "Cache-Control": "no-store" } as const;

export function mountWebhooks(app: OpenAPIHono<AppEnv>): void {
  app.openapi(listRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const webhooks = await services.out.webhooks.list(tenant.id);
    return c.json({ webhooks: webhooks.map(presentWebhook) }, 200);
  });

  app.openapi(makeRoute, async (c) => {
    const { services, tenant, startedMs, identity } = c.get("call");
    const edit = c.req.valid("json");
    demandTarget(c, edit.url);
    const webhook: Webhook = {
      ...edit,
      tenant: tenant.id,
      id: randomToken(),
      secret: newSecret(),
      createdAtMs: startedMs,
      createdBy: identity.name,
      givenUp: 0,
    };
    if (!(await services.out.webhooks.add(webhook))) {
      throw badBody("body", `a tenant has at most ${WEBHOOKS_LIMIT} webhooks`);
    }
    services.out.outbox.forget(tenant.id);
    return c.json({ ...presentWebhook(webhook), secret: webhook.secret }, 201, NOT_KEPT);
  });

  app.openapi(readRoute, async (c) => {
    return c.json(presentWebhook(await theWebhook(c, c.req.valid("param").id)), 200);
  });

  app.openapi(replaceRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const { id } = c.req.valid("param");
    const edit = c.req.valid("json");
    demandTarget(c, edit.url);
    if (!(await services.out.webhooks.change(tenant.id, id, edit))) throw unknownWebhook();
    services.out.outbox.forget(tenant.id);
    return c.json(presentWebhook(await theWebhook(c, id)), 200);
  });

  app.openapi(removeRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const { id } = c.req.valid("param");
    if (!(await services.out.webhooks.remove(tenant.id, id))) throw unknownWebhook();
    services.out.outbox.forget(tenant.id);
    return c.body(null, 204);
  });

  app.openapi(rotateRoute, async (c) => {
    const { services, tenant, startedMs } = c.get("call");
    const { id } = c.req.valid("param");
    const secret = newSecret();
    const formerUntilMs = startedMs + c.req.valid("json").overlap_seconds * 1_000;
    const rotated = await services.out.webhooks.rotate(tenant.id, id, secret, formerUntilMs);
    if (!rotated) throw unknownWebhook();
    return c.json({ ...presentWebhook(await theWebhook(c, id)), secret }, 201, NOT_KEPT);
  });

  app.openapi(testRoute, async (c) => {
    const { services, tenant, startedMs } = c.get("call");
    const webhook = await theWebhook(c, c.req.valid("param").id);
    const occasion = { tenant: tenant.id, id: `test-${randomToken()}`, nowMs: startedMs };
    const event = webhookTest(occasion, webhook.id);
    const delivery = await attemptDelivery(services.out.delivery, webhook, event, 1, true);
    return c.json(presentDelivery(delivery), 200);
  });

  app.openapi(deliveriesRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const { id } = await theWebhook(c, c.req.valid("param").id);
    const rows = await services.out.webhooks.deliveries(tenant.id, id, DELIVERIES_LIMIT);
    return c.json({ deliveries: rows.map(presentDelivery) }, 200);
  });
}

const unknownWebhook = (): FailureError =>
  new FailureError("UNKNOWN_WEBHOOK", "There is no such webhook.");

async function theWebhook(c: AppContext, id: string): Promise<Webhook> {
  const { services, tenant } = c.get("call");
  const webhook = await services.out.webhooks.find(tenant.id, id);
  if (webhook === undefined) throw unknownWebhook();
  return webhook;
}

const badBody = (path: string, message: string): FailureError =>
  new FailureError("BAD_REQUEST", "The input is at fault.", { faults: [{ path, message }] });

function demandTarget(c: AppContext, url: string): void {
  const fault = targetFault(url, c.get("call").services.out.delivery);
  if (fault !== undefined) throw badBody("body.url", fault);
}
