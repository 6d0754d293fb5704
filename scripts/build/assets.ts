/** Fills the folder that wrangler.toml serves: the start page and the two pages of the API's documentation. */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { projectRoot } from "../run-command.ts";
import { bundlePage } from "./bundle-page.ts";

const assetsFolder = path.join(projectRoot, ".build", "assets");
const webFolder = path.join(projectRoot, "src", "web");
const pagesFolder = path.join(projectRoot, "scripts", "build", "pages");
const modulesFolder = path.join(projectRoot, "node_modules");

/** A file to copy, or contents made here. */
type WantedFile = { readonly copyOf: string } | { readonly contents: Uint8Array };
/** What goes into the folder, by its path there. */
type WantedFiles = Map<string, WantedFile>;

export interface AssetsOutcome {
  readonly files: number;
  readonly changed: number;
}

export async function buildAssets(): Promise<AssetsOutcome> {
  const wanted: WantedFiles = new Map();
  await addFolder(wanted, pagesFolder);
  await addFolder(wanted, webFolder, (name) => !name.endsWith(".ts"));
  for (const [file, contents] of await bundlePage()) wanted.set(file, { contents });
  for (const [file, source] of [
    ["docs/swagger-ui.css", "swagger-ui-dist/swagger-ui.css"],
    ["docs/swagger-ui-bundle.js", "swagger-ui-dist/swagger-ui-bundle.js"],
  ] as const) {
    wanted.set(file, { copyOf: path.join(modulesFolder, source) });
  }
  wanted.set("redoc/redoc.standalone.js", { contents: await redocWithoutCdn() });
  const written = await Promise.all([...wanted].map(([file, source]) => place(file, source)));
  await removeOthers(wanted);
  return { files: wanted.size, changed: written.filter(Boolean).length };
}

async function addFolder(
  wanted: WantedFiles,
  folder: string,
  accepts: (name: string) => boolean = () => true,
): Promise<void> {
  for (const file of await filesIn(folder)) {
    if (accepts(file)) wanted.set(file, { copyOf: path.join(folder, file) });
  }
}

/** Redoc's badge loads its logo from redoc.ly, which our policy forbids; `redoc/page.css` hides the badge's image. */
async function redocWithoutCdn(): Promise<Uint8Array> {
  const bundle = await readFile(
    path.join(modulesFolder, "redoc/bundles/redoc.standalone.js"),
    "utf8",
  );
  return Buffer.from(bundle.replaceAll("https://cdn.redoc.ly/redoc/logo-mini.svg", "/favicon.svg"));
}

/** Writes only what differs, so that `wrangler dev` reloads pages only for a change. */
async function place(file: string, source: WantedFile): Promise<boolean> {
  const target = path.join(assetsFolder, file);
  const contents = "copyOf" in source ? await readFile(source.copyOf) : source.contents;
  const present = await readFile(target).catch(() => undefined);
  if (present !== undefined && Buffer.compare(present, contents) === 0) return false;
  await mkdir(path.dirname(target), { recursive: true });
  // Renamed into place: a server that reads the folder meanwhile must not see half a file.
  const draft = `${target}.${process.pid}.tmp`;
  await writeFile(draft, contents);
  await rename(draft, target);
  return true;
}

async function removeOthers(wanted: WantedFiles): Promise<void> {
  for (const file of await filesIn(assetsFolder)) {
    if (!wanted.has(file) && !file.endsWith(".tmp")) await rm(path.join(assetsFolder, file));
  }
}

/** Files below a folder, as paths with forward slashes; none when there is no such folder. */
async function filesIn(folder: string): Promise<readonly string[]> {
  if (!(await exists(folder))) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .map((file) => file.split(path.sep).join("/"));
}

const exists = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );
