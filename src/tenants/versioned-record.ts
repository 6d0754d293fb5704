/**
 * A JSON record under version control, a tenant's or the deployment's: every change is a version of its own,
 * with who made it, and a version that was is found again.
 */

export type RecordAction = "create" | "put" | "patch" | "rollback";

export interface VersionedRecord<Id extends string, Config> {
  readonly id: Id;
  /** Counts the changes of this record, from 1. */
  readonly version: number;
  /** Grows with every change of any record of the deployment. */
  readonly revision: number;
  readonly config: Config;
  readonly changedAtMs: number;
  readonly changedBy: string;
}

/** One field that changed. `before` or `after` is absent where there was nothing, or is nothing now. */
export interface FieldChange {
  /** Dotted: `filters.max_maturity`. Lists are compared and shown whole. */
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** One line of a record's history. */
export interface RecordVersion {
  readonly version: number;
  readonly action: RecordAction;
  readonly changes: readonly FieldChange[];
  readonly changedAtMs: number;
  readonly changedBy: string;
}

export interface RecordEdit<Config> extends Omit<RecordVersion, "version"> {
  /** The version that the edit was made from; 0 when there was no record. */
  readonly basedOn: number;
  readonly config: Config;
}

export interface RecordStore<Id extends string, Config> {
  find(id: Id): Promise<VersionedRecord<Id, Config> | undefined>;
  /**
   * Makes the edit the next version, and writes its line of history, in one step. Undefined when the record is
   * no longer what the edit was based on: nothing was written, and the caller reads and decides again.
   */
  record(id: Id, edit: RecordEdit<Config>): Promise<VersionedRecord<Id, Config> | undefined>;
  /** Newest first. */
  listVersions(id: Id, limit: number): Promise<readonly RecordVersion[]>;
  findVersion(
    id: Id,
    version: number,
  ): Promise<(RecordVersion & { readonly config: Config }) | undefined>;
}
