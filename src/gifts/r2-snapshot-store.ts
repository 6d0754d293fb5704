/**
 * The current snapshot of a tenant in R2, as `popularity/<tenant>/current`, and a row of D1 that says which it is. Under
 * one name, so that a cold isolate reads it in one round trip and not in two: R2 answers with what was written last, and
 * a put is all or nothing.
 */
import type { TenantId } from "../domain/ids.ts";
import type { GiftSnapshot } from "./gift-snapshot.ts";
import type { PublishedSnapshot, SnapshotStore, StoredSnapshot, Tally } from "./snapshot-store.ts";

const nameOf = (tenant: TenantId): string => `popularity/${tenant}/current`;

export class R2SnapshotStore implements SnapshotStore {
  readonly #bucket: R2Bucket;
  readonly #database: D1Database;

  constructor(bucket: R2Bucket, database: D1Database) {
    this.#bucket = bucket;
    this.#database = database;
  }

  async current(tenant: TenantId, tag?: string): Promise<StoredSnapshot | "unchanged" | undefined> {
    const found = await this.#bucket.get(
      nameOf(tenant),
      tag === undefined ? {} : { onlyIf: { etagDoesNotMatch: tag } },
    );
    if (found === null) return undefined;
    // A condition that does not hold is answered without a body.
    if (!("body" in found)) return "unchanged";
    return { bytes: new Uint8Array(await found.arrayBuffer()), tag: found.etag };
  }

  async publish(
    tenant: TenantId,
    { version, bytes, ids }: Pick<GiftSnapshot, "version" | "bytes" | "ids">,
    { scored, catalogue, likes, clicks }: Tally,
    nowMs: number,
  ): Promise<"published" | "superseded"> {
    const { meta } = await this.#database
      .prepare(
        `INSERT INTO popularity_versions
           (tenant, version, items, bytes, scored, catalogue, likes, clicks, written_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (tenant) DO UPDATE SET version = ?2, items = ?3, bytes = ?4, scored = ?5,
           catalogue = ?6, likes = ?7, clicks = ?8, written_at = ?9 WHERE version < ?2`,
      )
      .bind(tenant, version, ids.length, bytes.byteLength, scored, catalogue, likes, clicks, nowMs)
      .run();
    if (meta.changes === 0) return "superseded";
    await this.#bucket.put(nameOf(tenant), bytes);
    return "published";
  }

  async published(tenant: TenantId): Promise<PublishedSnapshot | undefined> {
    const row = await this.#database
      .prepare(`SELECT version, items, bytes, scored, catalogue, likes, clicks FROM popularity_versions
         WHERE tenant = ?`)
      .bind(tenant)
      .first<PublishedSnapshot & Record<string, unknown>>();
    return row ?? undefined;
  }
}
