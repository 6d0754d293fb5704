/** Boots the Worker of this project in Miniflare: for `npm start`, tests, benchmarks and CI. */
import path from "node:path";
import {
  convertV4MiniflareOptions,
  Log,
  LogLevel,
  Miniflare,
  type V4WorkerOptions,
} from "miniflare";
import { migrate, migrated } from "./local-migrations.ts";
import { moduleTypeOf, prepareWorker, type PreparedWorker } from "./prepare-worker.ts";

export interface BootOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** The folder that keeps all data (`localStateFolder` shares it with `wrangler dev`), or false: in memory. */
  readonly persist: string | false;
  /** Added to the vars of wrangler.toml. `.dev.vars` is not read: tests must not depend on it. */
  readonly vars?: Readonly<Record<string, string>>;
  /** Databases behind Hyperdrive by binding: connection strings. */
  readonly hyperdrives?: Readonly<Record<string, string>>;
  /** Whether the pages are served; true unless said otherwise. They are built by `npm run build`. */
  readonly assets?: boolean;
  /** Runs this module in place of the project's own bundle, with the same bindings: for benchmarks. */
  readonly script?: string;
  /** Isolates of the same Worker beside the first, over the same stores; none unless said otherwise. */
  readonly siblings?: number;
  /** Listens at the Worker itself instead of Miniflare's proxy, which takes 100 µs a request: for benchmarks. */
  readonly direct?: boolean;
  /** Drops the log of the Worker and of Miniflare; otherwise warnings and errors go to stderr. */
  readonly quiet: boolean;
  /** Where log lines go instead of stderr. */
  readonly writeLog?: (line: string) => void;
}

export type WorkerHandle = Awaited<ReturnType<Miniflare["getWorker"]>>;

export interface BootedWorker {
  /** Without a slash at its end. */
  readonly url: string;
  readonly miniflare: Miniflare;
  readonly worker: WorkerHandle;
  readonly siblings: readonly WorkerHandle[];
  readonly crons: readonly string[];
  /** Applied to the database by this boot. */
  readonly migrations: readonly string[];
  dispose(): Promise<void>;
}

export async function bootWorker(options: BootOptions): Promise<BootedWorker> {
  const prepared = await prepareWorker();
  const miniflare = new Miniflare(miniflareOptions(prepared, options));
  try {
    const proxy = await miniflare.ready;
    const address = options.direct === true ? await miniflare.unsafeGetDirectURL() : proxy;
    const migrations =
      options.persist !== false && (await migrated(options.persist))
        ? []
        : await migrate(await miniflare.getD1Database("DB"), options.persist);
    const worker = await miniflare.getWorker();
    const siblings = await Promise.all(
      siblingNames(prepared, options).map((name) => miniflare.getWorker(name)),
    );
    const dispose = (): Promise<void> => miniflare.dispose();
    const { crons } = prepared;
    return { url: address.origin, miniflare, worker, siblings, crons, migrations, dispose };
  } catch (error) {
    await miniflare.dispose().catch(() => undefined);
    throw error;
  }
}

const siblingNames = ({ name }: PreparedWorker, { siblings = 0 }: BootOptions): readonly string[] =>
  Array.from({ length: siblings }, (_, index) => `${name}-${index + 2}`);

function miniflareOptions(
  prepared: PreparedWorker,
  options: BootOptions,
): ConstructorParameters<typeof Miniflare>[0] {
  const { name, folder, modules, workerOptions } = prepared;
  const { port = 0, persist, vars = {}, assets = true, quiet, writeLog = writeToStderr } = options;
  const settings: Record<string, unknown> = {
    ...workerOptions,
    name,
    bindings: {
      ...(workerOptions["bindings"] as Record<string, string>),
      // On a developer's machine nobody needs a key to see a feed.
      DEFAULT_AUTH: "open",
      ...vars,
    },
    ...(options.direct === true ? { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] } : {}),
    ...(options.hyperdrives === undefined ? {} : { hyperdrives: options.hyperdrives }),
    modulesRoot: folder,
    modules:
      options.script === undefined
        ? modules.map((module) => ({
            type: moduleTypeOf(module) ?? "ESModule",
            path: path.join(folder, module),
          }))
        : [{ type: "ESModule", path: path.join(folder, "script.js"), contents: options.script }],
  };
  if (!assets) delete settings["assets"];
  return convertV4MiniflareOptions({
    host: "127.0.0.1",
    port,
    // Otherwise Miniflare asks the network where this machine is.
    cf: false,
    telemetry: { enabled: false },
    log: new Log(quiet ? LogLevel.NONE : LogLevel.ERROR),
    logRequests: false,
    handleStructuredLogs: ({ level, message }) => {
      if (!quiet && (level === "warn" || level === "error")) writeLog(message);
    },
    ...(persist === false ? {} : { resourcePersistencePath: persist }),
    workers: [
      settings,
      ...siblingNames(prepared, options).map((sibling) => siblingOf(settings, sibling)),
    ] as unknown as V4WorkerOptions[],
  });
}

/** A queue has one consumer and an object one home, both in the first. */
function siblingOf(
  first: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> {
  const { queueConsumers: _queues, assets: _assets, ...rest } = first;
  const objects = first["durableObjects"] as Record<string, { readonly className: string }>;
  const durableObjects = Object.fromEntries(
    Object.entries(objects).map(([binding, { className }]) => [
      binding,
      { className, scriptName: first["name"], useSQLite: true },
    ]),
  );
  return { ...rest, name, durableObjects };
}

function writeToStderr(line: string): void {
  process.stderr.write(`${line}\n`);
}
