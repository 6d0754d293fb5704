/** Records in D1. A batch is one transaction, so a version and its line of history are written together or not. */
import { readRecord, type ReadConfig, type RecordRow } from "./stored-records.ts";
import type {
  FieldChange,
  RecordAction,
  RecordEdit,
  RecordStore,
  RecordVersion,
  VersionedRecord,
} from "./versioned-record.ts";

interface VersionRow {
  readonly version: number;
  readonly action: RecordAction;
  readonly changes: string;
  readonly changed_at: number;
  readonly changed_by: string;
}

export class D1RecordStore<Id extends string, Config> implements RecordStore<Id, Config> {
  readonly #database: D1Database;
  readonly #table: "tenants" | "deployment";
  readonly #read: ReadConfig<Config>;

  constructor(database: D1Database, table: "tenants" | "deployment", read: ReadConfig<Config>) {
    this.#database = database;
    this.#table = table;
    this.#read = read;
  }

  async find(id: Id): Promise<VersionedRecord<Id, Config> | undefined> {
    const row = await this.#database
      .prepare(
        `SELECT id, version, revision, config, changed_at, changed_by FROM ${this.#table} WHERE id = ?`,
      )
      .bind(id)
      .first<RecordRow>();
    return row === null ? undefined : readRecord(row, this.#read);
  }

  async record(id: Id, edit: RecordEdit<Config>): Promise<VersionedRecord<Id, Config> | undefined> {
    const version = edit.basedOn + 1;
    const [written] = await this.#database.batch<{ revision: number }>([
      // Two edits of the same version want the same next one: the first gets it.
      this.#database
        .prepare(
          `INSERT INTO tenant_versions
             (tenant, version, action, config, changes, changed_at, changed_by)
           SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
           WHERE ?8 = coalesce((SELECT version FROM ${this.#table} WHERE id = ?1), 0)
           ON CONFLICT DO NOTHING
           RETURNING revision`,
        )
        .bind(
          id,
          version,
          edit.action,
          JSON.stringify(edit.config),
          JSON.stringify(edit.changes),
          edit.changedAtMs,
          edit.changedBy,
          edit.basedOn,
        ),
      // Does nothing for an edit that came second: its `basedOn` is no longer the version.
      this.#database
        .prepare(
          `INSERT INTO ${this.#table}
             (id, version, revision, config, created_at, changed_at, changed_by)
           SELECT tenant, version, revision, config, changed_at, changed_at, changed_by
           FROM tenant_versions WHERE tenant = ?1 AND version = ?2
           ON CONFLICT (id) DO UPDATE SET
             version = excluded.version, revision = excluded.revision, config = excluded.config,
             changed_at = excluded.changed_at, changed_by = excluded.changed_by
           WHERE ${this.#table}.version = ?3`,
        )
        .bind(id, version, edit.basedOn),
    ]);
    const revision = written?.results[0]?.revision;
    if (revision === undefined) return undefined;
    const { config, changedAtMs, changedBy } = edit;
    return { id, version, revision, config, changedAtMs, changedBy };
  }

  async listVersions(id: Id, limit: number): Promise<readonly RecordVersion[]> {
    const { results } = await this.#database
      .prepare(
        `SELECT version, action, changes, changed_at, changed_by
         FROM tenant_versions WHERE tenant = ? ORDER BY version DESC LIMIT ?`,
      )
      .bind(id, limit)
      .all<VersionRow>();
    return results.map(versionOf);
  }

  async findVersion(
    id: Id,
    version: number,
  ): Promise<(RecordVersion & { readonly config: Config }) | undefined> {
    const row = await this.#database
      .prepare(
        `SELECT version, action, changes, changed_at, changed_by, config
         FROM tenant_versions WHERE tenant = ? AND version = ?`,
      )
      .bind(id, version)
      .first<VersionRow & { config: string }>();
    if (row === null) return undefined;
    return { ...versionOf(row), config: this.#read(id, row.config) };
  }
}

const versionOf = (row: VersionRow): RecordVersion => ({
  version: row.version,
  action: row.action,
  changes: JSON.parse(row.changes) as readonly FieldChange[],
  changedAtMs: row.changed_at,
  changedBy: row.changed_by,
});
