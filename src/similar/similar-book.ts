/** The port to the record of versions and their steps. */
import type { TenantId } from "../domain/ids.ts";
import type {
  Phase,
  PublishedVersion,
  SimilarVersion,
  Step,
  StepKey,
  VersionFacts,
  VersionPlan,
} from "./similar-version.ts";

export interface SimilarBook {
  /** What is served. */
  current(tenant: TenantId): Promise<PublishedVersion | undefined>;
  /** Begun, and neither published nor given up. */
  open(tenant: TenantId): Promise<SimilarVersion | undefined>;
  /** Undefined when it is no longer open. */
  find(tenant: TenantId, version: number): Promise<SimilarVersion | undefined>;
  /** A new version with its first steps. */
  begin(
    tenant: TenantId,
    run: string,
    plan: VersionPlan,
    steps: readonly Step[],
    nowMs: number,
  ): Promise<SimilarVersion>;
  /** Another run waits for it from now on. */
  resume(version: SimilarVersion, run: string): Promise<void>;
  /** Steps that are there already stay as they are. */
  add(version: SimilarVersion, steps: readonly Step[]): Promise<void>;
  step(version: SimilarVersion, key: StepKey): Promise<Step | undefined>;
  /** By index. */
  steps(version: SimilarVersion, phase: Phase): Promise<readonly Step[]>;
  /** Of all phases. */
  unfinished(version: SimilarVersion): Promise<readonly StepKey[]>;
  /** The first result stays. */
  finish(version: SimilarVersion, key: StepKey, result: unknown): Promise<void>;
  /** In one transaction: what was served until now is superseded. */
  publish(version: SimilarVersion, facts: VersionFacts, nowMs: number): Promise<void>;
  /** It will not be published. */
  abandon(version: SimilarVersion, nowMs: number): Promise<void>;
  /** Superseded or given up before that time, and not yet erased. */
  over(tenant: TenantId, untilMs: number): Promise<readonly number[]>;
  /** Forgets the version and its steps. */
  erase(tenant: TenantId, version: number): Promise<void>;
}
