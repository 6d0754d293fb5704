/** A file in R2, below the tenant's own prefix. */
import { FailureError } from "../domain/failure.ts";
import { readFile } from "./read-file.ts";
import type { ReadSource } from "./source-batch.ts";
import type { R2Source } from "./source-config.ts";

const r2SourceKey = (tenant: string, key: string): string => `sources/${tenant}/${key}`;

export function r2Source(bucket: R2Bucket): ReadSource<R2Source> {
  return async function* read({ tenant, config, cursor }) {
    const etag = cursor?.["etag"];
    const since = typeof etag === "string" ? { onlyIf: { etagDoesNotMatch: etag } } : {};
    const object = await bucket.get(r2SourceKey(tenant, config.key), since);
    if (object === null) {
      throw new FailureError("SOURCE_UNAVAILABLE", "There is no object of this key.");
    }
    // Without a body: it is what it was.
    if (!("body" in object)) return;
    const body = object.body as ReadableStream<Uint8Array>;
    yield* readFile(config, { body, etag: object.etag, name: config.key });
  };
}
