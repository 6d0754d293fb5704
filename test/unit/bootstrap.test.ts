import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { describe, it } from "vitest";

const BOOTSTRAP = path.join(import.meta.dirname, "../../scripts/bootstrap.mjs");

function aScript(text: string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "nearfeed-")), "script.ts");
  writeFileSync(file, text);
  return file;
}

describe("bootstrap.mjs", () => {
  it("runs TypeScript with its arguments and the programs of the project", async ({ expect }) => {
    const script = aScript(
      "const rest: string[] = process.argv.slice(2); console.log(JSON.stringify([rest, process.env.PATH]));",
    );
    const { stdout } = await promisify(execFile)("node", [BOOTSTRAP, script, "a b", "--c=d"]);
    const [rest, paths] = JSON.parse(stdout) as [string[], string];
    expect(rest).toEqual(["a b", "--c=d"]);
    expect(paths.split(path.delimiter)[0]).toMatch(/node_modules[/\\]\.bin$/);
  });

  it("passes the exit code on", async ({ expect }) => {
    const child = spawn("node", [BOOTSTRAP, aScript("process.exit(7 as number);")]);
    expect(await once(child, "exit")).toEqual([7, null]);
  });

  it("passes signals on and lets the script end in its own way", async ({ expect }) => {
    const script = aScript(
      'process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000); console.log("up");',
    );
    const child = spawn("node", [BOOTSTRAP, script]);
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("names a script that does not exist", async ({ expect }) => {
    const child = spawn("node", [BOOTSTRAP, "scripts/nowhere.ts"]);
    const [said] = (await once(child.stderr, "data")) as [Buffer];
    expect(String(said)).toBe("There is no scripts/nowhere.ts.\n");
  });
});
