import type { TenantId } from "../domain/ids.ts";
import { type DueRuns, LOST_MS } from "./due-runs.ts";
import type { JobName } from "./job-runs.ts";

export class D1DueRuns implements DueRuns {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async ask(tenant: TenantId, job: JobName, nowMs: number): Promise<boolean> {
    const asked = await this.#database
      .prepare(
        `INSERT INTO due_runs (tenant, job, asked_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (tenant, job) DO UPDATE SET asked_at = excluded.asked_at
         WHERE asked_at <= ?3 - ?4
         RETURNING 1`,
      )
      .bind(tenant, job, nowMs, LOST_MS)
      .first();
    return asked !== null;
  }

  async take(tenant: TenantId, job: JobName): Promise<void> {
    await this.#database
      .prepare("DELETE FROM due_runs WHERE tenant = ? AND job = ?")
      .bind(tenant, job)
      .run();
  }
}
