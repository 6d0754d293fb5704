/** What `update-similarities` and its steps work with, and who is told of it. */
import { clockMs } from "../platform/clock.ts";
import type { RunCounts } from "../runs/job-runs.ts";
import type { Services } from "../services.ts";
import { objectName, type SimilarVersion } from "../similar/similar-version.ts";
import type { UpdatePorts } from "../similar/update-similarities.ts";
import {
  jobEnded,
  modelTrainingCompleted,
  modelTrainingStarted,
  type OutEvent,
} from "../webhooks/out-event.ts";

const JOB = "update-similarities";
const MODEL = "similarities";

type Needed = Pick<Services, "similar" | "jobRuns" | "out" | "counters">;

export function similarPortsOf({ similar, jobRuns, out, counters }: Needed): UpdatePorts {
  const tell = async (event: OutEvent, tenant: SimilarVersion["tenant"]): Promise<void> => {
    try {
      await out.outbox.emit(tenant, event, clockMs());
    } catch {
      // The model is there all the same.
      counters.add("outbox.failed");
    }
  };
  const ended = async (
    { tenant, run, version, startedAtMs: startedMs }: SimilarVersion,
    result: { outcome: "succeeded" | "failed"; counts: RunCounts; error?: string },
    nowMs: number,
  ): Promise<void> => {
    await jobRuns.finish({ id: run, tenant, job: JOB }, result, nowMs);
    const training = { modelId: `${MODEL}/${version}`, trainingId: run };
    const succeeded = result.outcome === "succeeded";
    const path = succeeded ? objectName({ tenant, version }) : undefined;
    const status = succeeded ? "success" : "failed";
    const occasion = { tenant, nowMs, id: `trained-${run}` };
    await tell(modelTrainingCompleted(occasion, training, status, result.counts, path), tenant);
    await tell(jobEnded(tenant, { runId: run, job: JOB, startedMs, ...result }, nowMs), tenant);
  };
  return {
    ...similar.ports,
    finishRun: (version, counts, nowMs) => ended(version, { outcome: "succeeded", counts }, nowMs),
    passRun: (version, nowMs) =>
      ended(
        version,
        {
          outcome: "failed",
          counts: {},
          error: "It had not ended when the next run began.",
        },
        nowMs,
      ),
  };
}

/** Tells that a run has begun to compute a version; `ModelTrainingCompleted` has the same `training_id`. */
export async function tellStarted(
  { similar, out }: Pick<Services, "similar" | "out">,
  tenant: SimilarVersion["tenant"],
  nowMs: number,
): Promise<void> {
  const open = await similar.ports.book.open(tenant);
  if (open === undefined) return;
  const { version, run, plan } = open;
  const training = { modelId: `${MODEL}/${version}`, trainingId: run };
  const parameters = { parts: plan.parts, events: plan.events, whole: plan.base === undefined };
  const occasion = { tenant, nowMs, id: `training-${run}` };
  const event = modelTrainingStarted(occasion, training, "collaborative", parameters);
  await out.outbox.emit(tenant, event, nowMs);
}
