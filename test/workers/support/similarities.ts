/** What goes together, computed as the job and the queue of its steps would. */
import { env } from "cloudflare:workers";
import type { StepMessage } from "../../../src/similar/run-step.ts";
import { askAdmin, type JobRecord, runJob } from "./app.ts";
import { consume } from "./events.ts";

/** Runs the job, and the steps that it and they send, as the queue would. Each is delivered twice. */
export async function updateSimilarities(tenant: string): Promise<JobRecord> {
  const run = await runJob(tenant, "update-similarities");
  for (let round = 0; round < 20; round += 1) {
    const { results } = await env.DB.prepare(
      `SELECT steps.tenant, steps.version, phase, step AS "index" FROM similar_steps AS steps
       JOIN similar_versions AS versions USING (tenant, version)
       WHERE tenant = ? AND published_at IS NULL AND result IS NULL`,
    )
      .bind(tenant)
      .all<StepMessage & Record<string, unknown>>();
    if (results.length === 0) break;
    const { retryMessages } = await consume("nearfeed-steps", [...results, ...results]);
    if (retryMessages.length > 0) throw new Error(`a step of ${tenant} failed`);
  }
  const answer = await askAdmin(`/t/${tenant}/admin/jobs/${run.id}`);
  return answer.json<JobRecord>();
}
