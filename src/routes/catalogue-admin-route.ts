import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type CatalogueItem, parseItemRow } from "../catalogue/item-row.ts";
import { changeItems } from "../sources/change-items.ts";
import { access } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { readLines } from "./ndjson.ts";
import { ADMIN_PROBLEMS, itemId, json, tenantParams, userId } from "./schemas.ts";
import type { WatchedRow } from "../users/watch-log.ts";

const answer = z
  .object({
    accepted: z.number().int(),
    rejected: z.array(z.object({ line: z.number().int(), reason: z.string() })),
  })
  .openapi("ImportAnswer");

const ndjsonBody = {
  required: true,
  content: { "application/x-ndjson": { schema: z.string().openapi({ format: "ndjson" }) } },
} as const;

const itemsRoute = createRoute({
  method: "post",
  path: "/t/{tenant}/admin/items",
  tags: ["Admin"],
  summary: "Insert or replace items, one JSON object a line",
  description:
    "At most 5,000 lines and 8 MB. Fields: `id`, `title`, `channel`, `category`, `tags`, `thumbnail`, " +
    "`thumbnail_url`, `playback_url`, `description`, `duration_seconds`, `published_at`, `views`, `popularity` " +
    "(default: views). Policy and ranking decide by `creator` (default: `channel`), `creator_id`, `tags`, " +
    "`maturity` (G, PG, PG-13, R, NC-17), `in_stock` or `stock`, `countries` and `blocked_countries` (ISO 3166 " +
    "alpha-2) and `vector` (1 to 64 numbers). Other scalar fields are kept as metadata. Of two rows for " +
    "one item the later one holds. Eligible on every surface within 60 s; an item that is private or out of stock is " +
    "gone within 5 s.",
  ...access("admin"),
  request: { params: tenantParams, body: ndjsonBody },
  responses: { 200: json("What was taken in.", answer), ...ADMIN_PROBLEMS },
});

const watchedRoute = createRoute({
  method: "post",
  path: "/t/{tenant}/admin/watched",
  tags: ["Admin"],
  summary: "Add watch history, one JSON object a line",
  description:
    "Fields: `user_id`, `video_id` (or `item_id`), `watched_at`. The watched-filter sync applies the rows.",
  ...access("admin"),
  request: { params: tenantParams, body: ndjsonBody },
  responses: { 200: json("What was taken in.", answer), ...ADMIN_PROBLEMS },
});

const watchedRow = z
  .object({
    user_id: userId,
    video_id: itemId.optional(),
    item_id: itemId.optional(),
    watched_at: z
      .union([z.number(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))])
      .optional(),
  })
  .refine((row) => row.video_id !== undefined || row.item_id !== undefined, "video_id is missing");

export function mountCatalogueAdmin(app: OpenAPIHono<AppEnv>): void {
  app.openapi(itemsRoute, async (c) => {
    const { services, tenant, startedMs } = c.get("call");
    const { rows, rejected } = await readLines<CatalogueItem>(c.req.raw, (value) => {
      const parsed = parseItemRow(value);
      return parsed.ok ? { ok: true, row: parsed.item } : parsed;
    });
    const items = new Map(rows.map((row) => [row.id, row]));
    const change = { upserts: [...items.values()], removals: [] };
    await changeItems(services.sources.changes, tenant.id, change, startedMs);
    return c.json({ accepted: rows.length, rejected: [...rejected] }, 200);
  });

  app.openapi(watchedRoute, async (c) => {
    const { services, tenant, startedMs } = c.get("call");
    const { rows, rejected } = await readLines<WatchedRow>(c.req.raw, (value) => {
      const parsed = watchedRow.safeParse(value);
      if (!parsed.success) {
        const reasons = parsed.error.issues.map(
          (issue) => `${issue.path.join(".") || "row"}: ${issue.message}`,
        );
        return { ok: false, reason: reasons.join("; ") };
      }
      const { user_id: user, video_id, item_id, watched_at } = parsed.data;
      const item = video_id ?? item_id;
      if (item === undefined) return { ok: false, reason: "video_id: missing" };
      return { ok: true, row: { user, item, watchedAtMs: watched_at ?? startedMs } };
    });
    await services.watchLog.append(tenant.id, rows);
    return c.json({ accepted: rows.length, rejected: [...rejected] }, 200);
  });
}
