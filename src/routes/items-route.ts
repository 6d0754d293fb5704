import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { StoredItem } from "../catalogue/catalogue.ts";
import { parseItemRow } from "../catalogue/item-row.ts";
import { digestOf } from "../domain/digest.ts";
import { FailureError } from "../domain/failure.ts";
import type { ItemId } from "../domain/ids.ts";
import { changeItems } from "../sources/change-items.ts";
import { access } from "./access.ts";
import type { AppEnv, Call } from "./context.ts";
import { ADMIN_PROBLEMS, itemId, json, RECORD_PROBLEMS, tenantParams } from "./schemas.ts";

const itemParams = tenantParams.extend({
  id: itemId.openapi({ param: { in: "path", name: "id" } }),
});

const item = z
  .looseObject({
    id: z.string(),
    popularity: z.number(),
    published_at: z.string().optional(),
    updated_at: z.string(),
  })
  .openapi("Item", { description: "The fields as they were sent, in one form." });

const itemHeaders = z.object({
  "if-match": z
    .string()
    .regex(/^"[0-9a-f]{32}"$/, "must be one tag in quotes, as ETag gave it")
    .optional()
    .openapi({ description: "The item that the change is meant for. Another one is a 412." }),
});

const putRoute = createRoute({
  method: "put",
  path: "/t/{tenant}/v1/items/{id}",
  tags: ["Catalogue"],
  summary: "Insert or replace an item",
  description:
    "The body has the fields of `POST /t/{tenant}/admin/items`, and those of a gift: `price`, `platform`, " +
    "`gender` (f, m, any), `age` (18-24, 25-34, 35-44, 45+, any), `suitable_for`, `acquaintance_level`, `geo_id`, " +
    "`private` or `user_id`, `status`. Eligible on every surface within 60 s; an item that is private or out of " +
    "stock is gone within 5 s.",
  ...access("admin"),
  request: {
    params: itemParams,
    headers: itemHeaders,
    body: {
      required: true,
      content: {
        "application/json": { schema: z.record(z.string(), z.unknown()).openapi("ItemBody") },
      },
    },
  },
  responses: { 200: json("The item, as it is stored.", item), ...RECORD_PROBLEMS },
});

const getRoute = createRoute({
  method: "get",
  path: "/t/{tenant}/v1/items/{id}",
  tags: ["Catalogue"],
  summary: "One item",
  ...access("service"),
  request: { params: itemParams },
  responses: { 200: json("The item.", item), ...ADMIN_PROBLEMS },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/t/{tenant}/v1/items/{id}",
  tags: ["Catalogue"],
  summary: "Delete an item",
  description: "Gone within 5 s on every surface.",
  ...access("admin"),
  request: { params: itemParams, headers: itemHeaders },
  responses: { 204: { description: "It is gone." }, ...RECORD_PROBLEMS },
});

export function mountItems(app: OpenAPIHono<AppEnv>): void {
  app.openapi(putRoute, async (c) => {
    const call = c.get("call");
    const { id } = c.req.valid("param");
    await demandTag(call, id, c.req.valid("header")["if-match"]);
    const parsed = parseItemRow({ ...c.req.valid("json"), id });
    if (!parsed.ok) {
      throw new FailureError("BAD_REQUEST", "The input is at fault.", {
        faults: [{ path: "body", message: parsed.reason }],
      });
    }
    const { services, tenant, startedMs } = call;
    const change = { upserts: [parsed.item], removals: [] };
    await changeItems(services.sources.changes, tenant.id, change, startedMs);
    const stored = { ...parsed.item, updatedAtMs: startedMs };
    return c.json(present(stored), 200, { ETag: tagOf(stored) });
  });

  app.openapi(getRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const stored = await services.catalogue.read(tenant.id, c.req.valid("param").id);
    if (stored === undefined) throw unknownItem();
    return c.json(present(stored), 200, { ETag: tagOf(stored) });
  });

  app.openapi(deleteRoute, async (c) => {
    const call = c.get("call");
    const { id } = c.req.valid("param");
    await demandTag(call, id, c.req.valid("header")["if-match"]);
    const { services, tenant, startedMs } = call;
    const change = { upserts: [], removals: [id] };
    const { removed } = await changeItems(services.sources.changes, tenant.id, change, startedMs);
    if (removed === 0) throw unknownItem();
    return c.body(null, 204);
  });
}

/** Guards against a change that was overlooked, not against one at the same instant. */
async function demandTag(
  { services, tenant }: Call,
  id: ItemId,
  tag: string | undefined,
): Promise<void> {
  if (tag === undefined) return;
  const stored = await services.catalogue.read(tenant.id, id);
  if (stored !== undefined && tagOf(stored) === tag) return;
  throw new FailureError("VERSION_CONFLICT", "The item is not the one that If-Match names.");
}

/** Of what was sent: popularity is also written by jobs. */
const tagOf = ({ id, metadata }: StoredItem): string => {
  const fields = Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `"${digestOf(JSON.stringify([id, fields])).slice(0, 32)}"`;
};

const unknownItem = (): FailureError =>
  new FailureError("UNKNOWN_ITEM", "There is no such item in this tenant.");

const present = ({ id, popularity, metadata, updatedAtMs }: StoredItem) => ({
  ...metadata,
  id,
  popularity,
  updated_at: new Date(updatedAtMs).toISOString(),
});
