/** A tenant in D1, R2 and the profiles' objects, page by page in the order of keys. */
import type { ItemId, TenantId, UserId } from "../domain/ids.ts";
import type { WithdrawalReason } from "../tenants/withdrawn-items.ts";
import {
  type ExportPage,
  type ExportPlace,
  type ExportRow,
  placeAfter,
  type TenantRows,
} from "./tenant-page.ts";

/** Of rows of up to 16 KB: a page stays under 32 MB, and usually under 2. */
const ITEMS = 2_000;
const WATCHED = 5_000;
/** Of some 200 bytes. */
const SMALL_ROWS = 5_000;
/** Each is a call of an object, and up to 160 KB. */
const USERS = 100;
/** Each is up to 4 MB. */
const FILES = 1;

export interface D1TenantRowsSettings {
  readonly database: D1Database;
  readonly log: Pick<R2Bucket, "get">;
  /** Writes what waits for the log. */
  readonly flushLog: (tenant: TenantId) => Promise<unknown>;
  /** The stored record of a profile, as JSON; undefined when there is none. */
  readonly profileOf: (key: { tenant: TenantId; user: UserId }) => Promise<string | undefined>;
}

type SourceRow = {
  name: string;
  config: string;
  cursor: string | null;
  changed_at: number;
  changed_by: string;
};
type WebhookRow = {
  id: string;
  url: string;
  description: string;
  types: string;
  created_at: number;
  created_by: string;
};
type ItemRow = { id: string; published_at: number | null; popularity: number; metadata: string };

export class D1TenantRows implements TenantRows {
  readonly #settings: D1TenantRowsSettings;

  constructor(settings: D1TenantRowsSettings) {
    this.#settings = settings;
  }

  page(tenant: TenantId, { part, after }: ExportPlace): Promise<ExportPage> {
    switch (part) {
      case "items":
        return this.#items(tenant, after);
      case "withdrawn":
        return this.#withdrawn(tenant, after);
      case "sources":
        return this.#sources(tenant);
      case "source_items":
        return this.#sourceItems(tenant, after);
      case "webhooks":
        return this.#webhooks(tenant);
      case "watched":
        return this.#watched(tenant, after);
      case "users":
        return this.#users(tenant, after);
      case "log":
        return this.#log(tenant, after);
    }
  }

  async #items(tenant: TenantId, [after = ""]: ExportPlace["after"]): Promise<ExportPage> {
    const results = await this.#read<ItemRow>(
      `SELECT id, published_at, popularity, metadata FROM items
       WHERE tenant = ? AND id > ? ORDER BY id LIMIT ${ITEMS}`,
      tenant,
      after,
    );
    const rows = results.map(({ id, published_at: atMs, popularity, metadata }): ExportRow => {
      const known = JSON.parse(metadata) as Record<string, unknown>;
      const published = atMs === null ? {} : { published_at: new Date(atMs).toISOString() };
      return { kind: "item", row: { ...known, ...published, id, popularity } };
    });
    const next = pageAfter("items", results, ITEMS, (last) => [last.id]);
    return { rows, next };
  }

  async #withdrawn(tenant: TenantId, [after = ""]: ExportPlace["after"]): Promise<ExportPage> {
    const results = await this.#read<{ item: ItemId; reason: WithdrawalReason }>(
      `SELECT item, reason FROM withdrawn_items
       WHERE tenant = ? AND item > ? ORDER BY item LIMIT ${SMALL_ROWS}`,
      tenant,
      after,
    );
    const rows = results.map(({ item, reason }): ExportRow => ({
      kind: "withdrawn",
      item_id: item,
      reason,
    }));
    const next = pageAfter("withdrawn", results, SMALL_ROWS, (last) => [last.item]);
    return { rows, next };
  }

  async #sources(tenant: TenantId): Promise<ExportPage> {
    const results = await this.#read<SourceRow>(
      "SELECT name, config, cursor, changed_at, changed_by FROM sources WHERE tenant = ? ORDER BY name",
      tenant,
    );
    const rows = results.map(({ config, cursor, ...row }): ExportRow => ({
      kind: "source",
      ...row,
      config: JSON.parse(config) as unknown,
      cursor: cursor === null ? null : (JSON.parse(cursor) as unknown),
    }));
    return { rows, next: placeAfter("sources", undefined) };
  }

  async #sourceItems(
    tenant: TenantId,
    [source = "", item = ""]: ExportPlace["after"],
  ): Promise<ExportPage> {
    const results = await this.#read<{ source: string; item: ItemId; digest: string }>(
      `SELECT source, item, digest FROM source_items
       WHERE tenant = ? AND (source, item) > (?, ?) ORDER BY source, item LIMIT ${SMALL_ROWS}`,
      tenant,
      source,
      item,
    );
    const rows = results.map((row): ExportRow => ({
      kind: "source_item",
      source: row.source,
      item_id: row.item,
      digest: row.digest,
    }));
    const next = pageAfter("source_items", results, SMALL_ROWS, (last) => [last.source, last.item]);
    return { rows, next };
  }

  async #webhooks(tenant: TenantId): Promise<ExportPage> {
    const results = await this.#read<WebhookRow>(
      `SELECT id, url, description, types, created_at, created_by FROM webhooks
       WHERE tenant = ? ORDER BY id`,
      tenant,
    );
    const rows = results.map(({ types, ...row }): ExportRow => ({
      kind: "webhook",
      ...row,
      types: JSON.parse(types) as unknown,
    }));
    return { rows, next: placeAfter("webhooks", undefined) };
  }

  async #watched(
    tenant: TenantId,
    [user = "", item = ""]: ExportPlace["after"],
  ): Promise<ExportPage> {
    const results = await this.#read<{ user: UserId; item: ItemId; watched_at: number }>(
      `SELECT user, item, watched_at FROM watched
       WHERE tenant = ? AND (user, item) > (?, ?) ORDER BY user, item LIMIT ${WATCHED}`,
      tenant,
      user,
      item,
    );
    const rows = results.map((row): ExportRow => ({
      kind: "watched",
      user_id: row.user,
      item_id: row.item,
      watched_at: row.watched_at,
    }));
    const next = pageAfter("watched", results, WATCHED, (last) => [last.user, last.item]);
    return { rows, next };
  }

  /** Objects cannot be listed: whoever was active within 7 days, or has imported history. */
  async #users(tenant: TenantId, [after = ""]: ExportPlace["after"]): Promise<ExportPage> {
    const users = await this.#read<{ user: UserId }>(
      `SELECT user FROM active_users WHERE tenant = ?1 AND user > ?2
       UNION SELECT user FROM watched WHERE tenant = ?1 AND user > ?2 ORDER BY user LIMIT ${USERS}`,
      tenant,
      after,
    );
    const rows = await Promise.all(
      users.map(async ({ user }): Promise<readonly ExportRow[]> => {
        const text = await this.#settings.profileOf({ tenant, user });
        if (text === undefined) return [];
        return [{ kind: "user", user_id: user, profile: JSON.parse(text) as unknown }];
      }),
    );
    const next = pageAfter("users", users, USERS, (last) => [last.user]);
    return { rows: rows.flat(), next };
  }

  async #log(
    tenant: TenantId,
    [afterShard = -1, afterSeq = -1]: ExportPlace["after"],
  ): Promise<ExportPage> {
    if (afterSeq === -1) await this.#settings.flushLog(tenant);
    const files = await this.#read<{ shard: number; seq: number; day: number; name: string }>(
      `SELECT shard, seq, day, name FROM event_files
       WHERE tenant = ? AND (shard, seq) > (?, ?) ORDER BY shard, seq LIMIT ${FILES}`,
      tenant,
      afterShard,
      afterSeq,
    );
    const rows = await Promise.all(
      files.map(async ({ shard, seq, day, name }): Promise<readonly ExportRow[]> => {
        const text = await (await this.#settings.log.get(name))?.text();
        // Purged of the only users that it had, or dropped by retention just now.
        return text === undefined || text === "" ? [] : [{ kind: "log", shard, seq, day, text }];
      }),
    );
    const next = pageAfter("log", files, FILES, (last) => [last.shard, last.seq]);
    return { rows: rows.flat(), next };
  }

  async #read<Row>(statement: string, ...values: readonly (string | number)[]): Promise<Row[]> {
    const { results } = await this.#settings.database
      .prepare(statement)
      .bind(...values)
      .all<Row>();
    return results;
  }
}

/** Where the next page begins: a short one was the last of its part. */
function pageAfter<Row>(
  part: ExportPlace["part"],
  results: readonly Row[],
  limit: number,
  keyOf: (last: Row) => ExportPlace["after"],
): ExportPage["next"] {
  const last = results.length < limit ? undefined : results.at(-1);
  return placeAfter(part, last && keyOf(last));
}
