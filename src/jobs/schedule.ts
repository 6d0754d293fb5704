/** Which jobs each cron line of wrangler.toml starts. */
import type { JobName } from "../runs/job-runs.ts";

export const JOBS_OF_CRON: Readonly<Record<string, readonly JobName[]>> = {
  "0 * * * *": ["refresh-pools"],
  "20 * * * *": ["update-similarities"],
  "*/30 * * * *": ["sync-watched", "update-profiles"],
  "*/15 * * * *": ["refill-feeds", "sync-sources"],
  // The last of an hour is done before pools are ranked by it.
  "7,22,37,52 * * * *": ["update-popularity"],
  "40 * * * *": ["purge-users"],
  "50 */6 * * *": ["clean-up"],
};

/** None for a line that nobody knows. */
export const jobsOfCron = (cron: string): readonly JobName[] => JOBS_OF_CRON[cron] ?? [];
