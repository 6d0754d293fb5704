import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { FailureError } from "../domain/failure.ts";
import { runSource } from "../sources/run-source.ts";
import { SOURCE_NAME_PATTERN, sourceConfigSchema } from "../sources/source-config.ts";
import type { SourceRecord, SourceRun } from "../sources/source-records.ts";
import { access } from "./access.ts";
import { actorOf } from "./actor.ts";
import type { AppEnv, Call } from "./context.ts";
import { parseInput } from "./input.ts";
import { ADMIN_PROBLEMS, json, tenantParams } from "./schemas.ts";

const sourceParams = tenantParams.extend({
  name: z
    .string()
    .regex(SOURCE_NAME_PATTERN)
    .openapi({ param: { in: "path", name: "name" }, example: "catalogue" }),
});

const run = z
  .object({
    started_at: z.string(),
    duration_ms: z.number().int(),
    outcome: z.enum(["succeeded", "unchanged", "partial", "failed"]).openapi({
      description: "`partial`: a limit was reached, and the next run goes on from there.",
    }),
    counts: z.record(z.string(), z.number()),
    faults: z
      .array(z.string())
      .openapi({ description: "Of rows that were left out: the first 20." }),
    error: z.string().nullable(),
  })
  .openapi("SourceRun");

const report = run
  .extend({
    dry_run: z.boolean(),
    samples: z.object({
      added: z.array(z.string()),
      changed: z.array(z.string()),
      removed: z.array(z.string()),
    }),
  })
  .openapi("SourceReport");

const source = z
  .object({
    name: z.string(),
    config: z.record(z.string(), z.unknown()),
    started: z
      .boolean()
      .openapi({ description: "Whether the next run goes on from an earlier one." }),
    last_run: run.nullable(),
    changed_at: z.string(),
    changed_by: z.string(),
  })
  .openapi("Source");

const listRoute = createRoute({
  method: "get",
  path: "/t/{tenant}/admin/sources",
  tags: ["Admin"],
  summary: "Where the tenant's items come from",
  ...access("admin"),
  request: { params: tenantParams },
  responses: { 200: json("Sources.", z.object({ sources: z.array(source) })), ...ADMIN_PROBLEMS },
});

const findRoute = createRoute({
  method: "get",
  path: "/t/{tenant}/admin/sources/{name}",
  tags: ["Admin"],
  summary: "One source and its last run",
  ...access("admin"),
  request: { params: sourceParams },
  responses: { 200: json("The source.", source), ...ADMIN_PROBLEMS },
});

const putRoute = createRoute({
  method: "put",
  path: "/t/{tenant}/admin/sources/{name}",
  tags: ["Admin"],
  summary: "Add or change a source",
  description:
    "`kind` is http, r2, bigquery or postgres. It runs every 15 minutes; another config starts from the beginning. " +
    "Secrets are named, as SOURCE_SECRET_…, and never sent here. Only the operator adds what reads with the " +
    "deployment's own credentials: secrets, and the database behind GIFTS_DB.",
  ...access("admin"),
  request: {
    params: sourceParams,
    body: {
      required: true,
      content: {
        "application/json": { schema: z.record(z.string(), z.unknown()).openapi("SourceConfig") },
      },
    },
  },
  responses: { 200: json("The source.", source), ...ADMIN_PROBLEMS },
});

const deleteRoute = createRoute({
  method: "delete",
  path: "/t/{tenant}/admin/sources/{name}",
  tags: ["Admin"],
  summary: "Forget a source; its items stay",
  ...access("admin"),
  request: { params: sourceParams },
  responses: { 204: { description: "It is gone." }, ...ADMIN_PROBLEMS },
});

const runRoute = createRoute({
  method: "post",
  path: "/t/{tenant}/admin/sources/{name}/run",
  tags: ["Admin"],
  summary: "Run a source now, or say what a run would change",
  description:
    "Answers when the run is over. With `dry_run=true` nothing is written: the counts say what would be.",
  ...access("admin"),
  request: {
    params: sourceParams,
    query: z.object({ dry_run: z.enum(["true", "false"]).default("false") }),
  },
  responses: { 200: json("What it did.", report), ...ADMIN_PROBLEMS },
});

export function mountSources(app: OpenAPIHono<AppEnv>): void {
  app.openapi(listRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const records = await services.sources.records.list(tenant.id);
    return c.json({ sources: records.map(present) }, 200);
  });

  app.openapi(findRoute, async (c) =>
    c.json(present(await find(c.get("call"), c.req.valid("param").name)), 200),
  );

  app.openapi(putRoute, async (c) => {
    const call = c.get("call");
    const { services, tenant, startedMs, identity } = call;
    const { name } = c.req.valid("param");
    const config = parseInput("body", sourceConfigSchema, c.req.valid("json"));
    const isOurs =
      config.kind === "postgres" ||
      config.kind === "bigquery" ||
      (config.kind === "http" && config.authorization !== undefined);
    if (isOurs && !identity.roles.includes("operator")) {
      throw new FailureError("FORBIDDEN", "Only the operator adds a source that needs a secret.");
    }
    const changedBy = actorOf(call);
    const record = { name, config, changedAtMs: startedMs, changedBy };
    await services.sources.records.put(tenant.id, record);
    return c.json(present(await find(call, name)), 200);
  });

  app.openapi(deleteRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const removed = await services.sources.records.remove(tenant.id, c.req.valid("param").name);
    if (!removed) throw unknownSource();
    return c.body(null, 204);
  });

  app.openapi(runRoute, async (c) => {
    const call = c.get("call");
    const { services, tenant } = call;
    const record = await find(call, c.req.valid("param").name);
    const dryRun = c.req.valid("query").dry_run === "true";
    const ran = await runSource(services.sources.run, tenant.id, record, { dryRun });
    return c.json({ ...presentRun(ran), dry_run: dryRun, samples: ran.samples }, 200);
  });
}

async function find({ services, tenant }: Call, name: string): Promise<SourceRecord> {
  const record = await services.sources.records.find(tenant.id, name);
  if (record === undefined) throw unknownSource();
  return record;
}

const unknownSource = (): FailureError =>
  new FailureError("UNKNOWN_SOURCE", "There is no such source in this tenant.");

const present = ({ name, config, cursor, lastRun, changedAtMs, changedBy }: SourceRecord) => ({
  name,
  config: Object.fromEntries<never>(Object.entries(config) as [string, never][]),
  started: cursor !== undefined,
  last_run: lastRun === undefined ? null : presentRun(lastRun),
  changed_at: new Date(changedAtMs).toISOString(),
  changed_by: changedBy,
});

const presentRun = (ran: SourceRun) => ({
  started_at: new Date(ran.startedAtMs).toISOString(),
  duration_ms: ran.finishedAtMs - ran.startedAtMs,
  outcome: ran.outcome,
  counts: { ...ran.counts },
  faults: [...ran.faults],
  error: ran.error ?? null,
});
