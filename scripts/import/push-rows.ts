/** Sends rows in batches, a few at a time, and tells how far the file is done without a gap. */
import type { RowsAnswer } from "../admin/admin-client.ts";
import type { RowText } from "./row-kind.ts";
import type { SourceRecord } from "./source-record.ts";

/** D1 writes a batch of 2,000 in about 0.2 s locally; the Worker takes at most 5,000 lines and 8 MB. */
const BATCH_ROWS = 2_000;
const BATCH_CHARACTERS = 2_000_000;
/** A second batch travels while the first is written; D1 writes one at a time, so more do not help. */
const CONCURRENCY = 3;

export interface PreparedRow {
  readonly record: SourceRecord;
  readonly text: RowText;
}

export interface RejectedRow {
  readonly line: number;
  readonly reason: string;
  readonly row?: unknown;
}

export interface Acknowledged {
  /** Records since the beginning of this push, without a gap. */
  readonly records: number;
  readonly accepted: number;
  readonly rejected: number;
}

export interface PushOptions {
  readonly send: (body: string) => Promise<RowsAnswer>;
  /** In the order of the file. */
  readonly onRejected: (row: RejectedRow) => void;
  /** After each batch that left no gap. */
  readonly onAcknowledged: (progress: Acknowledged) => void;
  readonly batchRows?: number;
  readonly concurrency?: number;
}

interface Batch {
  readonly rows: PreparedRow[];
  readonly keys: Set<string>;
  characters: number;
  /** Set when the Worker has answered. */
  outcome?: { readonly accepted: number; readonly rejected: readonly RejectedRow[] };
}

const emptyBatch = (): Batch => ({ rows: [], keys: new Set(), characters: 0 });

export async function pushRows(
  rows: AsyncIterable<PreparedRow>,
  options: PushOptions,
): Promise<Acknowledged> {
  const { batchRows = BATCH_ROWS, concurrency = CONCURRENCY } = options;
  const inFlight = new Map<Batch, Promise<void>>();
  /** In the order of the file; answered ones leave from the front. */
  const waiting: Batch[] = [];
  let total: Acknowledged = { records: 0, accepted: 0, rejected: 0 };
  let failure: { readonly error: unknown } | undefined;

  function acknowledge(): void {
    let advanced = false;
    for (let first = waiting[0]; first?.outcome !== undefined; first = waiting[0]) {
      waiting.shift();
      advanced = true;
      for (const row of first.outcome.rejected) options.onRejected(row);
      total = {
        records: total.records + first.rows.length,
        accepted: total.accepted + first.outcome.accepted,
        rejected: total.rejected + first.outcome.rejected.length,
      };
    }
    if (advanced) options.onAcknowledged(total);
  }

  async function dispatch(batch: Batch): Promise<void> {
    while (inFlight.size >= concurrency || overlaps(batch, inFlight.keys())) {
      await Promise.race(inFlight.values());
      if (failure !== undefined) return;
    }
    waiting.push(batch);
    const sent = send(batch, options.send).then(
      (outcome) => {
        batch.outcome = outcome;
        inFlight.delete(batch);
        acknowledge();
      },
      (error: unknown) => {
        failure ??= { error };
        inFlight.delete(batch);
      },
    );
    inFlight.set(batch, sent);
  }

  let batch = emptyBatch();
  try {
    for await (const row of rows) {
      add(batch, row);
      if (batch.rows.length >= batchRows || batch.characters >= BATCH_CHARACTERS) {
        await dispatch(batch);
        batch = emptyBatch();
      }
      if (failure !== undefined) break;
    }
  } catch (error) {
    // What was read before the file turned out to be broken goes in all the same.
    if (batch.rows.length > 0 && failure === undefined) await dispatch(batch);
    await Promise.all(inFlight.values());
    throw error;
  }
  if (batch.rows.length > 0 && failure === undefined) await dispatch(batch);
  await Promise.all(inFlight.values());
  if (failure !== undefined) throw failure.error;
  return total;
}

function add(batch: Batch, row: PreparedRow): void {
  batch.rows.push(row);
  if (!row.text.ok) return;
  batch.keys.add(row.text.key);
  batch.characters += row.text.json.length + 1;
}

/** Two batches with the same item must not race: the row that comes later in the file is to win. */
function overlaps(batch: Batch, others: Iterable<Batch>): boolean {
  for (const other of others) {
    for (const key of batch.keys) {
      if (other.keys.has(key)) return true;
    }
  }
  return false;
}

async function send(
  batch: Batch,
  post: PushOptions["send"],
): Promise<NonNullable<Batch["outcome"]>> {
  const good: PreparedRow[] = [];
  const lines: string[] = [];
  const reasons = new Map<PreparedRow, string>();
  for (const row of batch.rows) {
    if (row.text.ok) {
      good.push(row);
      lines.push(row.text.json);
    } else {
      reasons.set(row, row.text.reason);
    }
  }
  const answer =
    lines.length === 0 ? { accepted: 0, rejected: [] } : await post(`${lines.join("\n")}\n`);
  for (const { line, reason } of answer.rejected) {
    const row = good[line - 1];
    if (row !== undefined) reasons.set(row, reason);
  }
  const rejected = batch.rows.flatMap((row): RejectedRow[] => {
    const reason = reasons.get(row);
    if (reason === undefined) return [];
    const { line, value } = row.record;
    return [{ line, reason, ...(value === undefined ? {} : { row: value }) }];
  });
  return { accepted: answer.accepted, rejected };
}
