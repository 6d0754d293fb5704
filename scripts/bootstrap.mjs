/**
 * Runs one of our TypeScript scripts on any Node ≥ 20 with nothing installed:
 *
 *   node scripts/bootstrap.mjs scripts/start.ts [arguments]
 *
 * It installs the dependencies when they are missing or older than package-lock.json, then hands over to
 * the Node of node_modules, which runs TypeScript as it is. When nothing is missing it costs a hash of the
 * lock file: about 5 ms besides the start of Node itself.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const startedAtMs = Date.now();
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const modules = path.join(root, "node_modules");
const windows = process.platform === "win32";
const stampFile = path.join(modules, ".nearfeed-stamp");
const lockFolder = path.join(root, ".nearfeed", "install.lock");
const ownNode = path.join(modules, "node", "bin", windows ? "node.exe" : "node");

/** The first release that runs TypeScript without a flag or a warning. */
const TYPESCRIPT_SINCE_MAJOR = 24;

const [target, ...targetArguments] = process.argv.slice(2);
if (target === undefined) {
  fail("Usage: node scripts/bootstrap.mjs scripts/<name>.ts [arguments]");
}
if (!existsSync(path.resolve(root, target))) fail(`There is no ${target}.`);

const lockHash = createHash("sha256")
  .update(readFileSync(path.join(root, "package-lock.json")))
  .digest("hex");
if (!installed()) await installOnce();
run(existsSync(ownNode) ? ownNode : process.execPath);

function installed() {
  return textOf(stampFile) === lockHash && existsSync(ownNode);
}

/** Two scripts may start at once in a fresh clone; a folder is a lock that every platform makes atomically. */
async function installOnce() {
  mkdirSync(path.dirname(lockFolder), { recursive: true });
  let waited = false;
  while (!acquireLock()) {
    if (!waited) say("Another script is installing the dependencies; waiting for it.");
    waited = true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const release = () => rmSync(lockFolder, { recursive: true, force: true });
  process.once("exit", release);
  if (!installed()) {
    if (!matchesLock()) install();
    if (!runnable(ownNode)) installNode();
    writeFileSync(stampFile, lockHash);
  }
  release();
}

function acquireLock() {
  const ownerFile = path.join(lockFolder, "pid");
  try {
    mkdirSync(lockFolder);
    writeFileSync(ownerFile, String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    const owner = Number(textOf(ownerFile));
    // An owner that was killed leaves its folder behind. Without a pid yet, it is just being taken.
    if (owner > 0 && !alive(owner)) rmSync(lockFolder, { recursive: true, force: true });
    return false;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Whether someone's own `npm ci` or `npm install` already put these very versions there. */
function matchesLock() {
  const present = textOf(path.join(modules, ".package-lock.json"));
  if (present === undefined) return false;
  const have = JSON.parse(present).packages ?? {};
  const want = JSON.parse(textOf(path.join(root, "package-lock.json"))).packages ?? {};
  return Object.entries(want).every(
    ([place, entry]) =>
      place === "" || entry.optional === true || have[place]?.version === entry.version,
  );
}

function install() {
  const stop = announce("Installing the dependencies (npm ci, once)");
  const outcome = npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], root);
  if (outcome.status !== 0) {
    process.stderr.write(`\n${outcome.stdout ?? ""}${outcome.stderr ?? ""}`);
    fail(
      outcome.error
        ? `npm could not be started: ${outcome.error.message}`
        : "npm ci failed; its output is above. Mend that and run the same command again.",
    );
  }
  stop();
}

/** The `node` package fetches its binary in an install script, which npm may be set not to run. */
function installNode() {
  const stop = announce("Fetching the Node that runs the scripts");
  const folder = path.join(modules, "node");
  const outcome = spawnSync(process.execPath, ["installArchSpecificPackage.js"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (runnable(ownNode)) {
    stop();
  } else if (Number(process.versions.node.split(".")[0]) >= TYPESCRIPT_SINCE_MAJOR) {
    process.stderr.write(`not available; using Node ${process.versions.node} instead.\n`);
  } else {
    process.stderr.write(`\n${outcome.stdout ?? ""}${outcome.stderr ?? ""}`);
    fail(
      `The scripts need Node ${TYPESCRIPT_SINCE_MAJOR} or newer and it could not be fetched from npm; ` +
        `this is Node ${process.versions.node}.`,
    );
  }
}

function npm(words, cwd) {
  const cli = process.env.npm_execpath;
  const options = { cwd, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 };
  return cli !== undefined && /npm-cli\.[cm]?js$/.test(cli)
    ? spawnSync(process.execPath, [cli, ...words], options)
    : spawnSync("npm", words, { ...options, shell: windows });
}

function runnable(binary) {
  return existsSync(binary) && spawnSync(binary, ["--version"]).status === 0;
}

function run(node) {
  const binaries = path.join(modules, ".bin");
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const child = spawn(node, [path.resolve(root, target), ...targetArguments], {
    stdio: "inherit",
    env: {
      ...process.env,
      [pathName]: [binaries, process.env[pathName]].filter(Boolean).join(path.delimiter),
      NODE_COMPILE_CACHE:
        process.env.NODE_COMPILE_CACHE ?? path.join(modules, ".cache", "nearfeed", "compiled"),
      NEARFEED_STARTED_AT_MS: String(startedAtMs),
    },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => child.kill(signal));
  }
  child.once("error", (error) => {
    rmSync(stampFile, { force: true });
    fail(
      `Node of node_modules did not start (${error.message}); run the command again to repair it.`,
    );
  });
  child.once("exit", (code, signal) => {
    process.exit(signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0));
  });
}

function textOf(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Progress goes to stderr: a script's stdout may be piped. */
function say(line) {
  process.stderr.write(`${line}\n`);
}

function announce(what) {
  const sinceMs = Date.now();
  process.stderr.write(`${what} … `);
  return () => say(`${((Date.now() - sinceMs) / 1000).toFixed(1)} s`);
}

function fail(message) {
  say(message);
  process.exit(1);
}
