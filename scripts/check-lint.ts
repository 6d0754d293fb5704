/**
 * The linter, and two things it cannot say by itself: that its rules with type information really run
 * (a planted floating promise must be found), and that every disabled rule says why.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot, runCommand } from "./run-command.ts";

const planted = "test/support/planted-lint";
const disable = /(?:oxlint|eslint)-disable/;
const reason = /-disable(?:-next-line|-line)? +\S+.* -- \S+/;

function disablesWithoutReason(): string[] {
  return globSync("{src,scripts,test}/**/*.{ts,mjs}", { cwd: projectRoot }).flatMap((path) =>
    readFileSync(join(projectRoot, path), "utf8")
      .split("\n")
      .flatMap((line, index) =>
        /^\s*(?:\/\/|\/\*)/.test(line) && disable.test(line) && !reason.test(line)
          ? [`${path}:${index + 1} disables a rule without a reason: add " -- why"`]
          : [],
      ),
  );
}

const [lint, plant] = await Promise.all([
  runCommand("oxlint", ["--type-aware"]),
  // A configuration of its own: the project's ignores the planted file.
  runCommand("oxlint", [
    "--type-aware",
    "-c",
    `${planted}/oxlintrc.json`,
    `${planted}/floating-promise.ts`,
  ]),
]);
const problems = disablesWithoutReason();
if (lint.exitCode !== 0) problems.push(lint.output.trim());
if (!plant.output.includes("no-floating-promises")) {
  problems.push(`the linter no longer finds the floating promise in ${planted}\n${plant.output}`);
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(lint.output.trim().split("\n").at(-1));
