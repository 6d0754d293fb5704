/**
 * What a failing stage does to its pipeline: stage kind × who is at fault. A mistake of ours and a fault of the
 * caller always fail loudly; only a dependency that does not answer may be gone on without.
 */
import { isOutage } from "../domain/failure.ts";

export type StageKind =
  | "query_hydrator"
  | "source"
  | "hydrator"
  | "filter"
  | "scorer"
  | "selector"
  | "backfill"
  | "side_effect";

/** `continue`: go on without the stage, and say so. `fail`: the pipeline has no answer. */
const ON_UPSTREAM_FAILURE: Readonly<Record<StageKind, "continue" | "fail">> = {
  // Without its context nothing can be judged.
  query_hydrator: "fail",
  // A thinner choice is still a choice.
  source: "continue",
  // Facts decide what may be shown: without them nothing may.
  hydrator: "fail",
  filter: "fail",
  scorer: "fail",
  selector: "fail",
  // A short answer is better than none.
  backfill: "continue",
  side_effect: "continue",
};

/** True when the pipeline may go on without a stage of this kind that failed with this error. */
export const failsOpen = (kind: StageKind, error: unknown): boolean =>
  isOutage(error) && ON_UPSTREAM_FAILURE[kind] === "continue";
