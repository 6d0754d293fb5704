import type { TenantId } from "../domain/ids.ts";
import type { JobLease, JobName, JobRun, JobRuns, RunCounts, RunOutcome } from "./job-runs.ts";

/** A run that has not finished by then is taken for dead, and the job may start again. */
const LEASE_MS = 10 * 60_000;
/** Records older than this are dropped as new ones come in. */
const KEEP_MS = 14 * 86_400_000;

type RunRow = {
  id: string;
  tenant: TenantId;
  job: JobName;
  started_by: string;
  enqueued_at: number;
  started_at: number | null;
  finished_at: number | null;
  outcome: RunOutcome;
  counts: string;
  error: string | null;
};
type RunKey = Pick<JobRun, "id" | "tenant" | "job">;

export class D1JobRuns implements JobRuns {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async enqueue(
    runs: readonly Pick<JobRun, "id" | "tenant" | "job" | "startedBy" | "enqueuedAtMs">[],
  ): Promise<void> {
    const rows = runs.map((run) => [run.id, run.tenant, run.job, run.startedBy, run.enqueuedAtMs]);
    const newest = Math.max(0, ...runs.map((run) => run.enqueuedAtMs));
    await this.#database.batch([
      this.#database
        .prepare(
          `INSERT INTO job_runs (id, tenant, job, started_by, enqueued_at, outcome)
           SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, 'queued'
           FROM json_each(?)`,
        )
        .bind(JSON.stringify(rows)),
      this.#database.prepare("DELETE FROM job_runs WHERE enqueued_at < ?").bind(newest - KEEP_MS),
    ]);
  }

  async begin(run: RunKey, nowMs: number): Promise<JobLease | undefined> {
    const lease = await this.#database
      .prepare(
        `INSERT INTO job_leases (tenant, job, holder, fencing_token, until)
         SELECT ?1, ?2, ?3, 1, ?4
         WHERE EXISTS (SELECT 1 FROM job_runs WHERE id = ?3 AND finished_at IS NULL)
         ON CONFLICT (tenant, job) DO UPDATE SET holder = ?3, fencing_token = fencing_token + 1,
           until = ?4
         WHERE until <= ?5 OR holder = ?3
         RETURNING fencing_token`,
      )
      .bind(run.tenant, run.job, run.id, nowMs + LEASE_MS, nowMs)
      .first<{ fencing_token: number }>();
    if (lease === null) return undefined;
    await this.#database
      .prepare("UPDATE job_runs SET outcome = 'running', started_at = ? WHERE id = ?")
      .bind(nowMs, run.id)
      .run();
    return { fencingToken: lease.fencing_token };
  }

  async finish(
    run: RunKey,
    result: { readonly outcome: RunOutcome; readonly counts: RunCounts; readonly error?: string },
    nowMs: number,
  ): Promise<void> {
    await this.#database.batch([
      this.#database
        .prepare(
          `UPDATE job_runs SET outcome = ?1, counts = ?2, error = ?3, finished_at = ?4,
             started_at = coalesce(started_at, ?4) WHERE id = ?5 AND finished_at IS NULL`,
        )
        .bind(result.outcome, JSON.stringify(result.counts), result.error ?? null, nowMs, run.id),
      this.#database
        .prepare("UPDATE job_leases SET until = 0 WHERE tenant = ? AND job = ? AND holder = ?")
        .bind(run.tenant, run.job, run.id),
    ]);
  }

  async find(tenant: TenantId, id: string): Promise<JobRun | undefined> {
    const row = await this.#database
      .prepare("SELECT * FROM job_runs WHERE tenant = ? AND id = ?")
      .bind(tenant, id)
      .first<RunRow>();
    return row === null ? undefined : parseRun(row);
  }

  async list(tenant: TenantId, limit: number): Promise<readonly JobRun[]> {
    const { results } = await this.#database
      .prepare("SELECT * FROM job_runs WHERE tenant = ? ORDER BY enqueued_at DESC LIMIT ?")
      .bind(tenant, limit)
      .all<RunRow>();
    return results.map(parseRun);
  }
}

const parseRun = (row: RunRow): JobRun => ({
  id: row.id,
  tenant: row.tenant,
  job: row.job,
  startedBy: row.started_by,
  enqueuedAtMs: row.enqueued_at,
  outcome: row.outcome,
  counts: JSON.parse(row.counts) as RunCounts,
  ...(row.started_at === null ? {} : { startedAtMs: row.started_at }),
  ...(row.finished_at === null ? {} : { finishedAtMs: row.finished_at }),
  ...(row.error === null ? {} : { error: row.error }),
});
