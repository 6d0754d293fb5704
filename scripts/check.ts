/**
 * `npm run check`: everything short of the whole test suite, the same here and in CI. `--fix` first
 * formats and renews what is generated. One line a step; what failed is told in full at the end.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type CommandOutcome, onPath, projectRoot, runCommand } from "./run-command.ts";

interface Step {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** Why this machine or this checkout cannot run the step; it is then skipped, loudly. */
  readonly obstacle?: string | undefined;
}

// Two steps at a time: the linter, the compiler and vitest each use more than one core already.
const CONCURRENT_STEPS = 2;

const fixes: readonly Step[] = [
  { name: "build lua", command: ["node", "scripts/build-lua.ts"] },
  { name: "write tables of the docs", command: ["node", "scripts/check-docs.ts", "--write"] },
  { name: "format lua", command: ["stylua", "lua"] },
  { name: "format", command: ["oxfmt"] },
];

const typeProjects = [
  "tsconfig.json",
  "tsconfig.node.json",
  "tsconfig.web.json",
  "test/browser/tsconfig.json",
  "test/workers/tsconfig.json",
].filter((path) => existsSync(join(projectRoot, path)));

// Slowest first, so that the last step to start is a short one.
const checks: readonly Step[] = [
  { name: "unit tests", command: ["vitest", "run", "--project", "unit"] },
  { name: "lint", command: ["node", "scripts/check-lint.ts"] },
  { name: "dead code", command: ["knip"] },
  ...typeProjects.map((path): Step => ({ name: `types ${path}`, command: ["tsc", "-p", path] })),
  { name: "rooms", command: ["node", "scripts/check-rooms.ts"] },
  { name: "tables of the docs", command: ["node", "scripts/check-docs.ts"] },
  { name: "format", command: ["oxfmt", "--check"] },
  { name: "lua headers", command: ["node", "scripts/build-lua.ts", "--check"] },
  { name: "lua format", command: ["stylua", "--check", "lua"] },
  {
    name: "lua lint",
    command: ["node", "scripts/check-lua.ts"],
    obstacle: onPath("luacheck") ? undefined : "luacheck is not installed (Debian: lua-check)",
  },
];

interface Result extends CommandOutcome {
  readonly step: Step;
}

function report(step: Step, word: string, startedMs: number): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${word.padEnd(7)} ${step.name.padEnd(34)} ${seconds.padStart(5)} s`);
}

async function runStep(step: Step): Promise<Result> {
  const startedMs = performance.now();
  if (step.obstacle !== undefined) {
    console.log(`SKIPPED ${step.name.padEnd(34)} ${step.obstacle}`);
    return { step, exitCode: 0, output: "" };
  }
  const [program, ...args] = step.command;
  const outcome = await runCommand(program, args);
  report(step, outcome.exitCode === 0 ? "ok" : "FAILED", startedMs);
  return { step, ...outcome };
}

async function runSteps(steps: readonly Step[], concurrency: number): Promise<Result[]> {
  const waiting = [...steps];
  const results: Result[] = [];
  const lane = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      results.push(await runStep(step));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return results;
}

const startedMs = performance.now();
const fixed = process.argv.includes("--fix") ? await runSteps(fixes, 1) : [];
const failures = [...fixed, ...(await runSteps(checks, CONCURRENT_STEPS))].filter(
  (result) => result.exitCode !== 0,
);
for (const { step, output } of failures) {
  console.error(`\n── ${step.name}: ${step.command.join(" ")}\n${output.trim()}`);
}
const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
if (failures.length > 0) {
  console.error(`\n${failures.length} of ${checks.length} checks failed in ${seconds} s`);
  process.exitCode = 1;
} else {
  console.log(`\nall ${checks.length} checks passed in ${seconds} s`);
}
