/** API keys of a tenant: made, listed, rotated, revoked. A key's text is answered once, when it is made. */
import { isoTime } from "./schemas.ts";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type ApiKey, KEY_BYTES, KEY_ROLES, type KeyOrder, mintKey } from "../access/api-key.ts";
import { FailureError } from "../domain/failure.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { ADMIN_PROBLEMS, json, tenantParams, userId } from "./schemas.ts";

const DAY_SECONDS = 86_400;
const LONGEST_OVERLAP_SECONDS = 30 * DAY_SECONDS;

const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    roles: z.array(z.enum(KEY_ROLES)),
    user_id: z.string().nullable().openapi({ description: "The one user that it speaks for." }),
    state: z.enum(["active", "expired", "revoked"]),
    created_at: z.string(),
    created_by: z.string(),
    expires_at: z.string().nullable(),
    revoked_at: z.string().nullable(),
    last_used_at: z.string().nullable().openapi({ description: "To the minute." }),
    replaces: z.string().nullable(),
  })
  .openapi("ApiKey");
const madeSchema = keySchema
  .extend({ key: z.string().openapi({ description: "Shown this once: it is kept nowhere." }) })
  .openapi("MadeApiKey");

const keyParams = tenantParams.extend({ id: z.string().max(64) });

const listRoute = createRoute({
  method: "get",
  path: "/t/{tenant}/admin/keys",
  tags: ["Admin"],
  summary: "The tenant's API keys, newest first",
  ...access("admin"),
  request: { params: tenantParams },
  responses: { 200: json("Keys.", z.object({ keys: z.array(keySchema) })), ...ADMIN_PROBLEMS },
});

const makeRoute = createRoute({
  method: "post",
  path: "/t/{tenant}/admin/keys",
  tags: ["Admin"],
  summary: "Make an API key",
  ...access("admin"),
  request: {
    params: tenantParams,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z
            .strictObject({
              name: z.string().trim().min(1).max(120),
              roles: z
                .array(z.enum(KEY_ROLES))
                .min(1)
                .transform((roles) => [...new Set(roles)]),
              user_id: userId.optional(),
              expires_at: z.iso.datetime({ offset: true }).optional(),
            })
            .openapi("ApiKeyOrder"),
        },
      },
    },
  },
  responses: { 201: json("The key, with its text.", madeSchema), ...ADMIN_PROBLEMS },
});

const rotateRoute = createRoute({
  method: "post",
  path: "/t/{tenant}/admin/keys/{id}/rotate",
  tags: ["Admin"],
  summary: "Make a successor of a key; both work during the overlap",
  ...access("admin"),
  request: {
    params: keyParams,
    body: {
      content: {
        "application/json": {
          schema: z
            .strictObject({
              overlap_seconds: z
                .number()
                .int()
                .min(0)
                .max(LONGEST_OVERLAP_SECONDS)
                .default(DAY_SECONDS),
            })
            .openapi("ApiKeyRotation"),
        },
      },
    },
  },
  responses: { 201: json("The new key, with its text.", madeSchema), ...ADMIN_PROBLEMS },
});

const revokeRoute = createRoute({
  method: "delete",
  path: "/t/{tenant}/admin/keys/{id}",
  tags: ["Admin"],
  summary: "Revoke a key; it is refused everywhere within 60 s",
  ...access("admin"),
  request: { params: keyParams },
  responses: { 204: { description: "Revoked." }, ...ADMIN_PROBLEMS },
});

export function mountApiKeys(app: OpenAPIHono<AppEnv>): void {
  app.openapi(listRoute, async (c) => {
    const { services, tenant, startedMs } = c.get("call");
    const keys = await services.apiKeys.list(tenant.id);
    return c.json({ keys: keys.map((key) => present(key, startedMs)) }, 200);
  });

  app.openapi(makeRoute, async (c) => {
    const { services, tenant, startedMs, identity } = c.get("call");
    const { name, roles, user_id: user, expires_at: expiry } = c.req.valid("json");
    const expiresAtMs = expiry === undefined ? undefined : Date.parse(expiry);
    if (expiresAtMs !== undefined && expiresAtMs <= startedMs) {
      throw new FailureError("BAD_REQUEST", "The input is at fault.", {
        faults: [{ path: "body.expires_at", message: "must be in the future" }],
      });
    }
    const { text, key } = mint({
      tenant: tenant.id,
      name,
      roles,
      createdAtMs: startedMs,
      createdBy: identity.name,
      ...(user === undefined ? {} : { user }),
      ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    });
    await services.apiKeys.add(key);
    return c.json({ ...present(key, startedMs), key: text }, 201, NOT_KEPT);
  });

  app.openapi(rotateRoute, async (c) => {
    const { services, tenant, startedMs, identity } = c.get("call");
    const { id } = c.req.valid("param");
    const overlapSeconds = c.req.valid("json").overlap_seconds ?? DAY_SECONDS;
    const old = await services.apiKeys.find(tenant.id, id);
    if (old === undefined) throw unknownKey();
    const { expiresAtMs, lastUsedAtMs: _, revokedAtMs: __, ...kept } = old;
    const lifeMs = expiresAtMs === undefined ? undefined : expiresAtMs - old.createdAtMs;
    const { text, key } = mint({
      ...kept,
      createdAtMs: startedMs,
      createdBy: identity.name,
      replaces: id,
      ...(lifeMs === undefined ? {} : { expiresAtMs: startedMs + lifeMs }),
    });
    const endsAtMs = startedMs + overlapSeconds * 1_000;
    const rotated = await services.apiKeys.rotate({ ...key, replaces: id }, endsAtMs, startedMs);
    if (!rotated) throw unknownKey();
    services.keyRing.forget(tenant.id, id);
    return c.json({ ...present(key, startedMs), key: text }, 201, NOT_KEPT);
  });

  app.openapi(revokeRoute, async (c) => {
    const { services, tenant, startedMs } = c.get("call");
    const { id } = c.req.valid("param");
    if (!(await services.apiKeys.revoke(tenant.id, id, startedMs))) throw unknownKey();
    services.keyRing.forget(tenant.id, id);
    return c.body(null, 204);
  });
}

const NOT_KEPT = { "Cache-Control": "no-store" } as const;

const mint = (order: KeyOrder) => mintKey(order, crypto.getRandomValues(new Uint8Array(KEY_BYTES)));

const unknownKey = (): FailureError =>
  new FailureError("UNKNOWN_KEY", "There is no such key, or it is no longer in use.");

const stateOf = ({ revokedAtMs, expiresAtMs }: ApiKey, nowMs: number) =>
  revokedAtMs !== undefined
    ? ("revoked" as const)
    : expiresAtMs !== undefined && expiresAtMs <= nowMs
      ? ("expired" as const)
      : ("active" as const);

const present = (key: ApiKey, nowMs: number) => ({
  id: key.id,
  name: key.name,
  roles: [...key.roles],
  user_id: key.user ?? null,
  state: stateOf(key, nowMs),
  created_at: new Date(key.createdAtMs).toISOString(),
  created_by: key.createdBy,
  expires_at: isoTime(key.expiresAtMs),
  revoked_at: isoTime(key.revokedAtMs),
  last_used_at: isoTime(key.lastUsedAtMs),
  replaces: key.replaces ?? null,
});
