import { parseJson } from "../domain/json.ts";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { FailureError } from "../domain/failure.ts";
import { changeItems } from "../sources/change-items.ts";
import { readOperations } from "../sources/item-operations.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { readText } from "./ndjson.ts";
import { ADMIN_PROBLEMS, json, tenantParams } from "./schemas.ts";

const ROWS_LIMIT = 1_000;

const answer = z
  .object({
    upserted: z.number().int(),
    removed: z.number().int().openapi({ description: "Of the deleted, those that were there." }),
    rejected: z.array(z.object({ index: z.number().int(), reason: z.string() })),
  })
  .openapi("ItemBatchAnswer");

const batchRoute = createRoute({
  method: "post",
  path: "/t/{tenant}/v1/items/batch",
  tags: ["Catalogue"],
  summary: "Insert, replace and delete items",
  description:
    'A JSON array, or one JSON object a line: at most 1,000 rows and 8 MB. A row is an item, or `{"op": "delete", ' +
    '"id": "…"}`. A row at fault is named with its index, from 0, and the others are taken; of two rows for one ' +
    "item the later one holds.",
  ...access("admin"),
  request: {
    params: tenantParams,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.unknown().openapi("ItemBatch", { type: "array", items: {} }),
        },
        "application/x-ndjson": { schema: z.string().openapi({ format: "ndjson" }) },
      },
    },
  },
  responses: { 200: json("What was done.", answer), ...ADMIN_PROBLEMS },
});

export function mountItemBatch(app: OpenAPIHono<AppEnv>): void {
  app.openapi(batchRoute, async (c) => {
    const { services, tenant, startedMs } = c.get("call");
    // The validator has read the JSON; a body of lines is read here.
    const isJson = /^application\/json/i.test(c.req.header("Content-Type") ?? "");
    const rows: unknown = isJson ? c.req.valid("json") : linesOf(await readText(c.req.raw));
    if (!Array.isArray(rows)) {
      throw new FailureError("BAD_REQUEST", "The input is at fault.", {
        faults: [{ path: "body", message: "must be an array, or one JSON object a line" }],
      });
    }
    if (rows.length > ROWS_LIMIT) {
      throw new FailureError("BODY_TOO_LARGE", `A batch holds at most ${ROWS_LIMIT} rows.`);
    }
    const { rejected, ...change } = readOperations(rows);
    const counts = await changeItems(services.sources.changes, tenant.id, change, startedMs);
    return c.json({ ...counts, rejected: [...rejected] }, 200);
  });
}

/** Empty lines count as rows at fault, so that an index is the number of a line. */
function linesOf(text: string): readonly unknown[] {
  const lines = text.split("\n");
  if (lines.at(-1)?.trim() === "") lines.pop();
  return lines.map(parseJson);
}
