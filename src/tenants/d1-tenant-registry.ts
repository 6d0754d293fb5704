import type { TenantId } from "../domain/ids.ts";
import { type ConfigReaders, readRecord, type RecordRow } from "./stored-records.ts";
import { WITHDRAWN_LIMIT, type Withdrawn } from "./withdrawn-items.ts";
import type {
  RegistryChanges,
  TenantRecord,
  TenantRegistry,
  TenantSummary,
} from "./tenant-registry.ts";

/**
 * Records that one question brings at most. They are 2 to 5 KB each, and a change of all tenants at once must
 * not fill an isolate's memory with those that it never serves.
 */
const CHANGES_LIMIT = 50;

const COLUMNS = "id, version, revision, config, changed_at, changed_by";
/** The last ones, as a JSON array of [item, reason]. */
const WITHDRAWN = `(SELECT json_group_array(json_array(item, reason)) FROM
  (SELECT item, reason FROM withdrawn_items WHERE tenant = tenants.id
   ORDER BY at DESC LIMIT ${WITHDRAWN_LIMIT})) AS withdrawn`;

type TenantRow = RecordRow & { readonly withdrawn: string };

export class D1TenantRegistry implements TenantRegistry {
  readonly #database: D1Database;
  readonly #read: ConfigReaders;

  constructor(database: D1Database, read: ConfigReaders) {
    this.#database = database;
    this.#read = read;
  }

  async ping(): Promise<void> {
    await this.#database.prepare("SELECT 1").first();
  }

  async list(): Promise<readonly TenantSummary[]> {
    const { results } = await this.#database
      .prepare(
        `SELECT id, coalesce(config ->> '$.name', id) AS name,
           coalesce(config ->> '$.l2', 'default') AS l2,
           (SELECT count(*) FROM items WHERE tenant = tenants.id) AS items
         FROM tenants ORDER BY id LIMIT 1000`,
      )
      .all<TenantSummary>();
    return results;
  }

  /** A batch is one transaction: nothing changes between the revision and the rows. */
  async loadChanges(since: number | undefined, wanted?: TenantId): Promise<RegistryChanges> {
    const [heads, deployments, changed, asked] = await this.#database.batch([
      // A change of the withdrawn items has a revision and no version.
      this.#database.prepare(
        `SELECT max(coalesce((SELECT max(revision) FROM tenant_versions), 0),
           coalesce((SELECT max(revision) FROM tenants), 0)) AS revision`,
      ),
      this.#database
        .prepare(`SELECT ${COLUMNS} FROM deployment WHERE revision > ?`)
        .bind(since ?? -1),
      this.#database
        .prepare(
          `SELECT ${COLUMNS}, ${WITHDRAWN} FROM tenants WHERE revision > ? ORDER BY revision LIMIT ?`,
        )
        .bind(since ?? -1, since === undefined ? 0 : CHANGES_LIMIT),
      ...(wanted === undefined
        ? []
        : [
            this.#database
              .prepare(`SELECT ${COLUMNS}, ${WITHDRAWN} FROM tenants WHERE id = ?`)
              .bind(wanted),
          ]),
    ]);
    const head = (heads?.results[0] as { revision: number | null } | undefined)?.revision ?? 0;
    const rows = (changed?.results ?? []) as TenantRow[];
    const [deployment] = (deployments?.results ?? []) as RecordRow[];
    const more = rows.length === CHANGES_LIMIT;
    return {
      revision: (more ? rows.at(-1)?.revision : undefined) ?? head,
      more,
      tenants: [...rows, ...((asked?.results ?? []) as TenantRow[])].map((row) =>
        this.#tenantOf(row),
      ),
      ...(deployment === undefined
        ? {}
        : { deployment: readRecord(deployment, this.#read.deployment) }),
    };
  }

  #tenantOf(row: TenantRow): TenantRecord {
    const withdrawn = (JSON.parse(row.withdrawn) as [Withdrawn["item"], Withdrawn["reason"]][]).map(
      ([item, reason]) => ({ item, reason }),
    );
    const record = readRecord<TenantId, TenantRecord["config"]>(row, this.#read.tenant);
    return withdrawn.length === 0 ? record : { ...record, withdrawn };
  }
}
