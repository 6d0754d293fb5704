/**
 * The catalogue in D1. Batches travel as one JSON parameter through `json_each`: a statement takes 100 bound
 * parameters at most.
 */
import type { ItemId, TenantId } from "../domain/ids.ts";
import type { Catalogue, Metadata, RankedItem } from "./catalogue.ts";
import type { CatalogueItem } from "./item-row.ts";

/** Bound parameters are limited to 2 MB of text: 500 rows of 4 KB fit, and 2,000 short ones do too. */
const STATEMENT_CHARACTERS = 900_000;
/** Rows a page of the ranking: 10,000 rows of id and time are about 0.5 MB. */
const RANKED_PAGE = 10_000;

export class D1Catalogue implements Catalogue {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async upsert(tenant: TenantId, items: readonly CatalogueItem[], nowMs: number): Promise<void> {
    const insert = this.#database.prepare(
      `INSERT INTO items (tenant, id, published_at, popularity, metadata, updated_at)
       SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, ?2 FROM json_each(?3) WHERE 1
       ON CONFLICT (tenant, id) DO UPDATE SET published_at = excluded.published_at,
         popularity = excluded.popularity, metadata = excluded.metadata,
         updated_at = excluded.updated_at`,
    );
    const statements = chunkRows(items.map(rowOf)).map((rows) => insert.bind(tenant, nowMs, rows));
    if (statements.length > 0) await this.#database.batch(statements);
  }

  async lookup(tenant: TenantId, ids: readonly ItemId[]): Promise<ReadonlyMap<ItemId, Metadata>> {
    const { results } = await this.#database
      .prepare(
        `SELECT items.id, items.metadata FROM json_each(?2) AS wanted
         JOIN items ON items.tenant = ?1 AND items.id = wanted.value`,
      )
      .bind(tenant, JSON.stringify(ids))
      .all<{ id: ItemId; metadata: string }>();
    return new Map(results.map((row) => [row.id, JSON.parse(row.metadata) as Metadata]));
  }

  async ranked(tenant: TenantId, limit: number): Promise<readonly RankedItem[]> {
    const ranked: RankedItem[] = [];
    let after: { readonly popularity: number; readonly id: string } | undefined;
    while (ranked.length < limit) {
      const { results } = await this.#database
        .prepare(
          `SELECT id, published_at, popularity FROM items
           WHERE tenant = ?1 AND (?2 IS NULL OR (popularity, id) < (?2, ?3))
           ORDER BY popularity DESC, id DESC LIMIT ?4`,
        )
        .bind(
          tenant,
          after?.popularity ?? null,
          after?.id ?? null,
          Math.min(RANKED_PAGE, limit - ranked.length),
        )
        .all<{ id: ItemId; published_at: number | null; popularity: number }>();
      for (const row of results) {
        ranked.push({
          id: row.id,
          ...(row.published_at === null ? {} : { publishedAtMs: row.published_at }),
        });
      }
      after = results.at(-1);
      if (results.length < RANKED_PAGE) break;
    }
    return ranked;
  }
}

const rowOf = ({ id, publishedAtMs, popularity, metadata }: CatalogueItem): string =>
  JSON.stringify([id, publishedAtMs ?? null, popularity, JSON.stringify(metadata)]);

/** JSON arrays of rows, each short enough for one bound parameter. */
function chunkRows(rows: readonly string[]): readonly string[] {
  const chunks: string[] = [];
  let current: string[] = [];
  let length = 0;
  for (const row of rows) {
    if (length + row.length > STATEMENT_CHARACTERS && current.length > 0) {
      chunks.push(`[${current.join(",")}]`);
      current = [];
      length = 0;
    }
    current.push(row);
    length += row.length + 1;
  }
  if (current.length > 0) chunks.push(`[${current.join(",")}]`);
  return chunks;
}
