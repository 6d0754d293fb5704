/** One file into one tenant: read, map, check, send, and remember how far it came. */
import path from "node:path";
import type { AdminClient } from "../admin/admin-client.ts";
import { NAME_WIDTH } from "../admin/run-job.ts";
import { projectRoot } from "../run-command.ts";
import { elapsed, wholeNumber } from "../start/steps.ts";
import { type Checkpoint, NO_CHECKPOINT, openCheckpoint } from "./checkpoint.ts";
import { checkColumns } from "./map-columns.ts";
import { openRecords, type Records } from "./open-records.ts";
import { STDIN } from "./open-source.ts";
import type { ColumnMap, ImportOptions } from "./options.ts";
import { showProgress, type Progress } from "./progress.ts";
import { type Acknowledged, type PreparedRow, pushRows, type PushOptions } from "./push-rows.ts";
import type { RowKind } from "./row-kind.ts";
import { writeRejects } from "./write-rejects.ts";

const checkpointFolder = path.join(projectRoot, ".nearfeed", "imports");

export interface FileImport {
  readonly file: string;
  readonly kind: RowKind;
  readonly map: ColumnMap;
  readonly options: Pick<ImportOptions, "tenant" | "url" | "shiftToNow" | "rejects" | "restart">;
  readonly client: Pick<AdminClient, "postRows">;
  readonly checkpoints?: string;
  readonly batching?: Pick<PushOptions, "batchRows" | "concurrency">;
  readonly progressOf?: typeof showProgress;
}

export interface FileOutcome {
  readonly accepted: number;
  readonly rejected: number;
  /** Added to every time. */
  readonly shiftMs: number;
  /** Forgets how far the import came; called when everything that belongs to it is done. */
  readonly complete: () => void;
}

export interface FileContext {
  /** Nothing of this file can be in yet. */
  readonly freshTenant: boolean;
  /** The offset of a file that belongs to this one. */
  readonly givenShiftMs?: number;
  /** Another file of the same command wrote to the file of `--rejects` before. */
  readonly appendRejects: boolean;
}

/** Throws when a mapping or a needed column does not fit the file; reads only its beginning. */
export async function checkFile({ file, kind, map }: FileImport): Promise<Records> {
  const records = await openRecords(file);
  checkColumns(records.columns, { file, option: kind.mapOption, map, needed: kind.needed });
  return records;
}

/** `records` is what `checkFile` returned. */
export async function importFile(
  job: FileImport,
  records: Records,
  { freshTenant, givenShiftMs, appendRejects }: FileContext,
): Promise<FileOutcome> {
  const { file, kind, options, progressOf = showProgress } = job;
  const checkpoint = await checkpointOf(job, records);
  if (options.restart || freshTenant) checkpoint.remove();
  const before = checkpoint.load();
  const shiftMs = before?.shiftMs ?? givenShiftMs ?? (await measureShift(job));
  const progress = progressOf({
    label: kind.name,
    alreadyDone: before?.records ?? 0,
    fraction: () => fractionOf(records),
  });
  if (before !== undefined) {
    progress.say(
      `  ${kind.name}: continuing after the first ${wholeNumber(before.records)} rows of ${file}`,
    );
  }
  const rejects = writeRejects({
    source: file === STDIN ? "stdin" : path.basename(file),
    append: before !== undefined || appendRejects,
    say: progress.say,
    ...(options.rejects === undefined ? {} : { file: options.rejects }),
  });
  const done = {
    records: before?.records ?? 0,
    accepted: before?.accepted ?? 0,
    rejected: before?.rejected ?? 0,
  };
  const sinceMs = performance.now();
  const rows = prepare(job, records, done.records, shiftMs);
  try {
    const total = await pushRows(rows, {
      ...job.batching,
      send: (body) => job.client.postRows(options.tenant, kind.name, body),
      onRejected: rejects.add,
      onAcknowledged: (now) => {
        const sum = add(done, now);
        checkpoint.save({ ...sum, shiftMs });
        progress.update(sum.records);
      },
    });
    const sum = add(done, total);
    rejects.end();
    report(progress, kind, sum, total.records, performance.now() - sinceMs);
    const complete = (): void => checkpoint.remove();
    return { accepted: sum.accepted, rejected: sum.rejected, shiftMs, complete };
  } catch (error) {
    rejects.end();
    progress.end();
    throw error;
  }
}

const add = (a: Acknowledged, b: Acknowledged): Acknowledged => ({
  records: a.records + b.records,
  accepted: a.accepted + b.accepted,
  rejected: a.rejected + b.rejected,
});

function report(
  progress: Progress,
  kind: RowKind,
  sum: Acknowledged,
  records: number,
  tookMs: number,
): void {
  const rejected = sum.rejected === 0 ? "" : `, ${wholeNumber(sum.rejected)} rejected`;
  const rate = wholeNumber(Math.round((records / Math.max(tookMs, 1)) * 1_000));
  progress.end();
  progress.say(
    `  ${kind.name.padEnd(NAME_WIDTH)}${wholeNumber(sum.accepted)} rows in${rejected}, ` +
      `${elapsed(tookMs)}, ${rate} rows/s`,
  );
}

async function* prepare(
  { kind, map }: FileImport,
  { records }: Records,
  skip: number,
  shiftMs: number,
): AsyncGenerator<PreparedRow> {
  let at = 0;
  for await (const record of records) {
    at += 1;
    if (at <= skip) continue;
    yield {
      record,
      text:
        record.value === undefined
          ? { ok: false, reason: record.fault }
          : kind.toText(record.value, map, shiftMs),
    };
  }
}

function checkpointOf(
  { file, kind, map, options, checkpoints = checkpointFolder }: FileImport,
  { source }: Records,
): Promise<Checkpoint> {
  if (file === STDIN) return Promise.resolve(NO_CHECKPOINT);
  const { tenant, url, shiftToNow } = options;
  return openCheckpoint(checkpoints, {
    tenant,
    url,
    kind: kind.name,
    file,
    head: source.head,
    options: { map: [...map], shiftToNow },
  });
}

/** A pass of its own: the newest time may stand in the last row. */
async function measureShift({ file, kind, map, options }: FileImport): Promise<number> {
  if (!options.shiftToNow) return 0;
  const { records } = await openRecords(file);
  let newestMs: number | undefined;
  for await (const { value } of records) {
    const timeMs = value === undefined ? undefined : kind.timeOf(value, map);
    if (timeMs !== undefined && (newestMs === undefined || timeMs > newestMs)) newestMs = timeMs;
  }
  return newestMs === undefined ? 0 : Date.now() - newestMs;
}

function fractionOf({ source }: Records): number | undefined {
  const { sizeBytes } = source;
  return sizeBytes === undefined || sizeBytes === 0 ? undefined : source.readBytes() / sizeBytes;
}
