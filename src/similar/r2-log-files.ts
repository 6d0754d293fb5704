/** The log in R2, by its manifest in D1 (`event_files`). */
import type { TenantId } from "../domain/ids.ts";
import type { LogFile, LogFiles, LogPlace, WeighedEvent } from "./log-files.ts";

export interface R2LogSettings {
  readonly database: D1Database;
  readonly bucket: R2Bucket;
  /** The codec of the log. */
  readonly readLines: (text: string) => Iterable<WeighedEvent>;
}

export class R2LogFiles implements LogFiles {
  readonly #settings: R2LogSettings;

  constructor(settings: R2LogSettings) {
    this.#settings = settings;
  }

  async after(tenant: TenantId, place: LogPlace): Promise<readonly LogFile[]> {
    const { results } = await this.#settings.database
      .prepare(
        `SELECT files.shard, files.seq, files.name, files.events FROM event_files AS files
         LEFT JOIN json_each(?2) AS place ON CAST(place.key AS INTEGER) = files.shard
         WHERE files.tenant = ?1 AND (place.value IS NULL OR files.seq > place.value)
         ORDER BY files.shard, files.seq`,
      )
      .bind(tenant, JSON.stringify(place))
      .all<LogFile>();
    return results;
  }

  async events({ name }: LogFile): Promise<Iterable<WeighedEvent>> {
    const object = await this.#settings.bucket.get(name);
    return object === null ? [] : this.#settings.readLines(await object.text());
  }
}
