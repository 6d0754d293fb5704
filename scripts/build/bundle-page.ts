/** The scripts of the start page, small enough to bundle every time (about 20 ms). */
import path from "node:path";
import type { Plugin } from "esbuild";
import { projectRoot } from "../run-command.ts";

const webFolder = path.join(projectRoot, "src", "web");
/** The page's own, and what it loads when somebody wants it. */
const ENTRIES = ["main", "quota"] as const;

/** By name of file: `main.js` and the others. */
export async function bundlePage(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: ENTRIES.map((name) => path.join(webFolder, `${name}.ts`)),
    // Never written: it only makes the names of the outputs.
    outdir: webFolder,
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    logLevel: "error",
    plugins: [loadedLater],
  });
  return new Map(outputFiles.map((file) => [path.basename(file.path), file.contents]));
}

/**
 * What is imported in the course of things stays a file of its own. Both then have the few helpers that they share
 * (2 KB): to split those off as well would cost the page a round trip before it can begin.
 */
const loadedLater: Plugin = {
  name: "loaded-later",
  setup(build) {
    build.onResolve({ filter: /^\.\/[\w-]+\.ts$/ }, ({ kind, path: imported }) =>
      kind === "dynamic-import"
        ? { path: imported.replace(/\.ts$/, ".js"), external: true }
        : undefined,
    );
  },
};
