import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

export const projectRoot = join(import.meta.dirname, "..");

const environment = {
  ...process.env,
  PATH: [join(projectRoot, "node_modules/.bin"), process.env["PATH"]].join(delimiter),
};

export interface CommandOutcome {
  readonly exitCode: number;
  /** What it wrote, both streams in order; empty when it wrote to our own console. */
  readonly output: string;
}

/** Runs a program of the project or of the PATH in the repository and waits for its end. */
export function runCommand(
  program: string,
  args: readonly string[],
  { console = "captured" }: { readonly console?: "captured" | "shared" } = {},
): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: projectRoot,
      env: environment,
      stdio: console === "shared" ? "inherit" : ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", (error) => resolve({ exitCode: 127, output: error.message }));
    child.on("close", (exitCode) =>
      resolve({ exitCode: exitCode ?? 1, output: Buffer.concat(chunks).toString("utf8") }),
    );
  });
}

export function onPath(program: string): boolean {
  return (environment.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      // Not in this folder; the next one may have it.
      return false;
    }
  });
}
