/** Cron: starts the line's job for every tenant, by putting it on the queue. Nothing else runs here. */
import type { Bindings } from "../env.ts";
import { consoleLog } from "../observability/log.ts";
import { clockMs } from "../platform/clock.ts";
import { servicesOf } from "../services.ts";
import { enqueueJob } from "./enqueue.ts";
import { jobOfCron } from "./schedule.ts";

export async function scheduled(controller: ScheduledController, env: Bindings): Promise<void> {
  const job = jobOfCron(controller.cron);
  if (job === undefined) {
    consoleLog.error("cron line without a job", { cron: controller.cron });
    return;
  }
  const services = servicesOf(env);
  const tenants = (await services.registry.list()).map((tenant) => tenant.id);
  await enqueueJob(services, job, tenants, controller.cron, clockMs());
}
