/** A whole tenant, out and in again, page by page: `npm run export` asks for one after another. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { FailureError } from "../domain/failure.ts";
import { restoreRows } from "../rights/restore-rows.ts";
import { parseRestored, type RestoredRow } from "../rights/restored-row.ts";
import { FIRST_PLACE, readPlace, writePlace } from "../rights/tenant-page.ts";
import { access, accessDocs, allow } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { parseInput } from "./input.ts";
import { readLines } from "./ndjson.ts";
import { ADMIN_PROBLEMS, json, tenantParams } from "./schemas.ts";

const query = z.object({
  after: z.string().max(1_000).optional().openapi({ description: "`after` of the page before." }),
});
const ndjson = {
  "application/x-ndjson": { schema: z.string().openapi({ format: "ndjson" }) },
} as const;

const exportRoute = createRoute({
  method: "get",
  path: "/t/{tenant}/admin/export",
  tags: ["Admin"],
  summary: "A page of everything that the tenant has, one JSON object a line",
  description:
    "Items and those withdrawn, sources with what they gave, webhooks without secrets, watch history, profiles of " +
    "users who can be listed, and the event log. The last line says `next` with `after`, or `end`. The record is at " +
    "`/admin/config`; keys are not part of it, and neither is what jobs compute.",
  ...accessDocs("admin"),
  request: { params: tenantParams, query },
  responses: { 200: { description: "Lines.", content: ndjson }, ...ADMIN_PROBLEMS },
});

const importRoute = createRoute({
  method: "post",
  path: "/t/{tenant}/admin/import",
  tags: ["Admin"],
  summary: "Take lines of an export in",
  description:
    "At most 5,000 lines and 8 MB. Safe to repeat. A webhook comes back disabled, with a secret to be rotated.",
  ...access("admin"),
  request: { params: tenantParams, body: { required: true, content: ndjson } },
  responses: {
    200: json(
      "What was taken in.",
      z
        .object({
          accepted: z.number().int(),
          rejected: z.array(z.object({ line: z.number().int(), reason: z.string() })),
        })
        .openapi("ImportAnswer"),
    ),
    ...ADMIN_PROBLEMS,
  },
});

export function mountTenantExport(app: OpenAPIHono<AppEnv>): void {
  app.openAPIRegistry.registerPath(exportRoute);
  app.get("/t/:tenant/admin/export", allow("admin"), async (c) => {
    const { services, tenant } = c.get("call");
    const { after } = parseInput("query", query, c.req.query());
    const place = after === undefined ? FIRST_PLACE : readPlace(after);
    if (place === undefined) {
      throw new FailureError("BAD_REQUEST", "The input is at fault.", {
        faults: [{ path: "query.after", message: "must be that of a page before" }],
      });
    }
    const { rows, next } = await services.out.tenantRows.page(tenant.id, place);
    const end = next === undefined ? { kind: "end" } : { kind: "next", after: writePlace(next) };
    const text = [...rows, end].map((row) => `${JSON.stringify(row)}\n`).join("");
    return new Response(text, {
      headers: { "Content-Type": "application/x-ndjson", "Cache-Control": "no-store" },
    });
  });

  app.openapi(importRoute, async (c) => {
    const { services, tenant, startedMs } = c.get("call");
    const { rows, rejected } = await readLines<RestoredRow>(c.req.raw, parseRestored);
    await restoreRows(services.out.restore, tenant.id, rows, startedMs);
    return c.json({ accepted: rows.length, rejected: [...rejected] }, 200);
  });
}
