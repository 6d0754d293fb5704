/** The key of the admin routes: the environment's, or one made once and kept in `.dev.vars`. */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { projectRoot } from "../run-command.ts";
import { AdminError } from "./admin-client.ts";

const devVarsFile = path.join(projectRoot, ".dev.vars");

export interface AdminKey {
  readonly key: string;
  readonly origin: "environment" | ".dev.vars" | "made now, kept in .dev.vars";
}

/** Secrets for local runs, as `wrangler dev` reads them too. */
export function readDevVars(file = devVarsFile): Readonly<Record<string, string>> {
  return existsSync(file) ? (parseEnv(readFileSync(file, "utf8")) as Record<string, string>) : {};
}

export function findAdminKey(file = devVarsFile): AdminKey | undefined {
  const fromEnvironment = process.env["ADMIN_KEY"];
  if (fromEnvironment !== undefined && fromEnvironment !== "") {
    return { key: fromEnvironment, origin: "environment" };
  }
  const kept = readDevVars(file)["ADMIN_KEY"];
  return kept === undefined || kept === "" ? undefined : { key: kept, origin: ".dev.vars" };
}

/** What was given, or what is found. Throws words for the person at the console. */
export function neededAdminKey(given: string | undefined): string {
  const key = given ?? findAdminKey()?.key;
  if (key !== undefined) return key;
  throw new AdminError(
    "No admin key: give --admin-key, or set ADMIN_KEY in the environment or in .dev.vars " +
      "(`npm start` makes one).",
  );
}

export function findOrMakeAdminKey(file = devVarsFile): AdminKey {
  const found = findAdminKey(file);
  if (found !== undefined) return found;
  const key = Buffer.from(randomBytes(24)).toString("base64url");
  const before = existsSync(file) ? readFileSync(file, "utf8").replace(/\n*$/, "\n") : "";
  // `npm start` says the latter by itself; `wrangler dev` reads it here.
  const opened = before.includes("DEFAULT_AUTH=") ? "" : "DEFAULT_AUTH=open\n";
  writeFileSync(file, `${before}ADMIN_KEY=${key}\n${opened}`, { mode: 0o600 });
  // The mode above only counts for a new file.
  chmodSync(file, 0o600);
  return { key, origin: "made now, kept in .dev.vars" };
}
