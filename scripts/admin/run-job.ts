/** Runs jobs, and says what came of each. */
import { elapsed, wholeNumber } from "../start/steps.ts";
import { type AdminClient, AdminError, type JobName } from "./admin-client.ts";

/** Another run of the job may be under way, begun before our rows were in. */
const ATTEMPTS = 5;
/** Of what a line of the console is about. */
export const NAME_WIDTH = 19;

/** Side by side: a queue brings all of them in the time that it takes to bring one. Throws when one fails. */
export async function runJobs(
  client: Pick<AdminClient, "runJob">,
  tenant: string,
  jobs: readonly JobName[],
  say: (line: string) => void,
): Promise<void> {
  await Promise.all(jobs.map((job) => runJob(client, tenant, job, say)));
}

async function runJob(
  client: Pick<AdminClient, "runJob">,
  tenant: string,
  job: JobName,
  say: (line: string) => void,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const run = await client.runJob(tenant, job);
    if (run.outcome === "skipped" && attempt < ATTEMPTS) continue;
    if (run.outcome === "failed")
      throw new AdminError(`${job} failed: ${run.error ?? "no reason given"}`);
    const counts = Object.entries(run.counts).map(
      ([name, count]) => `${name} ${wholeNumber(count)}`,
    );
    const took = run.duration_ms === null ? "" : `, ${elapsed(run.duration_ms)}`;
    say(
      `  ${job.padEnd(NAME_WIDTH)}${run.outcome}${took}${counts.length === 0 ? "" : `: ${counts.join(", ")}`}`,
    );
    return;
  }
}
