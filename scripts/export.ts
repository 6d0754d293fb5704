/** `npm run export`: a whole tenant into a file, and back. */
import { adminClient, AdminError } from "./admin/admin-client.ts";
import { neededAdminKey } from "./admin/admin-key.ts";
import { ExportError, type ExportOptions, HELP, parseExportOptions } from "./export/options.ts";
import { computeAgain, putBack } from "./export/put-back.ts";
import { takeOut } from "./export/take-out.ts";
import { elapsed, wholeNumber } from "./start/steps.ts";
import { stopSignal } from "./start/stop-signals.ts";

const EXIT_FAILED = 1;

const stopping = stopSignal();

try {
  const options = parseExportOptions(process.argv.slice(2));
  if (options === undefined) console.log(HELP);
  else await run(options);
} catch (error) {
  process.exitCode = EXIT_FAILED;
  if (stopping.aborted) {
    console.error("\n  Stopped. The same command continues from here.");
  } else {
    console.error(`\n  ${describe(error)}`);
  }
}

async function run(options: ExportOptions): Promise<void> {
  const { tenant, url, file, restore } = options;
  const adminKey = neededAdminKey(options.adminKey);
  const client = adminClient({
    url,
    adminKey,
    signal: stopping,
    onRetry: (reason, waitMs) => console.error(`\n  ${reason}; again in ${elapsed(waitMs)}`),
  });
  const sinceMs = performance.now();
  const say = (lines: number): void => {
    process.stderr.write(`\r  ${wholeNumber(lines)} lines`);
  };
  const lines = await (restore ? putBack : takeOut)({ ...options, client, say });
  const took = elapsed(performance.now() - sinceMs);
  console.error(`\r  ${wholeNumber(lines)} lines ${restore ? "from" : "in"} ${file}, ${took}`);
  if (!restore) return;
  await computeAgain(client, tenant, console.error);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const ours = error instanceof ExportError || error instanceof AdminError;
  return ours || code.startsWith("ERR_PARSE_ARGS") || code === "ENOENT"
    ? error.message
    : (error.stack ?? error.message);
}
