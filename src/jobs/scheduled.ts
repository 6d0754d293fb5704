/** Cron: starts the line's jobs for every tenant, by putting them on the queue. Nothing else runs here. */
import type { Bindings } from "../env.ts";
import { consoleLog } from "../observability/log.ts";
import { clockMs } from "../platform/clock.ts";
import { servicesOf } from "../services.ts";
import { enqueueJob } from "./enqueue.ts";
import { jobsOfCron } from "./schedule.ts";

export async function scheduled(controller: ScheduledController, env: Bindings): Promise<void> {
  const jobs = jobsOfCron(controller.cron);
  if (jobs.length === 0) {
    consoleLog.error("cron line without a job", { cron: controller.cron });
    return;
  }
  const services = servicesOf(env);
  const tenants = (await services.registry.list()).map((tenant) => tenant.id);
  for (const job of jobs) {
    // Most tenants have no source: they get no run that does nothing.
    const due = job === "sync-sources" ? await services.sources.records.tenants() : tenants;
    await enqueueJob(services, job, due, controller.cron, clockMs());
  }
}
