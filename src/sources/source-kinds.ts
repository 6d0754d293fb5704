/** Each kind of source has a reader of its own; one that the deployment does not have says so. */
import { FailureError } from "../domain/failure.ts";
import type { ReadSource } from "./source-batch.ts";
import type { BigQuerySource, HttpSource, PostgresSource, R2Source } from "./source-config.ts";

export interface SourceReaders {
  readonly http: ReadSource<HttpSource>;
  readonly r2: ReadSource<R2Source>;
  readonly bigquery: ReadSource<BigQuerySource>;
  /** Absent without the binding GIFTS_DB. */
  readonly postgres?: ReadSource<PostgresSource> | undefined;
}

export function readAnySource(readers: SourceReaders): ReadSource {
  return (ask) => {
    const { config } = ask;
    switch (config.kind) {
      case "http":
        return readers.http({ ...ask, config });
      case "r2":
        return readers.r2({ ...ask, config });
      case "bigquery":
        return readers.bigquery({ ...ask, config });
      case "postgres":
        if (readers.postgres === undefined) {
          throw new FailureError("SOURCE_UNAVAILABLE", "This deployment has no GIFTS_DB binding.");
        }
        return readers.postgres({ ...ask, config });
    }
  };
}
