/** Changes a record: reads it, composes the next one, checks it, and writes it if nobody was faster. */
import { FailureError } from "../domain/failure.ts";
import { fieldChanges } from "./field-changes.ts";
import type { RecordAction, RecordStore, VersionedRecord } from "./versioned-record.ts";

export interface EditRequest<Config> {
  readonly action: Exclude<RecordAction, "create">;
  readonly changedBy: string;
  readonly nowMs: number;
  /** The only version that the caller wants to change; without it, whichever there is. */
  readonly ifVersion?: number;
  /** The next record as somebody wrote it, from what there is. Throws when it makes no sense of nothing. */
  compose(current: Config | undefined): unknown;
  /** Throws a failure that names every fault. */
  parse(input: unknown): Config;
}

export interface EditResult<Id extends string, Config> {
  readonly record: VersionedRecord<Id, Config>;
  /** `unchanged`: the record was like that already, and no version was written. */
  readonly outcome: "created" | "changed" | "unchanged";
}

/** Each attempt lost to another edit that won, so five losses in a row mean five others at the same record. */
const EDIT_ATTEMPTS = 5;

export async function editRecord<Id extends string, Config>(
  store: RecordStore<Id, Config>,
  id: Id,
  request: EditRequest<Config>,
): Promise<EditResult<Id, Config>> {
  for (let attempt = 0; attempt < EDIT_ATTEMPTS; attempt += 1) {
    const current = await store.find(id);
    if (request.ifVersion !== undefined && request.ifVersion !== current?.version) {
      throw movedOn(current?.version);
    }
    const config = request.parse(request.compose(current?.config));
    const changes = fieldChanges(current?.config ?? {}, config);
    if (current !== undefined && changes.length === 0) {
      return { record: current, outcome: "unchanged" };
    }
    const record = await store.record(id, {
      basedOn: current?.version ?? 0,
      action: current === undefined ? "create" : request.action,
      config,
      changes,
      changedAtMs: request.nowMs,
      changedBy: request.changedBy,
    });
    if (record !== undefined) {
      return { record, outcome: current === undefined ? "created" : "changed" };
    }
  }
  throw new FailureError("VERSION_CONFLICT", "Others are changing the record; try again.");
}

const movedOn = (version: number | undefined): FailureError =>
  new FailureError(
    "VERSION_CONFLICT",
    version === undefined
      ? "There is no such record yet."
      : `The record is at version ${version}: read it and decide again.`,
  );
