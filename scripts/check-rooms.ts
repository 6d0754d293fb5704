/**
 * Holds `src/` to the table of `scripts/rooms.ts`, and shows that it can fail: a planted tree of bad
 * files must be reported, file by file and rule by rule.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { cruise } from "dependency-cruiser";
import type { ICruiseResult, IRegularForbiddenRuleType } from "dependency-cruiser";
import { adapterPickers, misorderedImports, packagesOfRooms, suppliers } from "./room-rules.ts";
import { rooms } from "./rooms.ts";

type Rule = IRegularForbiddenRuleType;

const root = join(import.meta.dirname, "..");
const plantedRoot = join(root, "test/support/planted-rooms");

function pattern(names: readonly string[]): string {
  const paths = rooms.filter((room) => names.includes(room.name)).map((room) => room.path);
  return `^(${paths.map((path) => path.replaceAll(".", "\\.")).join("|")})`;
}

function rule(name: string, why: string, from: Rule["from"], to: Rule["to"]): Rule {
  return { name, comment: why, severity: "error", from, to };
}

/** All import rules. Every one of them has a planted file that breaks it. */
export function importRules(): Rule[] {
  const named = rooms.map((room) =>
    rule(
      `${room.name}-imports`,
      `${room.path} may import ${room.imports.join(", ") || "no other room"}`,
      { path: pattern([room.name]) },
      { path: "^src/", pathNot: pattern([room.name, ...room.imports]) },
    ),
  );
  const adapters = suppliers.map((supplier) =>
    rule(
      `${supplier}-adapters`,
      "adapters are chosen in services.ts and doors; rooms see the port",
      // Adapters of one supplier may share a client.
      { path: "^src/", pathNot: [pattern(adapterPickers), `/${supplier}-[^/]+\\.ts$`] },
      // The page has no ports, so a name there says nothing about suppliers.
      { path: `^src/.*/${supplier}-[^/]+\\.ts$`, pathNot: "^src/web/" },
    ),
  );
  const packages = packagesOfRooms.map((limit) =>
    rule(
      limit.name,
      limit.why,
      { path: "^src/", pathNot: pattern(limit.rooms) },
      { path: limit.packages },
    ),
  );
  return [
    ...named,
    ...adapters,
    ...packages,
    rule("no-cycle", "two files that need each other are one file", {}, { circular: true }),
    rule(
      "no-barrel",
      "a name is imported from the file that defines it",
      { path: "^src/", pathNot: "^src/index\\.ts$" },
      { path: "^src/", dependencyTypes: ["export"] },
    ),
    rule("no-index-import", "index.ts is for the runtime only", {}, { path: "/index\\.ts$" }),
    rule(
      "page-stands-alone",
      "the page ships to browsers without any package",
      { path: "^src/web/" },
      { pathNot: "^src/" },
    ),
    rule(
      "stays-in-src",
      "the Worker does not reach into scripts or tests",
      { path: "^src/" },
      { pathNot: ["^src/", "node_modules/", "^(cloudflare|node):"], dependencyTypes: ["local"] },
    ),
    rule(
      "resolvable",
      "an import that resolves to nothing is an import nobody checks",
      {},
      { couldNotResolve: true, pathNot: "^(cloudflare|node):" },
    ),
  ];
}

function sourceFiles(tree: string): string[] {
  return readdirSync(join(tree, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(tree, join(entry.parentPath, entry.name)))
    .toSorted();
}

interface Cruise {
  readonly violations: readonly { readonly rule: string; from: string; to: string }[];
  readonly modules: readonly string[];
}

async function cruiseTree(tree: string): Promise<Cruise> {
  const { output } = await cruise(
    ["src"],
    {
      baseDir: tree,
      // TypeScript 7 has no compiler API, which the "tsc" parser needs; swc reads the same syntax.
      parser: "swc",
      tsPreCompilationDeps: true,
      doNotFollow: { path: "node_modules" },
      validate: true,
      ruleSet: { forbidden: importRules() },
    },
    { extensions: [".ts"], exportsFields: ["exports"], conditionNames: ["import", "types"] },
  );
  const result = output as ICruiseResult;
  return {
    violations: result.summary.violations.map((found) => ({
      rule: found.rule.name,
      from: found.from,
      to: found.to,
    })),
    modules: result.modules
      .map((module) => module.source)
      .filter((path) => path.startsWith("src/")),
  };
}

/** What is in one list only, said in sentences. */
function differences(
  expected: readonly string[],
  found: readonly string[],
  say: (missing: boolean, entry: string) => string,
): string[] {
  return [
    ...expected.filter((entry) => !found.includes(entry)).map((entry) => say(true, entry)),
    ...found.filter((entry) => !expected.includes(entry)).map((entry) => say(false, entry)),
  ];
}

async function sourceProblems(): Promise<string[]> {
  const { violations, modules } = await cruiseTree(root);
  return [
    ...violations.map((found) => `${found.from} → ${found.to} breaks "${found.rule}"`),
    ...differences(sourceFiles(root), modules, (missing, path) =>
      missing ? `${path} was not looked at` : `${path} was looked at but is no file of src`,
    ),
    ...sourceFiles(root)
      .filter((path) => !rooms.some((room) => path.startsWith(room.path)))
      .map((path) => `${path} is in no room of scripts/rooms.ts`),
  ];
}

/** A planted file names in comments (`// breaks: <rule>`) what must be reported about it. */
async function plantedProblems(): Promise<string[]> {
  const expected = sourceFiles(plantedRoot).flatMap((path) =>
    [...readFileSync(join(plantedRoot, path), "utf8").matchAll(/^\/\/ breaks: (\S+)/gm)].map(
      (match) => `${path} breaks ${match[1]}`,
    ),
  );
  const { violations } = await cruiseTree(plantedRoot);
  const found = [...new Set(violations.map((one) => `${one.from} breaks ${one.rule}`))];
  const untested = importRules()
    .map((one) => one.name ?? "")
    .filter((name) => !expected.some((entry) => entry.endsWith(` ${name}`)));
  return [
    ...differences(expected, found, (missing, entry) =>
      missing ? `planted but not reported: ${entry}` : `reported but not planted: ${entry}`,
    ),
    ...untested.map((name) => `no planted file breaks "${name}"`),
  ];
}

const problems = [
  ...misorderedImports(rooms),
  ...(await plantedProblems()),
  ...(await sourceProblems()),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else {
  console.log(`${sourceFiles(root).length} files keep ${importRules().length} import rules`);
}
