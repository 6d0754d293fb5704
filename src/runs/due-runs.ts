/** The port for runs that changes ask for, and runs that did not reach the end: many wait for one run. */
import type { TenantId } from "../domain/ids.ts";
import type { JobName } from "./job-runs.ts";

/** A run that was asked for so long ago was lost with its message: the next change asks again. */
export const LOST_MS = 60_000;

export interface DueRuns {
  /** True when nobody has asked yet: the caller puts the run on the queue. */
  ask(tenant: TenantId, job: JobName, nowMs: number): Promise<boolean>;
  /** A run begins: what changes from now on asks for the next one. */
  take(tenant: TenantId, job: JobName): Promise<void>;
}
