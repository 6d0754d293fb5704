/** Runs one job for one tenant, under its lease, and records what came of it. */
import { FailureError } from "../domain/failure.ts";
import type { TenantId } from "../domain/ids.ts";
import { policyTest } from "../feed/compiled-rules.ts";
import { refillFeeds } from "../feed/refill-feeds.ts";
import type { Log } from "../observability/log.ts";
import type { Background } from "../platform/background.ts";
import { clockMs } from "../platform/clock.ts";
import { refreshPools } from "../pools/refresh-pools.ts";
import type { JobName, RunCounts, RunOutcome } from "../runs/job-runs.ts";
import type { Services } from "../services.ts";
import type { TenantRecord } from "../tenants/tenant-registry.ts";
import { DEPLOYMENT_ID, UNKNOWN_DEPLOYMENT } from "../tenants/deployment-record.ts";
import { syncWatched } from "../users/sync-watched.ts";

export interface JobContext {
  readonly services: Services;
  readonly log: Log;
  readonly background: Background;
}

export interface JobRequest {
  readonly id: string;
  readonly tenant: TenantId;
  readonly job: JobName;
}

interface JobResult {
  readonly outcome: RunOutcome;
  readonly counts: RunCounts;
}

/** Never throws for a failed job: the failure is recorded, and the next cron tries again. */
export async function runJob(context: JobContext, request: JobRequest): Promise<RunOutcome> {
  const { services, log } = context;
  const startedMs = clockMs();
  const lease = await services.jobRuns.begin(request, startedMs);
  if (lease === undefined) {
    await services.jobRuns.finish(request, { outcome: "skipped", counts: {} }, startedMs);
    return "skipped";
  }
  let result: JobResult & { readonly error?: string };
  try {
    const tenant = await services.tenantRecords.find(request.tenant);
    if (tenant === undefined) throw new FailureError("UNKNOWN_TENANT", "The tenant is gone.");
    result = await work(context, tenant, request.job, startedMs);
  } catch (error) {
    log.error("job failed", { job: request.job, tenant: request.tenant, run: request.id, error });
    const reason = error instanceof FailureError ? error.message : "The job stopped unexpectedly.";
    result = { outcome: "failed", counts: {}, error: reason };
  }
  await services.jobRuns.finish(request, result, clockMs());
  log.info("job ran", { job: request.job, tenant: request.tenant, ...result });
  return result.outcome;
}

async function work(
  { services, background }: JobContext,
  tenant: TenantRecord,
  job: JobName,
  nowMs: number,
): Promise<JobResult> {
  const { users, pools } = services.jobL2Of(tenant);
  const policy = services.policyOf(tenant);
  const { config } = tenant;
  const deployment =
    (await services.deploymentRecords.find(DEPLOYMENT_ID))?.config ?? UNKNOWN_DEPLOYMENT;
  switch (job) {
    case "refresh-pools": {
      const { outcome, counts } = await refreshPools(
        {
          catalogue: services.catalogue,
          pools,
          replicas: services.replicas,
          staticLists: services.staticLists,
          background,
        },
        tenant.id,
        // What policy allows to everybody, wherever they are.
        (refreshed) => {
          const test = policyTest({ config, deployment, country: () => undefined }, refreshed);
          return (index) => test(index) === undefined;
        },
        nowMs,
      );
      // Every record has a copy that is an hour old at most, whatever became of the one behind its last change.
      background.run("tenant-copy", () => services.tenantCopies.keep(tenant));
      return { outcome: outcome === "published" ? "succeeded" : "kept", counts };
    }
    case "sync-watched": {
      const ports = { users, watchLog: services.watchLog };
      return { outcome: "succeeded", counts: await syncWatched(ports, tenant.id, policy, nowMs) };
    }
    case "refill-feeds": {
      const current = await services.replicas.current(tenant.id, pools, nowMs, background);
      if (current === undefined) return { outcome: "kept", counts: { active: 0 } };
      const ports = { users, activeUsers: services.activeUsers, pools: current.pools };
      return {
        outcome: "succeeded",
        counts: await refillFeeds(ports, { tenant: tenant.id, policy, config, deployment }, nowMs),
      };
    }
  }
}
