import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, it } from "vitest";

import { buildLua, compileScript, flatten, stripLua } from "../../scripts/build-lua.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "nearfeed-lua-"));
  mkdirSync(path.join(directory, "includes"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = path.join(directory, name);
  writeFileSync(file, text);
  return file;
}

interface Parts {
  readonly name?: string;
  readonly title?: string;
  readonly access?: string;
  readonly header?: readonly string[];
  readonly returns?: string;
  readonly code?: string;
}

/** A script that compiles, but for what a test changes. */
function aScript(parts: Parts = {}): string {
  const {
    name = "thing-do-1",
    title = `${name}: does a thing.`,
    access = "Access read-write",
    header = ["KEYS[1] thing  string", "ARGV[1] value"],
    returns = "Returns nothing of note",
    code = 'return redis.call("SET", KEYS[1], ARGV[1])',
  } = parts;
  const lines = [title, "", access, ...header, returns].map((line) => `  ${line}`);
  return write(`${name}.lua`, `--[[\n${lines.join("\n")}\n]]\n${code}\n`);
}

const compiling = (parts: Parts) => () => compileScript(aScript(parts));

describe("the Lua build", () => {
  it("compiles a script to its body, keys and hashes", ({ expect }) => {
    const script = compileScript(aScript());
    expect(script).toMatchObject({
      name: "thing-do",
      keyCount: 1,
      readOnly: false,
      summary: "does a thing.",
      body: 'return redis.call("SET", KEYS[1], ARGV[1])',
    });
    expect(script.sha1.redis).toMatch(/^[0-9a-f]{40}$/);
    expect(script.sha1.upstash).not.toBe(script.sha1.redis);
  });

  it("refuses a file name without a number of keys", ({ expect }) => {
    expect(compiling({ name: "thing-do" })).toThrow("number of keys");
  });

  it("refuses a script without a header, title, access or reply", ({ expect }) => {
    expect(() => compileScript(write("bare-1.lua", "return 1\n"))).toThrow("--[[ header ]]");
    expect(compiling({ title: "other-1: does a thing." })).toThrow('"thing-do-1: <one sentence>"');
    expect(compiling({ access: "Access any" })).toThrow("Access");
    expect(compiling({ returns: "" })).toThrow("Returns");
  });

  it("refuses keys that differ between header, file name and code", ({ expect }) => {
    expect(compiling({ name: "thing-do-2" })).toThrow("documents 1 keys");
    expect(compiling({ code: 'return redis.call("SET", KEYS[2], ARGV[1])' })).toThrow("KEYS[1]");
    expect(compiling({ code: "return { KEYS[1], KEYS[2], ARGV[1] }" })).toThrow(
      "KEYS[2] is used but not documented",
    );
    expect(compiling({ code: "return { KEYS[#ARGV], ARGV[1] }" })).toThrow("literal index");
  });

  it("refuses arguments that differ between header and code", ({ expect }) => {
    expect(compiling({ code: "return KEYS[1]" })).toThrow("ARGV[1] is documented but not used");
    expect(compiling({ header: ["KEYS[1] k", "ARGV[2] v"] })).toThrow("ARGV[1]");
    expect(compiling({ header: ["KEYS[1] k"] })).toThrow("ARGV[1] is used but not documented");
  });

  it("refuses a write in a read-only script", ({ expect }) => {
    expect(compiling({ access: "Access read-only" })).toThrow("SET in a read-only script");
  });

  it("refuses a command that is not a literal", ({ expect }) => {
    expect(compiling({ code: "return redis.call(ARGV[1], KEYS[1])" })).toThrow("literal");
  });

  it("puts an include in once, before its users", ({ expect }) => {
    write("includes/a.lua", '--- @include "b"\nlocal a = b\n');
    write("includes/b.lua", "local b = 1\n");
    const file = write("x.lua", '--- @include "includes/a"\n--- @include "includes/b"\nreturn a\n');
    expect(stripLua(flatten(file))).toBe("local b = 1\nlocal a = b\nreturn a");
  });

  it("names a missing include and who wants it", ({ expect }) => {
    write("includes/a.lua", '--- @include "gone"\n');
    const file = write("x.lua", '--- @include "includes/a"\n');
    expect(() => flatten(file)).toThrow("a.lua: includes a missing file, gone.lua");
  });

  it("names a cycle of includes", ({ expect }) => {
    write("includes/a.lua", '--- @include "b"\n');
    write("includes/b.lua", '--- @include "a"\n');
    const file = write("x.lua", '--- @include "includes/a"\n');
    expect(() => flatten(file)).toThrow("include cycle: a.lua > b.lua > a.lua");
  });

  it("strips comments and indentation, and nothing inside strings", ({ expect }) => {
    const source =
      '--[[ block\n x ]]\nlocal a = "-- no" -- yes\n\n  return a .. \'\\\'--\' .. "\\"--"\n';
    expect(stripLua(source)).toBe('local a = "-- no"\nreturn a .. \'\\\'--\' .. "\\"--"');
  });

  it("was run after the last change to a script", ({ expect }) => {
    expect(buildLua({ check: true })).toEqual({ upToDate: true });
  });
});
