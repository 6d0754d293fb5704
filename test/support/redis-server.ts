/**
 * A Redis-protocol server for tests: `REDIS_URL` when set, else a server from PATH, on a free port, without
 * persistence, ended by its process id.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

export interface RedisServer {
  readonly url: string;
  /** False for `REDIS_URL`, which is not ours to stop. */
  readonly owned: boolean;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
  /** Ends the server, waits `downMs`, and starts it again on the same port. */
  restart(downMs?: number): Promise<void>;
  /** Ends the server as a crash would: no goodbye, no last write. It stays down until {@link start}. */
  kill(): Promise<void>;
  /** Starts a killed server on its port and its files. */
  start(): Promise<void>;
}

const PROGRAMS = ["redis-server", "valkey-server", "dragonfly"] as const;
const START_LIMIT_MS = 10_000;

const inPath = (program: string): boolean =>
  (process.env["PATH"] ?? "").split(path.delimiter).some((directory) => {
    try {
      accessSync(path.join(directory, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

const PROGRAM = PROGRAMS.find(inPath);

/** Why tests on Redis are skipped, or undefined when they can run. */
export const redisMissing: string | undefined =
  process.env["REDIS_URL"] === undefined && PROGRAM === undefined
    ? `no Redis-protocol server: set REDIS_URL or install one of ${PROGRAMS.join(", ")}`
    : undefined;

if (redisMissing !== undefined) console.warn(`SKIPPED: ${redisMissing}`);

/** Why tests that crash a server are skipped: it must be ours to kill, and must keep its data over that. */
export const crashableRedisMissing: string | undefined =
  PROGRAM === undefined || PROGRAM === "dragonfly"
    ? "no server to crash: install redis-server or valkey-server"
    : undefined;

/** With `appendOnly` the data outlives a restart, and every write that was answered a crash. */
export async function startRedis({ appendOnly = false, own = false } = {}): Promise<RedisServer> {
  const url = process.env["REDIS_URL"];
  if (url !== undefined && !own) {
    const nothing = async (): Promise<void> => undefined;
    return { url, owned: false, stop: nothing, restart: nothing, kill: nothing, start: nothing };
  }
  if (PROGRAM === undefined) throw new Error(redisMissing);
  const program = PROGRAM;
  const directory = mkdtempSync(path.join(tmpdir(), "nearfeed-redis-"));
  const port = await freePort();
  let child = await launch(program, port, directory, appendOnly);
  const end = async (signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  };
  const start = async (): Promise<void> => {
    child = await launch(program, port, directory, appendOnly);
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    owned: true,
    async stop() {
      await end();
      rmSync(directory, { recursive: true, force: true });
    },
    async restart(downMs = 0) {
      await end();
      await pause(downMs);
      await start();
    },
    kill: () => end("SIGKILL"),
    start,
  };
}

async function launch(
  program: string,
  port: number,
  directory: string,
  appendOnly: boolean,
): Promise<ChildProcess> {
  const common = ["--port", String(port), "--bind", "127.0.0.1", "--dir", directory];
  const args =
    program === "dragonfly"
      ? [...common, "--proactor_threads=1", "--dbfilename="]
      : [
          ...common,
          "--save",
          "",
          "--appendonly",
          appendOnly ? "yes" : "no",
          "--appendfsync",
          "always",
        ];
  const child = spawn(program, args, { stdio: "ignore" });
  // A test run that is cut short must not leave a server behind.
  const endWithUs = (): void => void child.kill("SIGKILL");
  process.once("exit", endWithUs);
  child.once("exit", () => process.removeListener("exit", endWithUs));
  const limit = Date.now() + START_LIMIT_MS;
  while (!(await accepts(port))) {
    if (child.exitCode !== null || Date.now() > limit) {
      throw new Error(`${program} did not start on port ${port}`);
    }
    await pause(20);
  }
  return child;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const settle = (open: boolean) => (): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once("connect", settle(true));
    socket.once("error", settle(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
