/** What a user may demand: to be forgotten, with a receipt that can be checked, and everything that is held of them. */
import { isoTime } from "./schemas.ts";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { FailureError } from "../domain/failure.ts";
import { randomToken } from "../platform/token.ts";
import {
  type Deletion,
  CURSOR,
  readCursor,
  receiptDigest,
  userDigestOf,
} from "../rights/deletion.ts";
import { deleteUser, ECHO_MS } from "../rights/delete-user.ts";
import { exportUser } from "../rights/export-user.ts";
import { type Finding, verifyDeletion } from "../rights/verify-deletion.ts";
import { enqueueJob } from "../jobs/enqueue.ts";
import { access, accessDocs, allow } from "./access.ts";
import type { AppEnv } from "./context.ts";
import { parseInput } from "./input.ts";
import { streamOf } from "./line-stream.ts";
import { json, USER_PROBLEMS, userParams } from "./schemas.ts";

const storeSchema = z.object({
  store: z.string(),
  state: z.enum(["done", "pending", "ends", "kept"]),
  removed: z.number().int(),
  until: z.string().nullable(),
});
const receiptSchema = z
  .object({
    receipt: z.string(),
    user_digest: z.string(),
    deleted_at: z.string(),
    state: z.enum(["pending", "done"]),
    completed_at: z.string().nullable(),
    stores: z.array(storeSchema),
    digest: z
      .string()
      .openapi({ description: "SHA-256 of the receipt: it says the same, or has another." }),
    verified: z
      .array(
        z.object({
          store: z.string(),
          found: z.enum(["absent", "found", "unknown"]),
          count: z.number().int(),
        }),
      )
      .optional()
      .openapi({ description: "With `verify=true`: what every store says now." }),
  })
  .openapi("DeletionReceipt");

const PATH = "/t/{tenant}/v1/users/{user_id}";

const deleteRoute = createRoute({
  method: "delete",
  path: PATH,
  tags: ["Rights"],
  summary: "Forget a user: gone from serving at once, and from everything else with a receipt",
  ...access("user"),
  request: { params: userParams },
  responses: { 202: json("The receipt.", receiptSchema), ...USER_PROBLEMS },
});
const receiptRoute = createRoute({
  method: "get",
  path: `${PATH}/deletion/{receipt}`,
  tags: ["Rights"],
  summary: "How far a deletion is; with `verify=true` every store is looked into again",
  ...access("user"),
  request: {
    params: userParams.extend({ receipt: z.string().max(64) }),
    query: z.object({ verify: z.enum(["true", "false"]).optional() }),
  },
  responses: { 200: json("The receipt.", receiptSchema), ...USER_PROBLEMS },
});
const exportQuery = z.object({
  after: z
    .string()
    .regex(CURSOR)
    .optional()
    .openapi({ description: "`after` of the page before." }),
});
const exportRoute = createRoute({
  method: "get",
  path: `${PATH}/export`,
  tags: ["Rights"],
  summary: "Everything that is held of a user, one JSON object a line",
  description:
    "Stores first, then events. The last line is `end`, or `next` with `after` where the log has more files than one " +
    "request reads (800).",
  ...accessDocs("user"),
  request: { params: userParams, query: exportQuery },
  responses: {
    200: {
      description: "Lines of `{store, data}`.",
      content: { "application/x-ndjson": { schema: z.string().openapi({ format: "ndjson" }) } },
    },
    ...USER_PROBLEMS,
  },
});

export function mountRights(app: OpenAPIHono<AppEnv>): void {
  app.openapi(deleteRoute, async (c) => {
    const { services, tenant, startedMs, background, identity } = c.get("call");
    const { user_id: user } = c.req.valid("param");
    const key = { tenant: tenant.id, user };
    const deletion = await deleteUser(services.out.rights, key, randomToken(), startedMs);
    // The hourly run does the same: a queue that is away loses nothing.
    background.run("purge-users", () =>
      enqueueJob(services, "purge-users", [tenant.id], identity.name, startedMs, PURGE_SECONDS),
    );
    return c.json(present(deletion), 202);
  });

  app.openapi(receiptRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const { user_id: user, receipt } = c.req.valid("param");
    const key = { tenant: tenant.id, user };
    const deletion = await services.out.rights.deletions.find(tenant.id, receipt);
    if (deletion === undefined || deletion.userDigest !== userDigestOf(key)) {
      throw new FailureError("UNKNOWN_RECEIPT", "There is no such receipt of this user.");
    }
    const findings =
      c.req.valid("query").verify === "true"
        ? await verifyDeletion(services.out.rights, key, deletion.deletedAtMs)
        : undefined;
    return c.json(present(deletion, findings), 200);
  });

  app.openAPIRegistry.registerPath(exportRoute);
  app.get("/t/:tenant/v1/users/:user_id/export", allow("user"), (c) => {
    const { services, tenant, startedMs } = c.get("call");
    const { user_id: user } = parseInput("path", userParams, c.req.param());
    const { after } = parseInput("query", exportQuery, c.req.query());
    const place = after === undefined ? undefined : readCursor(after);
    const lines = exportUser(services.out.rights, { tenant: tenant.id, user }, startedMs, place);
    return new Response(streamOf(lines), {
      headers: { "Content-Type": "application/x-ndjson", "Cache-Control": "no-store" },
    });
  });
}

/** When what requests under way had still written is there to be erased. */
const PURGE_SECONDS = ECHO_MS / 1_000 + 5;

const present = (deletion: Deletion, findings?: readonly Finding[]) => ({
  receipt: deletion.receipt,
  user_digest: deletion.userDigest,
  deleted_at: new Date(deletion.deletedAtMs).toISOString(),
  state: deletion.completedAtMs === undefined ? ("pending" as const) : ("done" as const),
  completed_at: isoTime(deletion.completedAtMs),
  stores: deletion.stores.map(({ store, state, count, untilMs }) => ({
    store,
    state,
    removed: count,
    until: isoTime(untilMs),
  })),
  digest: receiptDigest(deletion),
  ...(findings === undefined ? {} : { verified: findings.map((finding) => ({ ...finding })) }),
});
