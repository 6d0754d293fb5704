/**
 * A PostgreSQL server of our own, from Debian's packages or PATH: in a folder of its own, on 127.0.0.1, ended by its
 * process id. It refuses to run as root, so root runs it as the user `postgres`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, chownSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { freePort } from "../start/free-port.ts";

export interface PostgresCluster {
  readonly url: string;
  /** Runs SQL, with `input` as what COPY … FROM STDIN reads. */
  psql(sql: string, input?: Iterable<string>): Promise<string>;
  stop(): Promise<void>;
}

const DEBIAN = "/usr/lib/postgresql";
const START_LIMIT_MS = 20_000;
/** Of a server that ended by itself, in characters. */
const LAST_WORDS = 600;
const USER = "gifts";
const DATABASE = "gifts";

const folders = [
  ...(process.env["PATH"] ?? "").split(path.delimiter),
  ...(existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .toSorted((a, b) => Number(b) - Number(a))
        .map((version) => path.join(DEBIAN, version, "bin"))
    : []),
];

function programOf(name: string): string | undefined {
  return folders
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Why there is no server, or undefined when one can be started. */
export const postgresMissing: string | undefined = ["initdb", "postgres", "psql"].some(
  (name) => programOf(name) === undefined,
)
  ? "no PostgreSQL server: install postgresql"
  : undefined;

/** The folder is made, or used again with all that is in it. */
export async function startPostgres(folder: string): Promise<PostgresCluster> {
  if (postgresMissing !== undefined) throw new Error(postgresMissing);
  const data = path.join(folder, "data");
  await mkdir(folder, { recursive: true });
  const asUser = await unprivileged();
  if (asUser !== undefined) chownSync(folder, asUser.uid, asUser.gid);
  if (!existsSync(path.join(data, "PG_VERSION"))) {
    const initdb = ["-D", data, "-U", USER, "--auth=trust", "--no-sync", "--encoding=UTF8"];
    await finished(run("initdb", [...initdb, "--locale=C.UTF-8"], asUser));
  }
  const port = await freePort();
  const options = [`-D`, data, "-p", String(port), "-h", "127.0.0.1", "-k", folder];
  // Data that can be made again needs no disk that is sure of it.
  const fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
  const server = run("postgres", [...options, ...fast.flatMap((set) => ["-c", set])], asUser);
  const exited = once(server, "exit");
  let lastWords = "";
  // Read to the end, or it would wait for a reader.
  server.stderr?.on("data", (text) => (lastWords = `${lastWords}${text}`.slice(-LAST_WORDS)));
  const psql: PostgresCluster["psql"] = async (sql, input) => {
    const database = sql === CREATE ? "postgres" : DATABASE;
    const where = ["-h", "127.0.0.1", "-p", String(port), "-U", USER, "-d", database];
    const client = spawn(
      programOf("psql") ?? "",
      [...where, "-qAtX", "-v", "ON_ERROR_STOP=1", "-c", sql],
      { stdio: "pipe" },
    );
    const sent =
      input === undefined
        ? client.stdin.end()
        : pipeline(Readable.from(input), client.stdin).catch(() => undefined);
    const said = await finished(client);
    await sent;
    return said;
  };
  const stop = async (): Promise<void> => {
    // SIGINT is its fast shutdown.
    server.kill("SIGINT");
    await exited;
  };
  try {
    await reachable(psql, server);
  } catch (error) {
    const died = server.exitCode !== null;
    await stop();
    throw died ? new Error(lastWords.trim()) : error;
  }
  // It asks for no password, but Miniflare's Hyperdrive does.
  return { url: `postgres://${USER}:${USER}@127.0.0.1:${port}/${DATABASE}`, psql, stop };
}

const CREATE = `CREATE DATABASE ${DATABASE}`;

async function reachable(psql: PostgresCluster["psql"], server: ChildProcess): Promise<void> {
  const untilMs = Date.now() + START_LIMIT_MS;
  for (;;) {
    try {
      await psql(CREATE);
      return;
    } catch (error) {
      if (String(error).includes("already exists")) return;
      if (Date.now() > untilMs || server.exitCode !== null) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

interface UnixUser {
  readonly uid: number;
  readonly gid: number;
}

async function unprivileged(): Promise<UnixUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const home = "/var/lib/postgresql";
  if (existsSync(home)) {
    const { uid, gid } = statSync(home);
    return { uid, gid };
  }
  const id = async (flag: string): Promise<number> =>
    Number(await finished(spawn("id", [flag, "nobody"], { stdio: "pipe" })));
  return { uid: await id("-u"), gid: await id("-g") };
}

function run(name: string, options: readonly string[], user: UnixUser | undefined): ChildProcess {
  return spawn(programOf(name) ?? name, options, {
    stdio: ["ignore", "pipe", "pipe"],
    ...user,
    env: { PATH: process.env["PATH"], LC_ALL: "C.UTF-8" },
  });
}

/** What it wrote; throws with its errors when it failed. */
async function finished(child: ChildProcess): Promise<string> {
  let [said, complained] = ["", ""];
  child.stdout?.on("data", (text) => (said += String(text)));
  child.stderr?.on("data", (text) => (complained += String(text)));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(complained.trim() || `ended with ${code}`);
  return said.trim();
}
