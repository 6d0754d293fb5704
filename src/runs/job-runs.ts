/** The port for job records: which job ran for which tenant, when, how long, and what came of it. */
import type { TenantId } from "../domain/ids.ts";

export const JOBS = [
  "refresh-pools",
  "sync-watched",
  "refill-feeds",
  "update-profiles",
  "update-similarities",
  "update-popularity",
  "sync-sources",
  "purge-users",
  "clean-up",
] as const;
export type JobName = (typeof JOBS)[number];

/**
 * `kept`: the job found nothing to put in place, and what was there stays. `skipped`: another run of the same job
 * was under way.
 */
export type RunOutcome = "queued" | "running" | "succeeded" | "kept" | "skipped" | "failed";

export type RunCounts = Readonly<Record<string, number>>;

export interface JobRun {
  readonly id: string;
  readonly tenant: TenantId;
  readonly job: JobName;
  /** A cron line, or `admin`. */
  readonly startedBy: string;
  readonly enqueuedAtMs: number;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  readonly outcome: RunOutcome;
  readonly counts: RunCounts;
  /** Why it failed, in words fit for the tenant's operator. */
  readonly error?: string;
}

/** The right to run one job of one tenant; a later holder has a higher fencing token. */
export interface JobLease {
  readonly fencingToken: number;
}

export interface JobRuns {
  enqueue(
    runs: readonly Pick<JobRun, "id" | "tenant" | "job" | "startedBy" | "enqueuedAtMs">[],
  ): Promise<void>;
  /**
   * Marks the run as running and takes the job's lease. Undefined when another run holds it, and for a run that has
   * ended: a queue may deliver its message twice.
   */
  begin(run: Pick<JobRun, "id" | "tenant" | "job">, nowMs: number): Promise<JobLease | undefined>;
  /** Records how the run ended; what was recorded first stays. */
  finish(
    run: Pick<JobRun, "id" | "tenant" | "job">,
    result: { readonly outcome: RunOutcome; readonly counts: RunCounts; readonly error?: string },
    nowMs: number,
  ): Promise<void>;
  find(tenant: TenantId, id: string): Promise<JobRun | undefined>;
  /** Newest first. */
  list(tenant: TenantId, limit: number): Promise<readonly JobRun[]>;
}
