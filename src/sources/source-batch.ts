/** What a source gives, whatever it is: batches of rows, and where the next run goes on. */
import type { AgeGroup, Gender } from "../domain/demographics.ts";
import type { TenantId, UserId } from "../domain/ids.ts";
import type { UserEvent } from "../events/user-event.ts";
import type { WatchedRow } from "../users/watch-log.ts";
import type { SourceConfig } from "./source-config.ts";

/** JSON that only the source itself understands. */
export type SourceCursor = Readonly<Record<string, unknown>>;

/** What a source knows of a user. Absent: not known. */
export interface UserFacts {
  readonly user: UserId;
  /** When the source learned it. */
  readonly atMs: number;
  readonly gender?: Gender;
  readonly ageGroup?: AgeGroup;
  readonly locale?: string;
  readonly country?: string;
}

export interface SourceBatch {
  /** Item rows of unknown shape, after the mapping of columns. */
  readonly items?: readonly unknown[];
  readonly watched?: readonly WatchedRow[];
  readonly events?: readonly UserEvent[];
  readonly users?: readonly UserFacts[];
  /** Rows that could not be understood; the first of them say why. */
  readonly faults?: readonly string[];
  /** Read or processed since the last batch. */
  readonly bytes: number;
  /** Of a dry run that can be told beforehand what it will process. */
  readonly estimatedBytes?: number;
  /** Once this batch is in, the next run goes on here. Absent: the batch is no place to go on from. */
  readonly cursor?: SourceCursor;
  /** All items that the source has were given in this run: the others are gone. */
  readonly whole?: boolean;
}

export interface SourceAsk<Config extends SourceConfig = SourceConfig> {
  readonly tenant: TenantId;
  readonly config: Config;
  /** Undefined on the first run. */
  readonly cursor: SourceCursor | undefined;
  /** Nothing will be written. */
  readonly dryRun: boolean;
  readonly nowMs: number;
}

/** Throws a FailureError SOURCE_UNAVAILABLE with words for the tenant's operator. No batch: nothing changed. */
export type ReadSource<Config extends SourceConfig = SourceConfig> = (
  ask: SourceAsk<Config>,
) => AsyncIterable<SourceBatch>;

/** Where events go: ingest, which counts each once by its id. */
export interface EventIntake {
  accept(tenant: TenantId, events: readonly UserEvent[]): Promise<void>;
}

export interface UserFactsIntake {
  accept(tenant: TenantId, users: readonly UserFacts[]): Promise<void>;
}
