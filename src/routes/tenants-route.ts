import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { mergePatch } from "../tenants/merge-patch.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { editTenant, tenantIdOf } from "./record-edits.ts";
import { ADMIN_PROBLEMS, json, tenantParams } from "./schemas.ts";

const tenantSchema = z
  .object({ id: z.string(), name: z.string(), l2: z.enum(["default", "embedded", "redis"]) })
  .openapi("Tenant");

const listRoute = createRoute({
  method: "get",
  path: "/tenants",
  tags: ["Tenants"],
  summary: "The tenants of this deployment",
  ...access("census"),
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
  summary: "Create a tenant, or change its name and L2",
  ...access("operator"),
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
    const id = tenantIdOf(c.req.valid("param").tenant);
    const patch = c.req.valid("json");
    const { record, outcome } = await editTenant(c.get("call"), id, {
      action: "patch",
      ifVersion: undefined,
      compose: (current) => mergePatch(current, patch),
    });
    const { name, l2 } = record.config;
    return c.json({ id, name, l2, created: outcome === "created" }, 200);
  });
}
