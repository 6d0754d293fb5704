/** The deployment's record: a kill switch and exclusions for all tenants at once. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { FailureError } from "../domain/failure.ts";
import { DEPLOYMENT_ID, deploymentConfigSchema } from "../tenants/deployment-record.ts";
import { mergePatch } from "../tenants/merge-patch.ts";
import type { DeploymentRecord } from "../tenants/tenant-registry.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import {
  editDeployment,
  etagOf,
  ifMatchHeader,
  presentStamp,
  presentVersion,
  recordBody,
  stampFields,
  versionOfHeader,
  versionSchema,
} from "./record-edits.ts";
import { json, RECORD_PROBLEMS, wholeNumber } from "./schemas.ts";

const path = "/admin/deployment";
const responses = {
  200: json(
    "The record as it is now; `ETag` is its version.",
    z
      .object({ ...stampFields, config: deploymentConfigSchema.openapi("DeploymentConfig") })
      .openapi("DeploymentRecord"),
  ),
  ...RECORD_PROBLEMS,
};

const findRoute = createRoute({
  method: "get",
  path,
  tags: ["Admin"],
  summary: "What holds for all tenants",
  ...access("operator"),
  responses,
});

const putRoute = createRoute({
  method: "put",
  path,
  tags: ["Admin"],
  summary: "Replace what holds for all tenants",
  ...access("operator"),
  request: {
    headers: ifMatchHeader,
    body: recordBody(
      "DeploymentConfigInput",
      "A DeploymentConfig; what is missing has its default.",
    ),
  },
  responses,
});

const patchRoute = createRoute({
  method: "patch",
  path,
  tags: ["Admin"],
  summary: "Change some of what holds for all tenants",
  ...access("operator"),
  request: {
    headers: ifMatchHeader,
    body: recordBody("DeploymentConfigPatch", "A JSON merge patch (RFC 7396)."),
  },
  responses,
});

const historyRoute = createRoute({
  method: "get",
  path: `${path}/history`,
  tags: ["Admin"],
  summary: "The versions of the deployment's record, newest first",
  ...access("operator"),
  request: { query: z.object({ limit: wholeNumber(1, 100, 20) }) },
  responses: {
    200: json("Versions.", z.object({ versions: z.array(versionSchema) })),
    ...RECORD_PROBLEMS,
  },
});

export function mountDeployment(app: OpenAPIHono<AppEnv>): void {
  app.openapi(findRoute, async (c) => {
    const record = await c.get("call").services.deploymentRecords.find(DEPLOYMENT_ID);
    // The migration writes the first version.
    if (record === undefined) throw new FailureError("INTERNAL", "The deployment has no record.");
    return c.json(present(record), 200, etagOf(record));
  });

  app.openapi(putRoute, async (c) => {
    const body = c.req.valid("json");
    const ifVersion = versionOfHeader(c.req.valid("header"));
    const edit = { action: "put" as const, ifVersion, compose: () => body };
    const record = await editDeployment(c.get("call"), edit);
    return c.json(present(record), 200, etagOf(record));
  });

  app.openapi(patchRoute, async (c) => {
    const patch = c.req.valid("json");
    const record = await editDeployment(c.get("call"), {
      action: "patch",
      ifVersion: versionOfHeader(c.req.valid("header")),
      compose: (current) => mergePatch(current, patch),
    });
    return c.json(present(record), 200, etagOf(record));
  });

  app.openapi(historyRoute, async (c) => {
    const { limit } = c.req.valid("query");
    const records = c.get("call").services.deploymentRecords;
    const versions = await records.listVersions(DEPLOYMENT_ID, limit);
    return c.json({ versions: versions.map(presentVersion) }, 200);
  });
}

const present = (record: DeploymentRecord) => ({
  ...presentStamp(record),
  config: record.config,
});
