/**
 * Brings a local D1 database up to date without the seconds that `wrangler d1 migrations apply` takes. It keeps
 * Wrangler's own table of applied migrations, so either may be used at any time.
 */
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { D1Database } from "@cloudflare/workers-types";
import { projectRoot } from "../run-command.ts";

/** Where `wrangler dev` keeps local data; sharing it means one set of data for both ways to start. */
export const localStateFolder = path.join(projectRoot, ".wrangler", "state", "v3");
const migrationsFolder = path.join(projectRoot, "migrations");
const splitFile = path.join(projectRoot, ".build", "migrations.json");
/** The id that Wrangler gives to a local database whose configuration has none: its binding. */
const LOCAL_DATABASE_ID = "DB";

/** Which migrations a state folder has had, so that a start with nothing to apply costs one read. */
const stampIn = (stateFolder: string): string => path.join(stateFolder, "d1", "migrations.sha256");

export async function applyLocalMigrations(
  stateFolder = localStateFolder,
): Promise<readonly string[]> {
  if (await migrated(stateFolder)) return [];
  const { Miniflare, convertV4MiniflareOptions } = await import("miniflare");
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      script: "export default {};",
      cf: false,
      resourcePersistencePath: stateFolder,
      d1Databases: { DB: LOCAL_DATABASE_ID },
    }),
  );
  try {
    return await migrate(await miniflare.getD1Database("DB"), stateFolder);
  } finally {
    await miniflare.dispose();
  }
}

/** Whether every migration of the project has been applied to the database of a state folder. */
export async function migrated(stateFolder: string): Promise<boolean> {
  const stamp = await readFile(stampIn(stateFolder), "utf8").catch(() => undefined);
  return stamp !== undefined && stamp === (await migrationsHash());
}

/** Applies what is missing, in order, each file in one transaction; returns the names of those files. */
export async function migrate(
  database: D1Database,
  stateFolder: string | false,
): Promise<readonly string[]> {
  await database
    .prepare(
      `CREATE TABLE IF NOT EXISTS "d1_migrations" (id INTEGER PRIMARY KEY AUTOINCREMENT, ` +
        `name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`,
    )
    .run();
  const rows = await database.prepare(`SELECT name FROM "d1_migrations"`).all<{ name: string }>();
  const before = new Set(rows.results.map((row) => row.name));
  const missing = (await splitMigrations()).filter(({ name }) => !before.has(name));
  for (const { name, statements } of missing) {
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare(`INSERT INTO "d1_migrations" (name) VALUES (?)`).bind(name),
    ]);
  }
  if (stateFolder !== false) {
    await mkdir(path.dirname(stampIn(stateFolder)), { recursive: true });
    await writeFile(stampIn(stateFolder), await migrationsHash());
  }
  return missing.map(({ name }) => name);
}

interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

/** Wrangler knows how to split SQL but takes a second to load, so what it said is kept. */
async function splitMigrations(): Promise<readonly Migration[]> {
  const hash = await migrationsHash();
  const kept = await readFile(splitFile, "utf8").catch(() => undefined);
  if (kept !== undefined) {
    const record = JSON.parse(kept) as { hash: string; migrations: readonly Migration[] };
    if (record.hash === hash) return record.migrations;
  }
  const { unstable_splitSqlQuery: splitSqlQuery } = await import("wrangler");
  const migrations = await Promise.all(
    (await migrationNames()).map(async (name) => ({
      name,
      statements: splitSqlQuery(await readFile(path.join(migrationsFolder, name), "utf8")),
    })),
  );
  await mkdir(path.dirname(splitFile), { recursive: true });
  const draft = `${splitFile}.${process.pid}`;
  await writeFile(draft, JSON.stringify({ hash, migrations }));
  await rename(draft, splitFile);
  return migrations;
}

async function migrationNames(): Promise<readonly string[]> {
  const names = await readdir(migrationsFolder);
  return names.filter((name) => name.endsWith(".sql")).toSorted();
}

async function migrationsHash(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of await migrationNames()) {
    hash.update(`${name}\n`).update(await readFile(path.join(migrationsFolder, name)));
  }
  return hash.digest("hex");
}
