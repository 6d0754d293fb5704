/** Runs one job for one tenant, under its lease, and records what came of it. */
import { FailureError } from "../domain/failure.ts";
import type { TenantId } from "../domain/ids.ts";
import { policyTest } from "../feed/compiled-rules.ts";
import { enqueueJob } from "./enqueue.ts";
import { refillFeeds } from "../feed/refill-feeds.ts";
import { updateProfiles } from "../feed/update-profiles.ts";
import type { Log } from "../observability/log.ts";
import type { Background } from "../platform/background.ts";
import { clockMs } from "../platform/clock.ts";
import { refreshPools } from "../pools/refresh-pools.ts";
import type { JobName, RunCounts, RunOutcome } from "../runs/job-runs.ts";
import type { Services } from "../services.ts";
import { similarPortsOf, tellStarted } from "./similar-ports.ts";
import type { TenantRecord } from "../tenants/tenant-registry.ts";
import { syncSources } from "../sources/sync-sources.ts";
import { DEPLOYMENT_ID, UNKNOWN_DEPLOYMENT } from "../tenants/deployment-record.ts";
import { updateSimilarities } from "../similar/update-similarities.ts";
import { cleanUp } from "../rights/clean-up.ts";
import { purgeUsers } from "../rights/delete-user.ts";
import { jobEnded } from "../webhooks/out-event.ts";
import { syncWatched } from "../users/sync-watched.ts";

/** After this run has given its lease back. */
const NEXT_PURGE_SECONDS = 5;

export interface JobContext {
  readonly services: Services;
  readonly log: Log;
  readonly background: Background;
}

export interface JobRequest {
  readonly id: string;
  readonly tenant: TenantId;
  readonly job: JobName;
  /** By a change or an earlier run; cron and operators begin runs beside those. */
  readonly asked?: boolean;
}

interface JobResult {
  readonly outcome: RunOutcome;
  readonly counts: RunCounts;
  readonly error?: string;
}

/** Pools that were replaced live on in isolates and edge copies for a while; this is far longer. */
const WITHDRAWN_LIFE_MS = 3_600_000;

/** Never throws for a failed job: the failure is recorded, and the next cron tries again. */
export async function runJob(context: JobContext, request: JobRequest): Promise<RunOutcome> {
  const { services, log } = context;
  const startedMs = clockMs();
  const lease = await services.jobRuns.begin(request, startedMs);
  if (lease === undefined) {
    await services.jobRuns.finish(request, { outcome: "skipped", counts: {} }, startedMs);
    return "skipped";
  }
  let result: JobResult;
  try {
    const tenant = await services.tenantRecords.find(request.tenant);
    if (tenant === undefined) throw new FailureError("UNKNOWN_TENANT", "The tenant is gone.");
    result = await work(context, tenant, request, startedMs);
  } catch (error) {
    log.error("job failed", { job: request.job, tenant: request.tenant, run: request.id, error });
    const reason = error instanceof FailureError ? error.message : "The job stopped unexpectedly.";
    result = { outcome: "failed", counts: {}, error: reason };
  }
  const nowMs = clockMs();
  // Its steps go on, and the last of them ends it.
  if (result.outcome !== "running") {
    await services.jobRuns.finish(request, result, nowMs);
    const run = { runId: request.id, job: request.job, startedMs, ...result };
    // Who is told of it is no part of the job.
    await services.out.outbox
      .emit(request.tenant, jobEnded(request.tenant, run, nowMs), nowMs)
      .catch((error: unknown) => {
        services.counters.add("outbox.failed");
        log.warn("nobody was told of the job", { run: request.id, error });
      });
  }
  log.info("job ran", { job: request.job, tenant: request.tenant, ...result });
  return result.outcome;
}

async function work(
  { services, background }: JobContext,
  tenant: TenantRecord,
  { id, job, asked = false }: JobRequest,
  nowMs: number,
): Promise<JobResult> {
  const { users, pools } = services.jobL2Of(tenant);
  const policy = services.policyOf(tenant);
  const { config } = tenant;
  const deployment =
    (await services.deploymentRecords.find(DEPLOYMENT_ID))?.config ?? UNKNOWN_DEPLOYMENT;
  switch (job) {
    case "refresh-pools": {
      // What changes from here on is not in this refresh.
      await services.sources.dueRuns.take(tenant.id, "refresh-pools");
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
      background.run("tenant-copy", async () => {
        // As it is served, with what is withdrawn.
        const { tenants } = await services.registry.loadChanges(undefined, tenant.id);
        const served = tenants.find((found) => found.id === tenant.id) ?? tenant;
        await services.tenantCopies.keep(served);
      });
      // Lists of gifts are made by another job, which may be late.
      const listed = await services.gifts.snapshots.published(tenant.id);
      const settledMs = Math.min(nowMs - WITHDRAWN_LIFE_MS, listed?.version ?? Infinity);
      await services.sources.changes.withdrawals.settle(tenant.id, settledMs);
      return { outcome: outcome === "published" ? "succeeded" : "kept", counts };
    }
    case "sync-watched": {
      const ports = { users, watchLog: services.watchLog };
      return { outcome: "succeeded", counts: await syncWatched(ports, tenant.id, policy, nowMs) };
    }
    case "update-popularity": {
      await services.sources.dueRuns.take(tenant.id, "update-popularity");
      await services.events.settle(tenant.id);
      const { outcome, counts } = await services.gifts.update(tenant, nowMs, background);
      return { outcome: outcome === "published" ? "succeeded" : "kept", counts };
    }
    case "update-profiles": {
      const { activeUsers, profiles, catalogue } = services;
      const ports = { users, activeUsers, profiles, catalogue, policy };
      return { outcome: "succeeded", counts: await updateProfiles(ports, tenant.id, nowMs) };
    }
    case "update-similarities": {
      await services.events.settle(tenant.id);
      const ports = similarPortsOf(services);
      const outcome = await updateSimilarities(ports, tenant.id, id, nowMs);
      if (outcome === "running") {
        background.run("outbox", () => tellStarted(services, tenant.id, nowMs));
      }
      return { outcome, counts: {} };
    }
    case "sync-sources": {
      const { sources } = services;
      if (asked) await sources.dueRuns.take(tenant.id, job);
      const { counts, failures, more } = await syncSources(sources.run, tenant.id);
      // One goes on for all: with each cron another one would, until none of them leaves the others time.
      if (more) await sources.runOnce(tenant.id, job, clockMs());
      if (failures.length === 0) return { outcome: "succeeded", counts };
      return { outcome: "failed", counts, error: failures.join(" ") };
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
    case "purge-users": {
      const counts = await purgeUsers(services.out.rights, tenant.id, nowMs);
      // As a run of its own: each has the limits of one.
      if (counts.more > 0) {
        await enqueueJob(services, job, [tenant.id], job, nowMs, NEXT_PURGE_SECONDS);
      }
      return { outcome: "succeeded", counts: { ...counts } };
    }
    case "clean-up": {
      const { webhooks } = services.out;
      const forgetDeliveries = webhooks.forgetDeliveries.bind(webhooks);
      const ports = { ...services.out.rights, forgetDeliveries };
      const days = config.retention.event_log_days;
      return { outcome: "succeeded", counts: await cleanUp(ports, tenant.id, days, nowMs) };
    }
  }
}
