/** Which steps follow when all steps of a phase are done. Pure, and the same whoever asks. */
import type { ComputeSpec } from "./steps/compute.ts";
import type { PlanResult } from "./steps/plan.ts";
import { PHASES, type Phase, type Step, type VersionPlan } from "./similar-version.ts";
import type { LogFile } from "./log-files.ts";

/** Measured: a `split` of 100,000 takes 65 MB, of which half is the text of lines. */
const EVENTS_PER_SPLIT = 60_000;
const FILES_PER_SPLIT = 200;

/** The first steps of a version. Without files there is nothing to split: the pairs of the base are folded anew. */
export function firstSteps(plan: VersionPlan, files: readonly LogFile[]): readonly Step[] {
  if (files.length === 0) return stepsOf("fold", plan, []);
  const chunks: LogFile[][] = [];
  let events = 0;
  for (const file of files) {
    const chunk = chunks.at(-1);
    if (
      chunk === undefined ||
      events + file.events > EVENTS_PER_SPLIT ||
      chunk.length === FILES_PER_SPLIT
    ) {
      chunks.push([file]);
      events = 0;
    } else chunk.push(file);
    events += file.events;
  }
  return chunks.map((chunk, index) => ({ phase: "split", index, spec: { files: chunk } }));
}

/** Of the phase after this one; empty after the last. `done` are the steps of this one. */
export function nextSteps(phase: Phase, plan: VersionPlan, done: readonly Step[]): readonly Step[] {
  const next = PHASES[PHASES.indexOf(phase) + 1];
  if (next === undefined) return [];
  const steps = stepsOf(next, plan, done);
  // Nobody likes anything: there is nothing to compute.
  return steps.length > 0 || next === "publish" ? steps : nextSteps(next, plan, []);
}

function stepsOf(phase: Phase, { parts }: VersionPlan, done: readonly Step[]): readonly Step[] {
  const same = (count: number): Step[] =>
    Array.from({ length: count }, (_, index) => ({ phase, index, spec: {} }));
  switch (phase) {
    case "fold":
    case "rows":
      return same(parts);
    case "compute": {
      const [planned] = done;
      if (planned === undefined) return [];
      const { neighbours, users } = planned.result as PlanResult;
      const specs: ComputeSpec[] = [
        ...neighbours.map((range) => ({ of: "neighbours" as const, range })),
        ...users.map((range) => ({ of: "users" as const, range })),
      ];
      return specs.map((spec, index) => ({ phase, index, spec }));
    }
    case "split":
    case "number":
    case "plan":
    case "publish":
      return same(1);
  }
}
