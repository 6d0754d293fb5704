/** What a run did, candidate by candidate. Made only for who asks; a run without one keeps counts alone. */
import type { StageKind } from "./fail-open.ts";

export interface StageCount {
  readonly stage: string;
  readonly kind: StageKind;
  readonly in: number;
  readonly out: number;
}

export interface Removal<Candidate> {
  readonly candidate: Candidate;
  readonly stage: string;
  readonly reason: string;
}

/** A stage that the run went on without. */
export interface Fallen {
  readonly stage: string;
  readonly kind: StageKind;
  readonly error: unknown;
}

export class Trace<Candidate> {
  readonly stages: StageCount[] = [];
  readonly removed: Removal<Candidate>[] = [];

  count(stage: string, kind: StageKind, before: number, after: number): void {
    this.stages.push({ stage, kind, in: before, out: after });
  }
}
