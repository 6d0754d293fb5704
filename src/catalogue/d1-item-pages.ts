import { type Discovery, discoveryCode } from "../domain/discovery.ts";
import type { ItemId, TenantId } from "../domain/ids.ts";
import type { DescribedItem, ItemPages } from "./item-pages.ts";
import { FACT_FIELDS, knownFacts } from "./known-facts.ts";

/** About 1 MB of usual rows. */
const PAGE_ROWS = 2_000;
/** Rows of one statement: some 300 KB of JSON. */
const WRITE_ROWS = 5_000;
const NAME = /^\w+$/;

interface Row {
  readonly id: ItemId;
  readonly published_at: number | null;
  readonly popularity: number;
  readonly base_popularity: number;
  readonly known: string;
}

export class D1ItemPages implements ItemPages {
  readonly #database: D1Database;

  constructor(database: D1Database) {
    this.#database = database;
  }

  async *pages(
    tenant: TenantId,
    fields: readonly string[],
  ): AsyncGenerator<readonly DescribedItem[]> {
    if (!fields.every((field) => NAME.test(field))) throw new RangeError("not names of fields");
    const paths = [...FACT_FIELDS, ...fields].map((field) => `'$.${field}'`).join(", ");
    const page = this.#database.prepare(
      `SELECT id, published_at, popularity, base_popularity, json_extract(metadata, ${paths}) AS known
       FROM items WHERE tenant = ?1 AND id > ?2 ORDER BY id LIMIT ${PAGE_ROWS}`,
    );
    let after = "";
    for (;;) {
      const { results } = await page.bind(tenant, after).all<Row>();
      if (results.length > 0) yield results.map((row) => describedOf(row));
      if (results.length < PAGE_ROWS) return;
      after = results.at(-1)?.id ?? "";
    }
  }

  async addToBase(
    tenant: TenantId,
    added: readonly { readonly id: ItemId; readonly added: number }[],
  ): Promise<void> {
    // An upsert of rows that are there: CROSS JOIN holds SQLite to one search of the key for each. An UPDATE with FROM
    // took all items first, and the whole list for each: minutes for 5,000 of 100,000.
    const update = this.#database.prepare(
      `INSERT INTO items
         (tenant, id, published_at, popularity, base_popularity, metadata, updated_at)
       SELECT known.tenant, known.id, known.published_at,
         known.base_popularity + (wanted.value ->> 1), known.base_popularity, known.metadata,
         known.updated_at
       FROM json_each(?2) AS wanted
       CROSS JOIN items AS known ON known.tenant = ?1 AND known.id = wanted.value ->> 0
       WHERE 1 ON CONFLICT (tenant, id) DO UPDATE SET popularity = excluded.popularity`,
    );
    for (let at = 0; at < added.length; at += WRITE_ROWS) {
      const rows = added.slice(at, at + WRITE_ROWS).map(({ id, added: more }) => [id, more]);
      await update.bind(tenant, JSON.stringify(rows)).run();
    }
  }

  async setDiscoveries(
    tenant: TenantId,
    discoveries: ReadonlyMap<ItemId, Discovery>,
  ): Promise<void> {
    const rows = JSON.stringify(
      Array.from(discoveries, ([id, discovery]) => [id, discoveryCode(discovery)]),
    );
    // Neither writes a row that stays as it is. Left to itself SQLite reads all items for the first.
    await this.#database.batch([
      this.#database
        .prepare(
          `UPDATE items INDEXED BY items_discovery SET discovery = 0 WHERE tenant = ?1 AND discovery > 0
           AND id NOT IN (SELECT value ->> 0 FROM json_each(?2))`,
        )
        .bind(tenant, rows),
      // One search of the key for each: see `addToBase`.
      this.#database
        .prepare(
          `INSERT INTO items (tenant, id, published_at, popularity, metadata, updated_at, discovery)
           SELECT known.tenant, known.id, known.published_at, known.popularity, known.metadata,
             known.updated_at, wanted.value ->> 1
           FROM json_each(?2) AS wanted
           CROSS JOIN items AS known ON known.tenant = ?1 AND known.id = wanted.value ->> 0
           WHERE known.discovery <> wanted.value ->> 1
           ON CONFLICT (tenant, id) DO UPDATE SET discovery = excluded.discovery`,
        )
        .bind(tenant, rows),
    ]);
  }
}

function describedOf({ id, published_at, popularity, base_popularity, known }: Row): DescribedItem {
  const values = JSON.parse(known) as readonly unknown[];
  return {
    ...knownFacts(values),
    id,
    publishedAtMs: published_at ?? undefined,
    popularity,
    basePopularity: base_popularity,
    fields: values.slice(FACT_FIELDS.length),
  };
}
