import { isoTime } from "./schemas.ts";
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { FailureError } from "../domain/failure.ts";
import { enqueueJob } from "../jobs/enqueue.ts";
import { type JobName, type JobRun, JOBS } from "../runs/job-runs.ts";
import { access } from "./access.ts";
import type { AppContext, AppEnv } from "./context.ts";
import { ADMIN_PROBLEMS, json, tenantParams, wholeNumber } from "./schemas.ts";

const runSchema = z
  .object({
    id: z.string(),
    tenant: z.string(),
    job: z.enum(JOBS),
    started_by: z.string().openapi({
      description: "A cron line, `admin` for the operator, or the name of a key or token.",
    }),
    enqueued_at: z.string(),
    started_at: z.string().nullable(),
    duration_ms: z.number().int().nullable(),
    outcome: z.enum(["queued", "running", "succeeded", "kept", "skipped", "failed"]).openapi({
      description:
        "`kept`: nothing to put in place, what was there stays. `skipped`: another run was under way.",
    }),
    counts: z.record(z.string(), z.number()),
    error: z.string().nullable(),
  })
  .openapi("JobRun");

const listRoute = createRoute({
  method: "get",
  path: "/t/{tenant}/admin/jobs",
  tags: ["Admin"],
  summary: "The tenant's job runs, newest first",
  ...access("trainer"),
  request: { params: tenantParams, query: z.object({ limit: wholeNumber(1, 500, 50) }) },
  responses: { 200: json("Runs.", z.object({ jobs: z.array(runSchema) })), ...ADMIN_PROBLEMS },
});

const findRoute = createRoute({
  method: "get",
  path: "/t/{tenant}/admin/jobs/{id}",
  tags: ["Admin"],
  summary: "One job run",
  ...access("trainer"),
  request: { params: tenantParams.extend({ id: z.string().max(64) }) },
  responses: { 200: json("The run.", runSchema), ...ADMIN_PROBLEMS },
});

const queued = z.object({ id: z.string(), job: z.enum(JOBS), outcome: z.literal("queued") });

const startRoute = createRoute({
  method: "post",
  path: "/t/{tenant}/admin/jobs/{name}",
  tags: ["Admin"],
  summary: "Start a job",
  ...access("trainer"),
  request: { params: tenantParams.extend({ name: z.string().max(64) }) },
  responses: {
    202: json("The run is queued; ask for it by its id.", queued),
    ...ADMIN_PROBLEMS,
  },
});

export function mountJobs(app: OpenAPIHono<AppEnv>): void {
  app.openapi(listRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const runs = await services.jobRuns.list(tenant.id, c.req.valid("query").limit);
    return c.json({ jobs: runs.map(present) }, 200);
  });

  app.openapi(findRoute, async (c) => {
    const { services, tenant } = c.get("call");
    const run = await services.jobRuns.find(tenant.id, c.req.valid("param").id);
    if (run === undefined) throw new FailureError("UNKNOWN_JOB", "There is no such run.");
    return c.json(present(run), 200);
  });

  app.openapi(startRoute, async (c) => {
    return c.json(await start(c, parseJob(c.req.valid("param").name)), 202);
  });

  mountNamed(app, "refresh-popular-items", "update-popularity", "Compute scores anew");
  mountNamed(
    app,
    "update-user-profiles",
    "update-profiles",
    "Read the likes of recently active users anew",
  );
}

/** System E has names of its own for starting two of them. */
function mountNamed(app: OpenAPIHono<AppEnv>, name: string, job: JobName, summary: string): void {
  const route = createRoute({
    method: "post",
    path: `/t/{tenant}/admin/${name}`,
    tags: ["Admin"],
    summary,
    description: `Starts the job \`${job}\`.`,
    ...access("trainer"),
    request: { params: tenantParams },
    responses: { 202: json("The run is queued; ask for it by its id.", queued), ...ADMIN_PROBLEMS },
  });
  app.openapi(route, async (c) => c.json(await start(c, job), 202));
}

async function start(c: AppContext, job: JobName) {
  const { services, tenant, startedMs, identity } = c.get("call");
  const startedBy = identity.kind === "operator" ? "admin" : identity.name;
  const [id = ""] = await enqueueJob(services, job, [tenant.id], startedBy, startedMs);
  return { id, job, outcome: "queued" as const };
}

function parseJob(name: string): JobName {
  const job = JOBS.find((known) => known === name);
  if (job !== undefined) return job;
  throw new FailureError("UNKNOWN_JOB", `There is no such job; the jobs are ${JOBS.join(", ")}.`);
}

const present = (run: JobRun) => ({
  id: run.id,
  tenant: run.tenant,
  job: run.job,
  started_by: run.startedBy,
  enqueued_at: new Date(run.enqueuedAtMs).toISOString(),
  started_at: isoTime(run.startedAtMs),
  duration_ms:
    run.startedAtMs === undefined || run.finishedAtMs === undefined
      ? null
      : run.finishedAtMs - run.startedAtMs,
  outcome: run.outcome,
  counts: run.counts,
  error: run.error ?? null,
});
