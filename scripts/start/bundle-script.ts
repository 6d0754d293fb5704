/** One module of ours with all that it imports, for `bootWorker({ script })`: the Worker with something beside it. */
import { build } from "esbuild";

export async function bundleScript(entry: string): Promise<string> {
  const bundled = await build({
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    write: false,
    minify: true,
    target: "es2024",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*", "node:*"],
  });
  return bundled.outputFiles[0]?.text ?? "";
}
