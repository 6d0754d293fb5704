/** System E's database on a real PostgreSQL, small, for the tests of one file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll } from "vitest";
import { fillGifts } from "../../scripts/gifts/fill-gifts.ts";
import { SMALL_SIZE } from "../../scripts/gifts/gift-data.ts";
import {
  type PostgresCluster,
  postgresMissing,
  startPostgres,
} from "../../scripts/gifts/postgres-cluster.ts";
import { postgresSource } from "../../src/sources/postgres-source.ts";
import type { ReadSource, SourceCursor } from "../../src/sources/source-batch.ts";
import { aSource, type SourceWorld } from "./source-fixture.ts";

if (postgresMissing !== undefined) console.warn(`SKIPPED: ${postgresMissing}`);

const START_MS = 60_000;

export interface GiftDatabase {
  /** What psql answers. */
  readonly psql: (sql: string) => Promise<string>;
  /** A source that reads it. */
  readonly source: (config?: object, cursor?: SourceCursor) => SourceWorld;
}

/** Started before the tests of the block that it is called in, and stopped after them. */
export function giftDatabase(): GiftDatabase {
  let folder = "";
  let cluster: PostgresCluster | undefined;
  const started = (): PostgresCluster => {
    if (cluster === undefined) throw new Error("not started");
    return cluster;
  };
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "nearfeed-gifts-"));
    cluster = await startPostgres(folder);
    await fillGifts(cluster, SMALL_SIZE, Date.now());
  }, START_MS);
  afterAll(async () => {
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    psql: (sql) => started().psql(sql),
    source: (config, cursor) =>
      aSource(
        { kind: "postgres", ...config },
        postgresSource(started().url) as ReadSource,
        Date.now(),
        cursor,
      ),
  };
}
