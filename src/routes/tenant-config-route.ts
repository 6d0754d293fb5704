/** A tenant's record: read, replaced, patched. What is wrong with it is named whole, and nothing changes. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { tenantConfigSchema } from "../tenants/tenant-config.ts";
import { mergePatch } from "../tenants/merge-patch.ts";
import type { TenantRecord } from "../tenants/tenant-registry.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import {
  editTenant,
  etagOf,
  existing,
  ifMatchHeader,
  presentStamp,
  recordBody,
  stampFields,
  tenantIdOf,
  versionOfHeader,
} from "./record-edits.ts";
import { json, RECORD_PROBLEMS, tenantParams } from "./schemas.ts";

export const tenantRecordSchema = z
  .object({
    tenant: z.string(),
    ...stampFields,
    config: tenantConfigSchema.openapi("TenantConfig"),
  })
  .openapi("TenantRecord");

const path = "/t/{tenant}/admin/config";
const responses = {
  200: json("The record as it is now; `ETag` is its version.", tenantRecordSchema),
  ...RECORD_PROBLEMS,
};

const findRoute = createRoute({
  method: "get",
  path,
  tags: ["Admin"],
  summary: "The tenant's record",
  ...access("admin"),
  request: { params: tenantParams },
  responses,
});

const putRoute = createRoute({
  method: "put",
  path,
  tags: ["Admin"],
  summary: "Replace the tenant's record, or create the tenant",
  ...access("admin"),
  request: {
    params: tenantParams,
    headers: ifMatchHeader,
    body: recordBody("TenantConfigInput", "A TenantConfig; what is missing has its default."),
  },
  responses,
});

const patchRoute = createRoute({
  method: "patch",
  path,
  tags: ["Admin"],
  summary: "Change fields of the tenant's record",
  ...access("admin"),
  request: {
    params: tenantParams,
    headers: ifMatchHeader,
    body: recordBody(
      "TenantConfigPatch",
      "A JSON merge patch (RFC 7396): the fields to change; null gives one its default back. Lists are replaced.",
    ),
  },
  responses,
});

export function mountTenantConfig(app: OpenAPIHono<AppEnv>): void {
  app.openapi(findRoute, async (c) => {
    const { services, tenant } = c.get("call");
    // From D1 and not from memory: it is what the next change is decided on.
    const record = existing(await services.tenantRecords.find(tenant.id));
    return c.json(presentRecord(record), 200, etagOf(record));
  });

  app.openapi(putRoute, async (c) => {
    const body = c.req.valid("json");
    const { record } = await editTenant(c.get("call"), tenantIdOf(c.req.valid("param").tenant), {
      action: "put",
      ifVersion: versionOfHeader(c.req.valid("header")),
      compose: () => body,
    });
    return c.json(presentRecord(record), 200, etagOf(record));
  });

  app.openapi(patchRoute, async (c) => {
    const patch = c.req.valid("json");
    const { record } = await editTenant(c.get("call"), c.get("call").tenant.id, {
      action: "patch",
      ifVersion: versionOfHeader(c.req.valid("header")),
      compose: (current) => mergePatch(existing(current), patch),
    });
    return c.json(presentRecord(record), 200, etagOf(record));
  });
}

export const presentRecord = (record: TenantRecord) => ({
  tenant: record.id,
  ...presentStamp(record),
  config: record.config,
});
