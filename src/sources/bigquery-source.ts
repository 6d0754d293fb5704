/**
 * System A's tables in BigQuery: items of three queries, merged by id, and the watch history since the last run.
 * What an item says: its score from `popularity`, its time from `freshness`, that it is there from any of them.
 */
import { DAY_MS } from "../domain/epoch-time.ts";
import { FailureError } from "../domain/failure.ts";
import { parseItemId, parseUserId } from "../domain/ids.ts";
import type { WatchedRow } from "../users/watch-log.ts";
import {
  BigQueryClient,
  type BigQueryPorts,
  type Query,
  type QueryRow,
} from "./bigquery-client.ts";
import {
  fallbackQuery,
  freshnessQuery,
  historyQuery,
  popularityQuery,
} from "./bigquery-queries.ts";
import { parseServiceAccount } from "./bigquery-token.ts";
import { renamed } from "./read-file.ts";
import type { ReadSource, SourceAsk, SourceBatch } from "./source-batch.ts";
import type { BigQuerySource } from "./source-config.ts";

export interface BigQueryOptions extends BigQueryPorts {
  secretOf(name: string): string;
  /** Only a demo may ask another server than Google's with a service account's token. */
  readonly allowBaseUrl: boolean;
}

const GOOGLE = "https://bigquery.googleapis.com";
/** Freshness windows end at 90 days. */
const FRESH_DAYS = 90;
/** What the first run takes of the history: as long as a watched filter remembers. */
const HISTORY_DAYS = 30;

/** Where the history goes on; ids break ties. */
interface HistoryCursor {
  readonly atMs: number;
  readonly user: string;
  readonly video: string;
}

export function bigquerySource(options: BigQueryOptions): ReadSource<BigQuerySource> {
  return async function* read(ask) {
    const client = clientOf(options, ask.config);
    if (ask.dryRun) yield { bytes: 0, estimatedBytes: await estimate(client, ask) };
    yield* readItems(client, ask);
    if (ask.config.gives.includes("history")) yield* readHistory(client, ask);
  };
}

/** What a run will process, in bytes; nothing is run or billed for it. */
async function estimate(client: BigQueryClient, ask: SourceAsk<BigQuerySource>): Promise<number> {
  const { dataset, limits, gives } = ask.config;
  const queries = itemQueries(ask);
  if (gives.includes("history")) queries.push(historyQuery(dataset, startOf(ask), limits.rows));
  let bytes = 0;
  for (const query of queries) bytes += await client.estimate(query);
  return bytes;
}

function clientOf(options: BigQueryOptions, config: BigQuerySource): BigQueryClient {
  if (config.base_url !== undefined && !options.allowBaseUrl) {
    throw new FailureError("SOURCE_UNAVAILABLE", "base_url is only for demos.");
  }
  return new BigQueryClient(options, {
    project: config.project,
    location: config.location,
    maximumBytesBilled: config.maximum_bytes_billed,
    baseUrl: config.base_url?.replace(/\/$/, "") ?? GOOGLE,
    account: parseServiceAccount(options.secretOf(config.credentials)),
  });
}

function itemQueries({ config, nowMs }: SourceAsk<BigQuerySource>): Query[] {
  const { dataset, limits, gives } = config;
  // A day's edge, so that the same query may be answered from BigQuery's own cache.
  const since = Math.floor(nowMs / DAY_MS - FRESH_DAYS) * DAY_MS;
  const all = [
    ["popularity", popularityQuery(dataset, limits.rows)],
    ["freshness", freshnessQuery(dataset, since, limits.rows)],
    ["fallback", fallbackQuery(dataset, limits.rows)],
  ] as const;
  return all.filter(([name]) => gives.includes(name)).map(([, query]) => query);
}

async function* readItems(
  client: BigQueryClient,
  ask: SourceAsk<BigQuerySource>,
): AsyncGenerator<SourceBatch> {
  const queries = itemQueries(ask);
  if (queries.length === 0) return;
  const items = new Map<string, Record<string, unknown>>();
  const { columns, limits } = ask.config;
  let bytes = 0;
  for (const query of queries) {
    for await (const page of client.rows(query)) {
      bytes += page.bytes;
      for (const row of page.rows) {
        const { video_id: id, ...fields } = row;
        if (id == null) continue;
        const item = items.get(id) ?? { id };
        for (const [name, value] of Object.entries(fields)) {
          if (value !== null) item[name] = value;
        }
        items.set(id, item);
      }
      if (items.size > limits.rows) {
        throw new FailureError("SOURCE_UNAVAILABLE", `There are more than ${limits.rows} items.`);
      }
    }
  }
  const rows = [...items.values()].map((row) => renamed(row, columns));
  yield { items: rows, bytes, whole: true };
}

async function* readHistory(
  client: BigQueryClient,
  ask: SourceAsk<BigQuerySource>,
): AsyncGenerator<SourceBatch> {
  const { config } = ask;
  const query = historyQuery(config.dataset, startOf(ask), config.limits.rows);
  for await (const { rows, bytes } of client.rows(query)) {
    const watched: WatchedRow[] = [];
    const faults: string[] = [];
    for (const row of rows) {
      const read = watchedOf(row);
      if (read === undefined) faults.push("history: no user, video or time that can be read");
      else watched.push(read);
    }
    const last = watched.at(-1);
    const cursor =
      last === undefined
        ? {}
        : { cursor: { atMs: last.watchedAtMs, user: last.user, video: last.item } };
    yield { watched, faults, bytes, ...cursor };
  }
}

function startOf({ cursor, nowMs }: SourceAsk): HistoryCursor {
  const { atMs, user, video } = cursor ?? {};
  if (typeof atMs === "number" && typeof user === "string" && typeof video === "string") {
    return { atMs, user, video };
  }
  return { atMs: nowMs - HISTORY_DAYS * DAY_MS, user: "", video: "" };
}

function watchedOf(row: QueryRow): WatchedRow | undefined {
  const user = parseUserId(row["user_id"] ?? "");
  const item = parseItemId(row["video_id"] ?? "");
  const watchedAtMs = Number(row["watched_at"] ?? Number.NaN);
  if (user === undefined || item === undefined || !Number.isSafeInteger(watchedAtMs)) {
    return undefined;
  }
  return { user, item, watchedAtMs };
}
