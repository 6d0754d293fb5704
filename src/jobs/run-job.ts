/** Runs one job for one tenant, under its lease, and records what came of it. */
import { FailureError } from "../domain/failure.ts";
import type { TenantId } from "../domain/ids.ts";
import { refillFeeds } from "../feed/refill-feeds.ts";
import type { Log } from "../observability/log.ts";
import type { Background } from "../platform/background.ts";
import { clockMs } from "../platform/clock.ts";
import { refreshPools } from "../pools/refresh-pools.ts";
import type { JobName, RunCounts, RunOutcome } from "../runs/job-runs.ts";
import type { Services } from "../services.ts";
import type { Tenant } from "../tenants/tenant-registry.ts";
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
    const tenant = await services.registry.find(request.tenant);
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
  tenant: Tenant,
  job: JobName,
  nowMs: number,
): Promise<JobResult> {
  const { users, pools } = services.l2Of(tenant);
  const policy = services.policyOf(tenant);
  switch (job) {
    case "refresh-pools": {
      const { outcome, counts } = await refreshPools(
        { catalogue: services.catalogue, pools, replicas: services.replicas },
        tenant.id,
        nowMs,
      );
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
      return { outcome: "succeeded", counts: await refillFeeds(ports, tenant.id, policy, nowMs) };
    }
  }
}
