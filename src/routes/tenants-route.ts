import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { FailureError } from "../domain/failure.ts";
import { parseTenantId } from "../domain/ids.ts";
import type { AppEnv } from "./context.ts";
import { ADMIN_PROBLEMS, json, tenantParams } from "./schemas.ts";

const tenantSchema = z
  .object({ id: z.string(), name: z.string(), l2: z.enum(["default", "embedded", "redis"]) })
  .openapi("Tenant");

const listRoute = createRoute({
  method: "get",
  path: "/tenants",
  tags: ["Tenants"],
  summary: "The tenants of this deployment",
  responses: {
    200: json(
      "All tenants.",
      z.object({ tenants: z.array(tenantSchema.extend({ items: z.number().int() })) }),
    ),
  },
});

const putRoute = createRoute({
  method: "put",
  path: "/t/{tenant}/admin/tenant",
  tags: ["Admin"],
  summary: "Create a tenant, or change it",
  security: [{ adminKey: [] }],
  request: {
    params: tenantParams,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z
            .object({
              name: z.string().trim().min(1).max(120).optional(),
              l2: z.enum(["default", "embedded", "redis"]).optional(),
            })
            .openapi("TenantChange"),
        },
      },
    },
  },
  responses: {
    200: json("The tenant as it is now.", tenantSchema.extend({ created: z.boolean() })),
    ...ADMIN_PROBLEMS,
  },
});

export function mountTenants(app: OpenAPIHono<AppEnv>): void {
  app.openapi(listRoute, async (c) => {
    const tenants = await c.get("call").services.registry.list();
    return c.json({ tenants: [...tenants] }, 200);
  });

  app.openapi(putRoute, async (c) => {
    const { services, startedMs } = c.get("call");
    const id = parseTenantId(c.req.valid("param").tenant);
    if (id === undefined) throw new FailureError("UNKNOWN_TENANT", "That is no tenant id.");
    const { name, l2 } = c.req.valid("json");
    if (l2 !== undefined && l2 !== "default" && !services.l2s.some(({ kind }) => kind === l2)) {
      throw new FailureError("BAD_REQUEST", "The tenant asks for an L2 that is not configured.", {
        faults: [{ path: "body.l2", message: `this deployment has no ${l2} L2` }],
      });
    }
    const change = { ...(name === undefined ? {} : { name }), ...(l2 === undefined ? {} : { l2 }) };
    const { tenant, created } = await services.registry.put(id, change, startedMs);
    services.tenants.forget(id);
    return c.json({ ...tenant, created }, 200);
  });
}
