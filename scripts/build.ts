/**
 * The [build] command of wrangler.toml: fills `.build/assets`. Under `wrangler dev` it also brings the local
 * database up to date and sees to an admin key, so that `npx wrangler dev` works in a fresh clone.
 */
import { findOrMakeAdminKey } from "./admin/admin-key.ts";
import { buildAssets } from "./build/assets.ts";
import { applyLocalMigrations } from "./start/local-migrations.ts";

const sinceMs = performance.now();
const { files, changed } = await buildAssets();
const elapsedMs = Math.round(performance.now() - sinceMs);
console.log(`Pages: ${files} files, ${changed} changed, ${elapsedMs} ms`);

// Wrangler sets it for custom builds: "dev", "deploy", "types", …
if (process.env["WRANGLER_COMMAND"] === "dev") {
  const applied = await applyLocalMigrations();
  if (applied.length > 0) console.log(`Local database: applied ${applied.join(", ")}`);
  const { origin } = findOrMakeAdminKey();
  if (origin === "made now, kept in .dev.vars") console.log("Admin key: made, see .dev.vars");
}
