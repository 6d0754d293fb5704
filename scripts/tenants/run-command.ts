/** What each command asks of the Worker, and the lines that it shows. */
import { readFile } from "node:fs/promises";
import { text as readText } from "node:stream/consumers";
import { type AdminClient, AdminError } from "../admin/admin-client.ts";
import { runKeyCommand } from "./key-command.ts";
import type { Command, Patch, Target } from "./options.ts";
import { UsageError } from "./usage-error.ts";

interface RecordAnswer {
  readonly version: number;
  readonly changed_at: string;
  readonly changed_by: string;
  readonly config: Patch;
}

interface VersionAnswer extends Omit<RecordAnswer, "config"> {
  readonly action: string;
  readonly changes: readonly { path: string; before?: unknown; after?: unknown }[];
}

type Show = (line: string) => void;

/** Another admin may change the record between reading its list and writing it. */
const LIST_ATTEMPTS = 5;
const CONFLICT_STATUS = 412;
/** Of a value in the history; a list of 5,000 items is not for the eye. */
const SHOWN_CHARACTERS = 60;

const pathOf = (target: Target): string =>
  target === "deployment" ? "/admin/deployment" : configPath(target.tenant);
const configPath = (tenant: string): string => `/t/${encodeURIComponent(tenant)}/admin/config`;

export async function runTenantsCommand(
  client: AdminClient,
  command: Command,
  show: Show,
): Promise<void> {
  switch (command.verb) {
    case "list":
      for (const { id, name, items } of await client.tenants()) {
        show(`${id.padEnd(24)} ${String(items).padStart(9)} items  ${name}`);
      }
      return;
    case "show": {
      const record = await client.ask<RecordAnswer>("GET", pathOf(command.target));
      show(JSON.stringify(record, undefined, 2));
      return;
    }
    case "patch":
      showVersion(
        await client.ask<RecordAnswer>("PATCH", pathOf(command.target), { body: command.patch }),
        show,
      );
      return;
    case "put": {
      const body = await readRecordFile(command.file);
      showVersion(await client.ask("PUT", configPath(command.tenant), { body }), show);
      return;
    }
    case "history": {
      const path = `${pathOf(command.target)}/history?limit=${command.limit}`;
      const { versions } = await client.ask<{ versions: readonly VersionAnswer[] }>("GET", path);
      for (const version of versions) showHistory(version, show);
      return;
    }
    case "rollback": {
      const path = `${configPath(command.tenant)}/rollback`;
      showVersion(await client.ask("POST", path, { body: { version: command.version } }), show);
      return;
    }
    case "exclude":
    case "include":
      showVersion(await changeExclusions(client, command), show);
      return;
    case "keys":
      await runKeyCommand(client, command, show);
  }
}

/** A patch replaces a list whole, so the list is read first, and written only if it is still the one. */
async function changeExclusions(
  client: AdminClient,
  { verb, target, items }: Extract<Command, { verb: "exclude" | "include" }>,
): Promise<RecordAnswer> {
  const path = pathOf(target);
  for (let attempt = 1; ; attempt += 1) {
    const { version, config } = await client.ask<RecordAnswer>("GET", path);
    const group = target === "deployment" ? config : (config["filters"] as Patch);
    const excluded = new Set(group["excluded_items"] as readonly string[]);
    for (const item of items) {
      if (verb === "exclude") excluded.add(item);
      else excluded.delete(item);
    }
    const list = { excluded_items: [...excluded] };
    const body = target === "deployment" ? list : { filters: list };
    try {
      return await client.ask("PATCH", path, { body, ifMatch: `"${version}"` });
    } catch (error) {
      const lost = error instanceof AdminError && error.status === CONFLICT_STATUS;
      if (!lost || attempt === LIST_ATTEMPTS) throw error;
    }
  }
}

async function readRecordFile(file: string): Promise<unknown> {
  const content = file === "-" ? await readText(process.stdin) : await readFile(file, "utf8");
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new UsageError(`${file} is no JSON: ${error instanceof Error ? error.message : ""}`);
  }
}

function showVersion({ version, changed_at: at, changed_by: by }: RecordAnswer, show: Show): void {
  show(`version ${version}  ${at}  ${by}`);
}

function showHistory({ changes, action, ...version }: VersionAnswer, show: Show): void {
  const { version: number, changed_at: at, changed_by: by } = version;
  show(`version ${number}  ${at}  ${by}  ${action}`);
  for (const { path, before, after } of changes) {
    show(`  ${path}: ${shortened(before)} → ${shortened(after)}`);
  }
}

function shortened(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
