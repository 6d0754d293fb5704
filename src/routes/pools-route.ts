import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { FailureError } from "../domain/failure.ts";
import { SLICES } from "../domain/slices.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { ADMIN_PROBLEMS, json, tenantParams } from "./schemas.ts";

const route = createRoute({
  method: "get",
  path: "/t/{tenant}/admin/pools",
  tags: ["Admin"],
  summary: "The current version of the tenant's global pools",
  ...access("admin"),
  request: { params: tenantParams },
  responses: {
    200: json(
      "The current version.",
      z
        .object({
          version: z.number().int(),
          built_at: z.string(),
          items: z.number().int(),
          sizes: z.record(z.enum(SLICES), z.number().int()),
        })
        .openapi("Pools"),
    ),
    ...ADMIN_PROBLEMS,
  },
});

export function mountPools(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { services, tenant } = c.get("call");
    const manifest = await services.l2Of(tenant).pools.current(tenant.id);
    if (manifest === undefined) {
      throw new FailureError(
        "POOLS_UNAVAILABLE",
        "The tenant has no pools yet: run refresh-pools.",
      );
    }
    const { version, items, sizes } = manifest;
    return c.json({ version, built_at: new Date(version).toISOString(), items, sizes }, 200);
  });
}
