/** The words of `npm run tenants`. */
import { parseArgs } from "node:util";
import { parseItemId, parseTenantId } from "../../src/domain/ids.ts";
import { type KeyCommand, parseKeyCommand } from "./key-command.ts";
import { UsageError } from "./usage-error.ts";

export const HELP = `Shows and changes the records of tenants of a running Worker.

  npm run tenants -- list
  npm run tenants -- show TENANT
  npm run tenants -- set TENANT PATH=VALUE …     a dotted path and JSON; null gives a field its default back
  npm run tenants -- put TENANT FILE             replaces the whole record by a JSON file; "-" reads stdin
  npm run tenants -- history TENANT|--all        who changed what, newest first
  npm run tenants -- rollback TENANT VERSION     makes a former version the next one
  npm run tenants -- kill TENANT|--all on|off    the kill switch
  npm run tenants -- exclude TENANT|--all ITEM … items that nobody is shown
  npm run tenants -- include TENANT|--all ITEM … and that they may be shown again

  npm run tenants -- keys TENANT                 its API keys
  npm run tenants -- keys TENANT create NAME ROLE[,ROLE]     reader, service, trainer, admin; shows the key once
  npm run tenants -- keys TENANT rotate ID [OVERLAP_SECONDS] a successor; both work for a day, or so long
  npm run tenants -- keys TENANT revoke ID       refused everywhere within 60 seconds

  --user USER      the one user that a created key speaks for
  --all            the deployment's own record, which holds for every tenant
  --limit N        versions of history                  (20)
  --url URL        where the Worker is                  (http://127.0.0.1:8787)
  --admin-key KEY  otherwise ADMIN_KEY of the environment or of .dev.vars

A change reaches every isolate within 5 seconds. Exit code: 0 it is done, 1 it was refused or failed.

  npm run tenants -- set acme rollout_pct=10 filters.max_maturity=PG 'filters.excluded_tags=["politics"]'`;

/** Whose record: a tenant's, or the one that holds for all. */
export type Target = { readonly tenant: string } | "deployment";

export type Command =
  | { readonly verb: "list" }
  | { readonly verb: "show"; readonly target: Target }
  | { readonly verb: "patch"; readonly target: Target; readonly patch: Patch }
  | { readonly verb: "put"; readonly tenant: string; readonly file: string }
  | { readonly verb: "history"; readonly target: Target; readonly limit: number }
  | { readonly verb: "rollback"; readonly tenant: string; readonly version: number }
  | { readonly verb: "exclude" | "include"; readonly target: Target; readonly items: Items }
  | KeyCommand;

export type Patch = Readonly<Record<string, unknown>>;
type Items = readonly [string, ...string[]];

export interface TenantsOptions {
  readonly url: string;
  readonly adminKey?: string;
  readonly command: Command;
}

/** Undefined when only help was asked for. */
export function parseTenantsOptions(args: readonly string[]): TenantsOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      all: { type: "boolean", default: false },
      limit: { type: "string", default: "20" },
      user: { type: "string" },
      url: { type: "string", default: "http://127.0.0.1:8787" },
      "admin-key": { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const [verb, ...words] = positionals;
  if (values.help || verb === undefined) return undefined;
  if (!URL.canParse(values.url)) throw new UsageError(`--url is "${values.url}", which is no URL.`);
  const { "admin-key": adminKey, user } = values;
  return {
    url: values.url.replace(/\/+$/, ""),
    command:
      verb === "keys"
        ? parseKeys(words, values.all, user)
        : parseCommand(verb, words, values.all, values.limit),
    ...(adminKey === undefined ? {} : { adminKey }),
  };
}

function parseKeys(
  [tenant, ...words]: readonly string[],
  all: boolean,
  user: string | undefined,
): KeyCommand {
  if (all) throw new UsageError("keys is for one tenant, not for all.");
  return parseKeyCommand(parseTenant(tenant), words, user);
}

function parseCommand(
  verb: string,
  words: readonly string[],
  all: boolean,
  limit: string,
): Command {
  if (verb === "list") return { verb };
  const target = all ? "deployment" : { tenant: parseTenant(words[0]) };
  const rest = all ? words : words.slice(1);
  const [first = ""] = rest;
  switch (verb) {
    case "show":
      return { verb, target };
    case "history":
      return { verb, target, limit: parseNumber("--limit", limit) };
    case "set":
      return { verb: "patch", target, patch: parseAssignments(rest) };
    case "kill":
      if (first !== "on" && first !== "off") throw new UsageError("kill … on, or kill … off?");
      return { verb: "patch", target, patch: { kill_switch: first === "on" } };
    case "exclude":
    case "include":
      return { verb, target, items: parseItems(rest) };
    case "put":
    case "rollback":
      if (target === "deployment") throw new UsageError(`${verb} is for one tenant, not for all.`);
      if (first === "") throw new UsageError(`${verb} ${target.tenant} what? (--help tells more)`);
      return verb === "put"
        ? { verb, tenant: target.tenant, file: first }
        : { verb, tenant: target.tenant, version: parseNumber("The version", first) };
    default:
      throw new UsageError(`There is no command "${verb}" (--help lists them).`);
  }
}

function parseTenant(text: string | undefined): string {
  if (text === undefined) throw new UsageError("Which tenant? (--help tells more)");
  if (parseTenantId(text) !== undefined) return text;
  throw new UsageError(
    `"${text}" is no tenant id: 1 to 40 lower-case letters, digits and hyphens, no hyphen at an end.`,
  );
}

function parseNumber(what: string, text: string): number {
  const value = Number(text);
  if (/^\d{1,9}$/.test(text) && value > 0) return value;
  throw new UsageError(`${what} is "${text}", which is no number from 1.`);
}

function parseItems(texts: readonly string[]): Items {
  const wrong = texts.find((text) => parseItemId(text) === undefined);
  if (wrong !== undefined) throw new UsageError(`"${wrong}" is no item id.`);
  const [first, ...others] = texts;
  if (first === undefined) throw new UsageError("Which items?");
  return [first, ...others];
}

/** `a.b=1 a.c=x` is the patch `{ a: { b: 1, c: "x" } }`. What is no JSON is taken for a text. */
export function parseAssignments(texts: readonly string[]): Patch {
  if (texts.length === 0) throw new UsageError("Set what? Such as rollout_pct=10.");
  const patch: Record<string, unknown> = {};
  for (const text of texts) {
    const at = text.indexOf("=");
    const names = text.slice(0, at).split(".");
    if (at < 1 || names.includes("")) {
      throw new UsageError(`"${text}" should read path=value, such as filters.max_maturity=PG.`);
    }
    assign(patch, names, parseValue(text.slice(at + 1)), text);
  }
  return patch;
}

function assign(
  patch: Record<string, unknown>,
  [name = "", ...rest]: readonly string[],
  value: unknown,
  text: string,
): void {
  if (rest.length === 0) {
    patch[name] = value;
    return;
  }
  const group = (patch[name] ??= {});
  if (typeof group !== "object" || Array.isArray(group)) {
    throw new UsageError(`"${text}" is inside of something that is set as a whole.`);
  }
  assign(group as Record<string, unknown>, rest, value, text);
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A word: name=Acme need not be name='"Acme"'.
    return text;
  }
}
