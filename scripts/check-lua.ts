/**
 * Lints the scripts as they are shipped, with their includes in place: alone, every include would be a
 * function that nobody calls. What luacheck reports by line is a line of `.build/lua/<script>.lua`.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compileScripts } from "./build-lua.ts";
import { projectRoot, runCommand } from "./run-command.ts";

// What Redis 5.1 and Dragonfly 5.4 both offer a script.
const globals = ["redis", "KEYS", "ARGV", "cjson", "cmsgpack", "bit", "struct"];

const folder = join(projectRoot, ".build/lua");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const scripts = compileScripts(join(projectRoot, "lua"));
for (const script of scripts) writeFileSync(join(folder, `${script.name}.lua`), script.body);

const { exitCode, output } = await runCommand("luacheck", [
  folder,
  "--quiet",
  "--no-color",
  "--no-cache",
  "--no-max-line-length",
  "--std",
  "lua51",
  "--read-globals",
  ...globals,
]);
console.log(output.trim());
if (scripts.length === 0) console.error("there is no script in lua/");
process.exitCode = scripts.length === 0 ? 1 : exitCode;
