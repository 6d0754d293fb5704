/**
 * Turns `lua/*.lua` into `src/platform/lua-scripts.ts`: reads each header, refuses a script whose header,
 * file name and code disagree, resolves includes, strips comments and hashes the result per dialect.
 *
 * Run it after any change to a script; `buildLua({ check: true })` only says whether that was forgotten.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { type LuaScript, scriptBody } from "../src/platform/lua-script.ts";

const ROOT = path.join(import.meta.dirname, "..");
const LUA_DIRECTORY = path.join(ROOT, "lua");
const OUTPUT = path.join(ROOT, "src/platform/lua-scripts.ts");

const READ_COMMANDS = new Set(["GET", "HGET", "HMGET", "HLEN", "LRANGE", "LLEN"]);

export interface CompiledScript extends LuaScript {
  /** First line of the header, after the name: becomes the doc comment. */
  readonly summary: string;
}

interface Header {
  readonly summary: string;
  readonly keys: number;
  readonly args: number;
  readonly readOnly: boolean;
}

/** Compiles every script of a directory, in the order of their names. */
export function compileScripts(directory: string): readonly CompiledScript[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith(".lua"))
    .toSorted()
    .map((file) => compileScript(path.join(directory, file)));
}

export function compileScript(file: string): CompiledScript {
  const base = path.basename(file, ".lua");
  const [, name, count] = /^([a-z]+(?:-[a-z]+)*)-([1-3])$/.exec(base) ?? [];
  const fail = (fault: string): never => {
    throw new Error(`${path.basename(file)}: ${fault}`);
  };
  if (name === undefined) return fail("the name must be <operation>-<number of keys, 1 to 3>.lua");
  const source = readFileSync(file, "utf8");
  const header = parseHeader(source, base, fail);
  const keyCount = Number(count) as 1 | 2 | 3;
  if (header.keys !== keyCount) {
    fail(`the header documents ${header.keys} keys, the file name says ${keyCount}`);
  }
  const body = stripLua(flatten(file));
  expectNumbered(body, "KEYS", header.keys, fail);
  expectNumbered(body, "ARGV", header.args, fail);
  expectCommands(body, header.readOnly, fail);
  const script = { name, keyCount, readOnly: header.readOnly, body };
  return {
    ...script,
    summary: header.summary,
    sha1: {
      redis: sha1(scriptBody(script, "redis")),
      upstash: sha1(scriptBody(script, "upstash")),
    },
  };
}

function parseHeader(source: string, base: string, fail: (fault: string) => never): Header {
  const text = /^--\[\[\n(.*?)\n\]\]/s.exec(source)?.[1];
  if (text === undefined) return fail("must open with a --[[ header ]]");
  const summary = new RegExp(`^ {2}${base}: (.+?[.:])(?:\\s|$)`, "s").exec(text)?.[1];
  if (summary === undefined) return fail(`the header must open with "${base}: <one sentence>"`);
  const access = /^ {2}Access (read-only|read-write)$/m.exec(text)?.[1];
  if (access === undefined) return fail("the header must say Access read-only or read-write");
  if (!/^ {2}Returns \S/m.test(text)) return fail("the header must say what the script Returns");
  const documented = (table: string): number => {
    const numbers = [...text.matchAll(new RegExp(`^ {2}${table}\\[(\\d+)\\] +\\S`, "gm"))];
    numbers.forEach(([, number], index) => {
      if (Number(number) !== index + 1) fail(`the header skips or repeats ${table}[${index + 1}]`);
    });
    return numbers.length;
  };
  return {
    summary: summary.replaceAll(/\s+/g, " "),
    keys: documented("KEYS"),
    args: documented("ARGV"),
    readOnly: access === "read-only",
  };
}

/** Every documented key and argument is used, and no other. */
function expectNumbered(
  body: string,
  table: "KEYS" | "ARGV",
  documented: number,
  fail: (fault: string) => never,
): void {
  const used = new Set<number>();
  for (const [whole, number] of body.matchAll(new RegExp(`\\b${table}\\b(?:\\[(\\d+)\\])?`, "g"))) {
    if (number === undefined) fail(`${whole} is used without a literal index`);
    used.add(Number(number));
  }
  for (let index = 1; index <= documented; index += 1) {
    if (!used.delete(index)) fail(`${table}[${index}] is documented but not used`);
  }
  const [undocumented] = used;
  if (undocumented !== undefined) fail(`${table}[${undocumented}] is used but not documented`);
}

function expectCommands(body: string, readOnly: boolean, fail: (fault: string) => never): void {
  const calls = [...body.matchAll(/\bredis\.p?call\((?:"([A-Z]+)")?/g)];
  for (const [, command] of calls) {
    if (command === undefined) return fail("the command of a redis.call must be a literal");
    if (readOnly && !READ_COMMANDS.has(command)) fail(`${command} in a read-only script`);
  }
}

const INCLUDE = /^--- @include "([^"]+)"$/;

/** The source with each include put in once, before its first user. */
export function flatten(file: string): string {
  const done = new Set<string>();
  const expand = (current: string, trail: readonly string[]): string => {
    if (trail.includes(current)) {
      const names = [...trail.slice(trail.indexOf(current)), current];
      throw new Error(`include cycle: ${names.map((name) => path.basename(name)).join(" > ")}`);
    }
    if (done.has(current)) return "";
    if (!existsSync(current)) {
      const by = path.basename(trail.at(-1) ?? current);
      throw new Error(`${by}: includes a missing file, ${path.basename(current)}`);
    }
    const lines = readFileSync(current, "utf8").split("\n");
    const text = lines.map((line) => {
      const target = INCLUDE.exec(line)?.[1];
      if (target === undefined) return line;
      return expand(path.join(path.dirname(current), `${target}.lua`), [...trail, current]);
    });
    done.add(current);
    return text.join("\n");
  };
  return expand(file, []);
}

/** Strings are matched first, so that a comment inside one is left alone. */
const STRING_OR_COMMENT = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|--\[\[.*?\]\]|--[^\n]*/gs;

/** Lua without comments, indentation and empty lines. */
export function stripLua(source: string): string {
  return source
    .replaceAll(STRING_OR_COMMENT, (match) => (match.startsWith("--") ? "" : match))
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
}

const sha1 = (text: string): string => createHash("sha1").update(text).digest("hex");

const escapeTemplate = (text: string): string => text.replaceAll(/[\\`]|\$\{/g, "\\$&");

export function renderModule(scripts: readonly CompiledScript[]): string {
  const constants = scripts.map((script) =>
    [
      `/** ${script.name}: ${script.summary} */`,
      `export const ${script.name.toUpperCase().replaceAll("-", "_")}: LuaScript<${script.keyCount}> = {`,
      `  name: "${script.name}",`,
      `  keyCount: ${script.keyCount},`,
      `  readOnly: ${String(script.readOnly)},`,
      `  sha1: {`,
      `    redis: "${script.sha1.redis}",`,
      `    upstash: "${script.sha1.upstash}",`,
      `  },`,
      `  body: \`${escapeTemplate(script.body)}\`,`,
      `};`,
    ].join("\n"),
  );
  return [
    "// Generated by scripts/build-lua.ts from lua/*.lua. Do not edit.\n" +
      'import type { LuaScript } from "./lua-script.ts";',
    ...constants,
  ]
    .join("\n\n")
    .concat("\n");
}

/** Writes the module, or with `check` only says whether the one on disk is the one it would write. */
export function buildLua({ check = false } = {}): { readonly upToDate: boolean } {
  const module = renderModule(compileScripts(LUA_DIRECTORY));
  const upToDate = existsSync(OUTPUT) && readFileSync(OUTPUT, "utf8") === module;
  if (!check && !upToDate) writeFileSync(OUTPUT, module);
  return { upToDate };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const check = process.argv.includes("--check");
  const { upToDate } = buildLua({ check });
  if (check && !upToDate) {
    console.error("src/platform/lua-scripts.ts is out of date: run node scripts/build-lua.ts");
    process.exitCode = 1;
  }
}
