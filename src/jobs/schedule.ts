/** Which job each cron line of wrangler.toml starts. */
import type { JobName } from "../runs/job-runs.ts";

const JOB_OF_CRON: Readonly<Record<string, JobName>> = {
  "0 * * * *": "refresh-pools",
  "*/30 * * * *": "sync-watched",
  "*/15 * * * *": "refill-feeds",
};

export const jobOfCron = (cron: string): JobName | undefined => JOB_OF_CRON[cron];
