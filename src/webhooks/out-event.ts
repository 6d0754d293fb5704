/** What tenants are told, as CloudEvents 1.0 in structured JSON. Payloads of system B keep its names. */
import type { TenantId, UserId } from "../domain/ids.ts";

export const OUT_TYPES = [
  "ModelTrainingStarted",
  "ModelTrainingCompleted",
  "RecommendationsRefreshed",
  "JobSucceeded",
  "JobFailed",
  "WebhookTest",
] as const;
export type OutType = (typeof OUT_TYPES)[number];

/** What a webhook may ask for: a test is sent to the webhook that asks. */
export const SUBSCRIBED_TYPES = OUT_TYPES.filter((type) => type !== "WebhookTest");

export interface OutEvent {
  readonly specversion: "1.0";
  /** The same at every delivery: receivers drop what they have had. */
  readonly id: string;
  /** `/t/<tenant>`. */
  readonly source: string;
  readonly type: OutType;
  /** RFC 3339. */
  readonly time: string;
  readonly datacontenttype: "application/json";
  /** The user or the job that it is about. */
  readonly subject?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** When, by whom, and the id: given by the caller, so that the same event may be told twice and is one. */
export interface Occasion {
  readonly tenant: TenantId;
  readonly id: string;
  readonly nowMs: number;
}

const eventOf = (
  { tenant, id, nowMs }: Occasion,
  type: OutType,
  data: OutEvent["data"],
  subject?: string,
): OutEvent => ({
  specversion: "1.0",
  id,
  source: `/t/${tenant}`,
  type,
  time: isoTime(nowMs),
  datacontenttype: "application/json",
  ...(subject === undefined ? {} : { subject }),
  data,
});

const isoTime = (ms: number): string => new Date(ms).toISOString();

export interface Training {
  readonly modelId: string;
  /** The run of the job that computes the model. */
  readonly trainingId: string;
}

export const modelTrainingStarted = (
  occasion: Occasion,
  { modelId, trainingId }: Training,
  modelType: string,
  parameters: Readonly<Record<string, unknown>>,
): OutEvent =>
  eventOf(
    occasion,
    "ModelTrainingStarted",
    {
      model_id: modelId,
      model_type: modelType,
      training_id: trainingId,
      start_time: isoTime(occasion.nowMs),
      parameters,
    },
    modelId,
  );

export const modelTrainingCompleted = (
  occasion: Occasion,
  { modelId, trainingId }: Training,
  status: "success" | "failed",
  metrics: Readonly<Record<string, number>>,
  /** Where the model is; undefined for a training that failed. */
  artifactPath: string | undefined,
): OutEvent =>
  eventOf(
    occasion,
    "ModelTrainingCompleted",
    {
      model_id: modelId,
      training_id: trainingId,
      status,
      metrics,
      artifact_path: artifactPath ?? null,
      completion_time: isoTime(occasion.nowMs),
    },
    modelId,
  );

export const recommendationsRefreshed = (
  occasion: Occasion,
  user: UserId,
  recommendationIds: readonly string[],
  modelId: string,
): OutEvent =>
  eventOf(
    occasion,
    "RecommendationsRefreshed",
    {
      user_id: user,
      recommendation_ids: recommendationIds,
      model_id: modelId,
      timestamp: isoTime(occasion.nowMs),
    },
    user,
  );

/** How a run of a job ended. */
export interface EndedRun {
  readonly runId: string;
  readonly job: string;
  readonly outcome: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly startedMs: number;
  readonly error?: string | undefined;
}

/** The run's id is the event's: a run ends once. */
export const jobEnded = (tenant: TenantId, run: EndedRun, nowMs: number): OutEvent =>
  eventOf(
    { tenant, id: `run-${run.runId}`, nowMs },
    run.outcome === "failed" ? "JobFailed" : "JobSucceeded",
    {
      run_id: run.runId,
      job: run.job,
      outcome: run.outcome,
      counts: run.counts,
      started_at: isoTime(run.startedMs),
      finished_at: isoTime(nowMs),
      error: run.error ?? null,
    },
    run.job,
  );

export const webhookTest = (occasion: Occasion, webhook: string): OutEvent =>
  eventOf(occasion, "WebhookTest", { webhook_id: webhook }, webhook);
