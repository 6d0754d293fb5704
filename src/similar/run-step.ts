/** Runs one step of a version, and sends what follows when it was the last of its phase. */
import type { TenantId } from "../domain/ids.ts";
import type { RunCounts } from "../runs/job-runs.ts";
import { nextSteps } from "./next-steps.ts";
import type { SimilarBook } from "./similar-book.ts";
import {
  objectName,
  type Phase,
  type SimilarVersion,
  type Step,
  type StepKey,
  type VersionFacts,
} from "./similar-version.ts";
import { compute } from "./steps/compute.ts";
import { fold } from "./steps/fold.ts";
import { number } from "./steps/number.ts";
import { plan } from "./steps/plan.ts";
import { publish } from "./steps/publish.ts";
import { rows } from "./steps/rows.ts";
import { split } from "./steps/split.ts";
import type { StepPorts, StepWork } from "./steps/step-work.ts";

export interface StepMessage extends StepKey {
  readonly tenant: TenantId;
  readonly version: number;
}

export interface SimilarPorts extends StepPorts {
  readonly book: SimilarBook;
  /** May deliver a message more than once, and in any order. */
  send(messages: readonly StepMessage[]): Promise<void>;
  /** The run that waits for the version has ended. */
  finishRun(version: SimilarVersion, counts: RunCounts, nowMs: number): Promise<void>;
}

const WORK: Readonly<Record<Phase, (work: StepWork) => Promise<unknown>>> = {
  split,
  fold,
  number,
  rows,
  plan,
  compute,
  publish,
};

/**
 * Every step writes objects of fixed names from objects that nobody changes, so that one that runs twice does no harm.
 * `gone`: the version was published or given up, or there is no such step. Throws when the step has to be tried again.
 */
export async function runStep(
  ports: SimilarPorts,
  { tenant, version: number, phase, index }: StepMessage,
  nowMs: number,
): Promise<"done" | "gone"> {
  const { book } = ports;
  const version = await book.find(tenant, number);
  const step = version && (await book.step(version, { phase, index }));
  if (version === undefined || step === undefined) return "gone";
  if (step.result === undefined) {
    const stepsOf = (of: Phase): Promise<readonly Step[]> => book.steps(version, of);
    const result = await WORK[phase]({ ports, version, step, nowMs, stepsOf });
    if (phase === "publish") {
      await end(ports, version, result as VersionFacts, nowMs);
      return "done";
    }
    await book.finish(version, step, result);
  }
  // Also for a step that was done before: whoever did it may have been stopped here.
  await advance(ports, version, phase);
  return "done";
}

/** Sends the steps of the next phase, once all of this one are done. */
export async function advance(
  ports: Pick<SimilarPorts, "book" | "send">,
  version: SimilarVersion,
  phase: Phase,
): Promise<void> {
  const { book } = ports;
  // Of the names alone: each step of a phase asks, and what they are of is long.
  if ((await book.unfinished(version)).some((step) => step.phase === phase)) return;
  const next = nextSteps(phase, version.plan, await book.steps(version, phase));
  if (next.length === 0) return;
  await book.add(version, next);
  await ports.send(next.map((step) => messageOf(version, step)));
}

export const messageOf = (
  { tenant, version }: SimilarVersion,
  { phase, index }: StepKey,
): StepMessage => ({ tenant, version, phase, index });

async function end(
  ports: SimilarPorts,
  version: SimilarVersion,
  facts: VersionFacts,
  nowMs: number,
): Promise<void> {
  const { book, artefacts } = ports;
  // The run first: when this stops in between, the step comes again, since the version is still open.
  await ports.finishRun(version, { version: version.version, ...facts }, nowMs);
  await book.publish(version, facts, nowMs);
  await artefacts.removeAll(objectName(version, "work/"));
}
