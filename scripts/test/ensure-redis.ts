import { existsSync } from "node:fs";
import { onPath, runCommand } from "../run-command.ts";

const programs = ["redis-server", "valkey-server", "dragonfly"] as const;

function available(): string | undefined {
  if (process.env["REDIS_URL"] !== undefined) return "the server of REDIS_URL";
  return programs.find(onPath);
}

async function installFromDebian(): Promise<boolean> {
  const install = ["install", "-y", "--no-install-recommends", "redis-server"];
  if ((await runCommand("apt-get", install)).exitCode === 0) return true;
  // Fresh images come without package lists.
  await runCommand("apt-get", ["update"]);
  const { exitCode, output } = await runCommand("apt-get", install);
  if (exitCode !== 0) console.warn(output.trim());
  return exitCode === 0;
}

/**
 * Makes sure that tests find a server that speaks the Redis protocol, and says which. Where there is none
 * and none can be installed, the suites on Redis are skipped by name; this says so first.
 */
export async function ensureRedis(): Promise<void> {
  let server = available();
  const debianRoot = existsSync("/etc/debian_version") && process.getuid?.() === 0;
  if (server === undefined && debianRoot) {
    console.log("no Redis-protocol server on this machine: installing redis-server");
    await installFromDebian();
    server = available();
  }
  if (server !== undefined) console.log(`Redis tests use ${server}`);
  else {
    console.warn(
      'SKIPPED: no Redis-protocol server, so suite "lua" and the Redis half of "contract" and "survival" do not run.\n' +
        `         Set REDIS_URL or install one of ${programs.join(", ")}.`,
    );
  }
}
