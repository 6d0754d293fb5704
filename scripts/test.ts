/**
 * `npm test [-- project…]`: prepares what tests need, runs the vitest projects (all, or those named) and
 * ends with one line that a machine can read. Further arguments go to vitest: `npm test -- unit -t walk`.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Summary, type TestReport, summarize, summaryLine } from "./test/summary.ts";
import { ensureRedis } from "./test/ensure-redis.ts";
import { onPath, projectRoot, runCommand } from "./run-command.ts";

const projects: readonly string[] = ["unit", "contract", "lua", "workers", "survival", "browser"];

/** Suites of which at least a part needs a Redis-protocol server. */
const onRedis: ReadonlySet<string> = new Set(["lua", "contract", "survival"]);

function parseArguments(args: readonly string[]) {
  const firstOther = args.findIndex((arg) => !projects.includes(arg));
  const end = firstOther === -1 ? args.length : firstOther;
  return { chosen: args.slice(0, end), others: args.slice(end) };
}

/** Builds what tests run against; says which preparations failed. */
async function prepare(chosen: readonly string[]): Promise<number> {
  if (chosen.some((project) => onRedis.has(project))) await ensureRedis();
  if (chosen.includes("browser") && !["chromium", "chromium-browser"].some(onPath)) {
    console.warn('SKIPPED: no chromium on this machine, so suite "browser" does not run.');
  }
  const steps = [["scripts/build-lua.ts", "--check"], ["scripts/build.ts"]];
  let failures = 0;
  for (const step of steps) {
    const { exitCode, output } = await runCommand("node", step);
    if (exitCode === 0) continue;
    failures += 1;
    console.error(`FAILED: node ${step.join(" ")}\n${output.trim()}`);
  }
  return failures;
}

async function runVitest(chosen: readonly string[], others: readonly string[]): Promise<Summary> {
  const folder = mkdtempSync(join(tmpdir(), "nearfeed-test-"));
  const reportPath = join(folder, "report.json");
  try {
    const { exitCode } = await runCommand(
      "vitest",
      [
        "run",
        ...chosen.flatMap((project) => ["--project", project]),
        "--reporter=default",
        "--reporter=json",
        `--outputFile.json=${reportPath}`,
        ...others,
      ],
      { console: "shared" },
    );
    const report = existsSync(reportPath)
      ? (JSON.parse(readFileSync(reportPath, "utf8")) as TestReport)
      : undefined;
    return summarize(report, exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.chdir(projectRoot);
const { chosen, others } = parseArguments(process.argv.slice(2));
const wanted = chosen.length > 0 ? chosen : projects;
const unprepared = await prepare(wanted);
const run = await runVitest(chosen, others);
const summary = { ...run, failed: run.failed + unprepared };
if (summary.passed + summary.failed === 0) console.error("no test ran");
process.exitCode = summary.failed > 0 || summary.passed === 0 ? 1 : 0;
console.log(summaryLine(summary));
