/**
 * The Worker as Wrangler would deploy it, and what Miniflare must know to run it. Bundling takes seconds, so
 * the outcome is kept in `.build/worker/` under a hash of everything that it was made from.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { V4WorkerOptions } from "miniflare";
import { projectRoot } from "../run-command.ts";

const configFile = path.join(projectRoot, "wrangler.toml");
const preparedFolder = path.join(projectRoot, ".build", "worker");
/** Files and folders that the bundle and its settings are made from. */
const SOURCES = ["src", "wrangler.toml", "package-lock.json"];
/** The start page is an asset: a change to it is no change to the Worker. */
const NOT_BUNDLED = path.join(projectRoot, "src", "web") + path.sep;
/** Bundles of former sources that stay, for switching back and forth between two branches. */
const KEPT_BUNDLES = 3;

/** What Miniflare takes, without the code: plain JSON for the bindings that this project has. */
export type WorkerOptions = Omit<
  V4WorkerOptions,
  "script" | "scriptPath" | "modules" | "modulesRoot"
>;

export interface PreparedWorker {
  readonly name: string;
  readonly crons: readonly string[];
  readonly workerOptions: WorkerOptions;
  /** Where the bundle is; the entry is the first of `modules`. */
  readonly folder: string;
  readonly modules: readonly string[];
  /** Whether it had to be made; otherwise the kept one was up to date. */
  readonly made: boolean;
}

export interface PrepareOptions {
  /** Ends Wrangler when it is bundling. */
  readonly signal?: AbortSignal;
}

interface PreparedRecord extends Omit<PreparedWorker, "folder" | "made"> {
  readonly madeBy: string;
}

export async function prepareWorker({ signal }: PrepareOptions = {}): Promise<PreparedWorker> {
  const fingerprint = await hashSources();
  const folder = path.join(preparedFolder, fingerprint.slice(0, 16));
  const present = await readRecord(folder);
  if (present !== undefined) {
    const now = new Date();
    await utimes(folder, now, now);
    return { ...present, folder, made: false };
  }
  // Made beside and renamed: another start may be preparing the same bundle.
  const draft = `${folder}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const [modules, settings] = await Promise.all([bundleInto(draft, signal), readSettings()]);
  const record: PreparedRecord = {
    ...settings,
    modules,
    madeBy: "scripts/start/prepare-worker.ts",
  };
  await writeFile(path.join(draft, "prepared.json"), JSON.stringify(record, undefined, 2));
  await rename(draft, folder).catch(async (error: unknown) => {
    if ((await readRecord(folder)) === undefined) throw error;
    await rm(draft, { recursive: true, force: true });
  });
  await removeFormerBundles();
  return { ...record, folder, made: true };
}

/** Wrangler bundles, so that what runs here is what a deployment would run. */
async function bundleInto(
  folder: string,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const wrangler = path.join(projectRoot, "node_modules", "wrangler", "bin", "wrangler.js");
  const args = [wrangler, "deploy", "--dry-run", "--outdir", folder, "--config", configFile];
  await promisify(execFile)(process.execPath, args, {
    cwd: projectRoot,
    ...(signal === undefined ? {} : { signal }),
    env: {
      ...process.env,
      FORCE_COLOR: "0",
      WRANGLER_HIDE_BANNER: "true",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_LOG_PATH: path.join(projectRoot, ".wrangler", "logs"),
    },
  }).catch((error: Error & { stdout?: string; stderr?: string }) => {
    throw new Error(`Wrangler could not bundle the Worker:\n${error.stdout}${error.stderr}`);
  });
  const entry = "index.js";
  const names = await readdir(folder);
  const others = names.filter((name) => name !== entry && moduleTypeOf(name) !== undefined);
  return [entry, ...others];
}

export type ModuleType = "ESModule" | "Text" | "Data" | "CompiledWasm";

/** Wrangler's default rules; source maps and the notes beside a bundle are no modules. */
export function moduleTypeOf(name: string): ModuleType | undefined {
  if (/\.m?js$/.test(name)) return "ESModule";
  if (/\.(?:txt|html|sql)$/.test(name)) return "Text";
  if (name.endsWith(".bin")) return "Data";
  return name.endsWith(".wasm") ? "CompiledWasm" : undefined;
}

async function readSettings(): Promise<Omit<PreparedRecord, "modules" | "madeBy">> {
  // It would tell on our console that it read .dev.vars.
  process.env["WRANGLER_LOG"] ??= "error";
  const { unstable_getMiniflareWorkerOptions: optionsOf, unstable_readConfig: readConfig } =
    await import("wrangler");
  const config = readConfig({ config: configFile });
  const { workerOptions } = optionsOf(config);
  return {
    name: config.name ?? "nearfeed",
    crons: config.triggers.crons ?? [],
    // Only what wrangler.toml says: values of .dev.vars are secrets and are not to be kept in .build.
    workerOptions: { ...workerOptions, bindings: config.vars } as WorkerOptions,
  };
}

async function hashSources(): Promise<string> {
  const hash = createHash("sha256").update(projectRoot);
  for (const source of SOURCES) {
    for (const file of await filesOf(path.join(projectRoot, source))) {
      hash.update(`${path.relative(projectRoot, file)}\n`).update(await readFile(file));
    }
  }
  return hash.digest("hex");
}

async function filesOf(place: string): Promise<readonly string[]> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) return [];
  if (found.isFile()) return [place];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(NOT_BUNDLED))
    .toSorted();
}

async function readRecord(folder: string): Promise<PreparedRecord | undefined> {
  const text = await readFile(path.join(folder, "prepared.json"), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as PreparedRecord);
}

/** Also drafts that a stopped start left behind. */
async function removeFormerBundles(): Promise<void> {
  const names = await readdir(preparedFolder);
  const folders = await Promise.all(
    names
      .filter((name) => /^[0-9a-f]{16}(?:\.\d+)?$/.test(name))
      .map(async (name) => {
        const folder = path.join(preparedFolder, name);
        return { folder, usedAtMs: (await stat(folder)).mtimeMs };
      }),
  );
  const former = folders.toSorted((a, b) => b.usedAtMs - a.usedAtMs).slice(KEPT_BUNDLES);
  await Promise.all(former.map(({ folder }) => rm(folder, { recursive: true, force: true })));
}
