import type { ItemId, TenantId } from "../domain/ids.ts";
import type { SourceCursor } from "./source-batch.ts";
import { sourceConfigSchema } from "./source-config.ts";
import type { SourceRecord, SourceRecords, SourceRun } from "./source-records.ts";

interface SourceRow {
  readonly name: string;
  readonly config: string;
  readonly cursor: string | null;
  readonly last_run: string | null;
  readonly changed_at: number;
  readonly changed_by: string;
}

const COLUMNS = "name, config, cursor, last_run, changed_at, changed_by";
/** 128 characters an id at most: 640 KB a page. */
const PAGE_ITEMS = 5_000;

export class D1SourceRecords implements SourceRecords {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async list(tenant: TenantId): Promise<readonly SourceRecord[]> {
    const { results } = await this.#database
      .prepare(`SELECT ${COLUMNS} FROM sources WHERE tenant = ? ORDER BY name`)
      .bind(tenant)
      .all<SourceRow>();
    return results.map(recordOf);
  }

  async find(tenant: TenantId, name: string): Promise<SourceRecord | undefined> {
    const row = await this.#database
      .prepare(`SELECT ${COLUMNS} FROM sources WHERE tenant = ? AND name = ?`)
      .bind(tenant, name)
      .first<SourceRow>();
    return row === null ? undefined : recordOf(row);
  }

  async put(
    tenant: TenantId,
    record: Pick<SourceRecord, "name" | "config" | "changedAtMs" | "changedBy">,
  ): Promise<void> {
    await this.#database
      .prepare(
        `INSERT INTO sources (tenant, name, kind, config, changed_at, changed_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (tenant, name) DO UPDATE SET
           cursor = CASE WHEN config = excluded.config THEN cursor END, kind = excluded.kind,
           config = excluded.config, changed_at = excluded.changed_at,
           changed_by = excluded.changed_by`,
      )
      .bind(
        tenant,
        record.name,
        record.config.kind,
        JSON.stringify(record.config),
        record.changedAtMs,
        record.changedBy,
      )
      .run();
  }

  async remove(tenant: TenantId, name: string): Promise<boolean> {
    const [removed] = await this.#database.batch([
      this.#database
        .prepare("DELETE FROM sources WHERE tenant = ? AND name = ? RETURNING 1")
        .bind(tenant, name),
      this.#database
        .prepare("DELETE FROM source_items WHERE tenant = ? AND source = ?")
        .bind(tenant, name),
    ]);
    return (removed?.results.length ?? 0) > 0;
  }

  async tenants(): Promise<readonly TenantId[]> {
    const { results } = await this.#database
      .prepare("SELECT DISTINCT tenant FROM sources ORDER BY tenant")
      .all<{ tenant: TenantId }>();
    return results.map(({ tenant }) => tenant);
  }

  async goOnFrom(tenant: TenantId, name: string, cursor: SourceCursor): Promise<void> {
    await this.#database
      .prepare("UPDATE sources SET cursor = ? WHERE tenant = ? AND name = ?")
      .bind(JSON.stringify(cursor), tenant, name)
      .run();
  }

  async note(tenant: TenantId, name: string, run: SourceRun): Promise<void> {
    await this.#database
      .prepare("UPDATE sources SET last_run = ? WHERE tenant = ? AND name = ?")
      .bind(JSON.stringify(run), tenant, name)
      .run();
  }

  async given(
    tenant: TenantId,
    name: string,
    items: readonly ItemId[],
  ): Promise<ReadonlyMap<ItemId, string>> {
    const { results } = await this.#database
      .prepare(
        `SELECT given.item, given.digest FROM json_each(?3) AS wanted
         CROSS JOIN source_items AS given
           ON given.tenant = ?1 AND given.source = ?2 AND given.item = wanted.value`,
      )
      .bind(tenant, name, JSON.stringify(items))
      .all<{ item: ItemId; digest: string }>();
    return new Map(results.map(({ item, digest }) => [item, digest]));
  }

  async *givenItems(tenant: TenantId, name: string): AsyncGenerator<readonly ItemId[]> {
    let after = "";
    for (;;) {
      const { results } = await this.#database
        .prepare(
          `SELECT item FROM source_items WHERE tenant = ? AND source = ? AND item > ?
           ORDER BY item LIMIT ?`,
        )
        .bind(tenant, name, after, PAGE_ITEMS)
        .all<{ item: ItemId }>();
      yield results.map(({ item }) => item);
      if (results.length < PAGE_ITEMS) return;
      after = results.at(-1)?.item ?? "";
    }
  }

  async give(
    tenant: TenantId,
    name: string,
    rows: readonly { readonly item: ItemId; readonly digest: string }[],
  ): Promise<void> {
    await this.#database
      .prepare(
        `INSERT INTO source_items (tenant, source, item, digest)
         SELECT ?1, ?2, value ->> 0, value ->> 1 FROM json_each(?3) WHERE 1
         ON CONFLICT (tenant, source, item) DO UPDATE SET digest = excluded.digest`,
      )
      .bind(tenant, name, JSON.stringify(rows.map(({ item, digest }) => [item, digest])))
      .run();
  }

  async takeBack(tenant: TenantId, name: string, items: readonly ItemId[]): Promise<void> {
    await this.#database
      .prepare(
        `DELETE FROM source_items WHERE tenant = ?1 AND source = ?2
         AND item IN (SELECT value FROM json_each(?3))`,
      )
      .bind(tenant, name, JSON.stringify(items))
      .run();
  }
}

const recordOf = (row: SourceRow): SourceRecord => ({
  name: row.name,
  config: sourceConfigSchema.parse(JSON.parse(row.config)),
  changedAtMs: row.changed_at,
  changedBy: row.changed_by,
  ...(row.cursor === null ? {} : { cursor: JSON.parse(row.cursor) as SourceCursor }),
  ...(row.last_run === null ? {} : { lastRun: JSON.parse(row.last_run) as SourceRun }),
});
