/** The event log in R2 with its manifest in D1. The file is rewritten first: a crash leaves a digest that the next run mends. */
import { digestOf } from "../domain/digest.ts";
import type { TenantId, UserId } from "../domain/ids.ts";
import type { EventShards } from "../events/event-shards.ts";
import type { LoggedEvent } from "../events/logged-event.ts";
import { inParallel } from "../platform/in-parallel.ts";
import type { LogCursor } from "./deletion.ts";
import type { Gone, LogPurge, PurgedSlice } from "./log-purge.ts";
import { linesOf, purgedText } from "./purged-text.ts";

type FileRow = { shard: number; seq: number; name: string; digest: string };

/** Files of one slice: 200 × 4 MB are read one after another, two at once, and none is kept. */
const SLICE_FILES = 200;
const WIDTH = 2;
/** What one request reads: a Worker may have 1,000 calls under a small plan. */
const READ_SLICES = 4;
/** R2 deletes so many names at once. */
const DROP_FILES = 1_000;

export interface R2LogPurgeSettings {
  readonly database: D1Database;
  readonly bucket: R2Bucket;
  readonly shards: Pick<EventShards, "flush" | "shardOf">;
}

export class R2LogPurge implements LogPurge {
  readonly #settings: R2LogPurgeSettings;

  constructor(settings: R2LogPurgeSettings) {
    this.#settings = settings;
  }

  async flush(tenant: TenantId, user: UserId): Promise<void> {
    const { shards } = this.#settings;
    await shards.flush({ tenant, shard: shards.shardOf(user) });
  }

  async purge(tenant: TenantId, gone: Gone, after: LogCursor | undefined): Promise<PurgedSlice> {
    const files = await this.#files(tenant, after);
    const removed = new Map<UserId, number>();
    await inParallel(files, WIDTH, async (file) => {
      for (const [user, count] of await this.#purgeFile(tenant, file, gone)) {
        removed.set(user, (removed.get(user) ?? 0) + count);
      }
    });
    return { cursor: cursorAfter(files), files: files.length, removed };
  }

  async *eventsOf(
    tenant: TenantId,
    user: UserId,
    after: LogCursor | undefined,
  ): AsyncGenerator<LoggedEvent, LogCursor | undefined> {
    let cursor = after;
    for (let slice = 0; slice < READ_SLICES; slice += 1) {
      const files = await this.#files(tenant, cursor);
      for (const { name } of files) {
        const object = await this.#settings.bucket.get(name);
        if (object !== null) yield* linesOf(await object.text(), user);
      }
      cursor = cursorAfter(files);
      if (cursor === undefined) return undefined;
    }
    return cursor;
  }

  async dropBefore(tenant: TenantId, day: number): Promise<number> {
    const { database, bucket } = this.#settings;
    const { results } = await database
      .prepare("SELECT name FROM event_files WHERE tenant = ? AND day < ? LIMIT ?")
      .bind(tenant, day, DROP_FILES)
      .all<{ name: string }>();
    const names = results.map(({ name }) => name);
    if (names.length > 0) await bucket.delete(names);
    await database.batch([
      database
        .prepare(
          "DELETE FROM event_files WHERE tenant = ? AND name IN (SELECT value FROM json_each(?))",
        )
        .bind(tenant, JSON.stringify(names)),
      database.prepare("DELETE FROM item_days WHERE tenant = ? AND day < ?").bind(tenant, day),
    ]);
    return names.length;
  }

  async #files(tenant: TenantId, [shard, seq]: LogCursor = [-1, -1]): Promise<readonly FileRow[]> {
    const { results } = await this.#settings.database
      .prepare(
        `SELECT shard, seq, name, digest FROM event_files
         WHERE tenant = ? AND (shard, seq) > (?, ?) ORDER BY shard, seq LIMIT ?`,
      )
      .bind(tenant, shard, seq, SLICE_FILES)
      .all<FileRow>();
    return results;
  }

  async #purgeFile(
    tenant: TenantId,
    file: FileRow,
    gone: Gone,
  ): Promise<ReadonlyMap<UserId, number>> {
    const { bucket } = this.#settings;
    const object = await bucket.get(file.name);
    if (object === null) return new Map();
    const text = await object.text();
    const purged = purgedText(text, gone);
    if (purged === undefined) {
      if (digestOf(text) !== file.digest) await this.#note(tenant, file, text);
      return new Map();
    }
    await bucket.put(file.name, purged.text, {
      httpMetadata: { contentType: "application/x-ndjson" },
    });
    await this.#note(tenant, file, purged.text);
    return purged.removed;
  }

  /** The times of its events stay: they bound what is in it all the same. */
  async #note(tenant: TenantId, { shard, seq }: FileRow, text: string): Promise<void> {
    const events = text.split("\n").length - 1;
    await this.#settings.database
      .prepare(
        `UPDATE event_files SET events = ?, bytes = ?, digest = ?
         WHERE tenant = ? AND shard = ? AND seq = ?`,
      )
      .bind(events, new TextEncoder().encode(text).byteLength, digestOf(text), tenant, shard, seq)
      .run();
  }
}

function cursorAfter(files: readonly FileRow[]): LogCursor | undefined {
  const last = files.at(-1);
  return last === undefined || files.length < SLICE_FILES ? undefined : [last.shard, last.seq];
}
