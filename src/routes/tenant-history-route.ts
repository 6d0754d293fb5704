/** Versions of a tenant's record: who changed what, and the way back. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { tenantConfigSchema } from "../tenants/tenant-config.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import {
  editTenant,
  etagOf,
  existing,
  ifMatchHeader,
  presentVersion,
  unknownVersion,
  versionOfHeader,
  versionSchema,
} from "./record-edits.ts";
import { json, RECORD_PROBLEMS, tenantParams, wholeNumber } from "./schemas.ts";
import { presentRecord, tenantRecordSchema } from "./tenant-config-route.ts";

const LARGEST_VERSION = 999_999_999;

const listRoute = createRoute({
  method: "get",
  path: "/t/{tenant}/admin/config/history",
  tags: ["Admin"],
  summary: "The versions of the tenant's record, newest first",
  ...access("admin"),
  request: { params: tenantParams, query: z.object({ limit: wholeNumber(1, 100, 20) }) },
  responses: {
    200: json("Versions.", z.object({ versions: z.array(versionSchema) })),
    ...RECORD_PROBLEMS,
  },
});

const findRoute = createRoute({
  method: "get",
  path: "/t/{tenant}/admin/config/history/{version}",
  tags: ["Admin"],
  summary: "One version of the tenant's record",
  ...access("admin"),
  request: {
    params: tenantParams.extend({ version: wholeNumber(1, LARGEST_VERSION, 1) }),
  },
  responses: {
    200: json(
      "The version.",
      versionSchema.extend({ config: tenantConfigSchema }).openapi("TenantRecordVersion"),
    ),
    ...RECORD_PROBLEMS,
  },
});

const rollbackRoute = createRoute({
  method: "post",
  path: "/t/{tenant}/admin/config/rollback",
  tags: ["Admin"],
  summary: "Make a former version of the record the next one",
  ...access("admin"),
  request: {
    params: tenantParams,
    headers: ifMatchHeader,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z
            .strictObject({ version: z.number().int().min(1).max(LARGEST_VERSION) })
            .openapi("Rollback"),
        },
      },
    },
  },
  responses: {
    200: json("The record as it is now; `ETag` is its version.", tenantRecordSchema),
    ...RECORD_PROBLEMS,
  },
});

export function mountTenantHistory(app: OpenAPIHono<AppEnv>): void {
  app.openapi(listRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const versions = await services.tenantRecords.listVersions(
      tenant.id,
      c.req.valid("query").limit,
    );
    return c.json({ versions: versions.map(presentVersion) }, 200);
  });

  app.openapi(findRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const { version } = c.req.valid("param");
    const found = await services.tenantRecords.findVersion(tenant.id, version);
    if (found === undefined) throw unknownVersion();
    return c.json({ ...presentVersion(found), config: found.config }, 200);
  });

  app.openapi(rollbackRoute, async (c) => {
    const call = c.get("call");
    const { version } = c.req.valid("json");
    const former = await call.services.tenantRecords.findVersion(call.tenant.id, version);
    if (former === undefined) throw unknownVersion();
    const { record } = await editTenant(call, call.tenant.id, {
      action: "rollback",
      ifVersion: versionOfHeader(c.req.valid("header")),
      compose: (current) => existing(current) && former.config,
    });
    return c.json(presentRecord(record), 200, etagOf(record));
  });
}
