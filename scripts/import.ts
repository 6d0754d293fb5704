/** `npm run import`: a catalogue, and watch history, from files into a tenant of a running Worker. */
import { adminClient, AdminError, type JobName } from "./admin/admin-client.ts";
import { neededAdminKey } from "./admin/admin-key.ts";
import { NAME_WIDTH, runJobs } from "./admin/run-job.ts";
import { checkFile, type FileImport, importFile } from "./import/import-file.ts";
import { ImportError } from "./import/import-error.ts";
import { HELP, type ImportOptions, parseImportOptions } from "./import/options.ts";
import { itemKind, watchedKind } from "./import/row-kind.ts";
import { elapsed } from "./start/steps.ts";
import { stopSignal } from "./start/stop-signals.ts";

const EXIT_REJECTED = 2;
const EXIT_FAILED = 1;

const stopping = stopSignal();

try {
  const options = parseImportOptions(process.argv.slice(2));
  if (options === undefined) console.log(HELP);
  else process.exitCode = await runImport(options);
} catch (error) {
  process.exitCode = EXIT_FAILED;
  if (stopping.aborted) {
    console.error("\n  Stopped. The same command continues from here.");
  } else {
    console.error(`\n  ${describe(error)}`);
  }
}

async function runImport(options: ImportOptions): Promise<number> {
  const { tenant, url, name } = options;
  const adminKey = neededAdminKey(options.adminKey);
  const client = adminClient({
    url,
    adminKey,
    signal: stopping,
    onRetry: (reason, waitMs) => console.error(`\n  ${reason}; again in ${elapsed(waitMs)}`),
  });
  const jobs: FileImport[] = [
    ...(options.items === undefined
      ? []
      : [{ file: options.items, kind: itemKind, map: options.map, options, client }]),
    ...(options.watched === undefined
      ? []
      : [{ file: options.watched, kind: watchedKind, map: options.mapWatched, options, client }]),
  ];
  // Every file is looked at before the first row is sent.
  const opened = [];
  for (const job of jobs) opened.push({ job, records: await checkFile(job) });

  const { created } = await client.putTenant(tenant, name);
  console.error(`  ${"tenant".padEnd(NAME_WIDTH)}${tenant}${created ? ", created" : ""}`);
  const completions: (() => void)[] = [];
  let rejected = 0;
  let givenShiftMs: number | undefined;
  for (const { job, records } of opened) {
    const outcome = await importFile(job, records, {
      freshTenant: created,
      appendRejects: completions.length > 0,
      ...(givenShiftMs === undefined ? {} : { givenShiftMs }),
    });
    completions.push(outcome.complete);
    rejected += outcome.rejected;
    givenShiftMs = outcome.shiftMs;
    if (options.shiftToNow && job.kind === jobs[0]?.kind) sayShift(outcome.shiftMs);
  }
  const due: JobName[] = [];
  if (options.items !== undefined) due.push("refresh-pools", "update-popularity");
  if (options.watched !== undefined) due.push("sync-watched");
  await runJobs(client, tenant, due, console.error);
  for (const complete of completions) complete();
  console.error(`\n  curl "${url}/t/${tenant}/recommend/ana?count=5&fields=title,channel"`);
  return rejected === 0 ? 0 : EXIT_REJECTED;
}

function sayShift(shiftMs: number): void {
  const days = (shiftMs / 86_400_000).toFixed(1);
  console.error(`  ${"times".padEnd(NAME_WIDTH)}moved by ${days} days, so that the newest is now`);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const ours = error instanceof ImportError || error instanceof AdminError;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  // parseArgs explains a wrong option well; anything else of Node's is a surprise and comes with its stack.
  return ours || code.startsWith("ERR_PARSE_ARGS") ? error.message : (error.stack ?? error.message);
}
