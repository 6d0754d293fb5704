/** `npm run tenants -- keys …`: the API keys of one tenant. */
import { KEY_ROLES, type KeyRole } from "../../src/access/api-key.ts";
import { parseUserId } from "../../src/domain/ids.ts";
import type { AdminClient } from "../admin/admin-client.ts";
import { UsageError } from "./usage-error.ts";

export type KeyCommand = { readonly verb: "keys"; readonly tenant: string } & KeyAction;

type KeyAction =
  | { readonly action: "list" }
  | {
      readonly action: "create";
      readonly name: string;
      readonly roles: readonly KeyRole[];
      readonly user?: string;
    }
  | { readonly action: "rotate"; readonly id: string; readonly overlapSeconds?: number }
  | { readonly action: "revoke"; readonly id: string };

export function parseKeyCommand(
  tenant: string,
  [action = "list", ...words]: readonly string[],
  user: string | undefined,
): KeyCommand {
  const verb = "keys";
  if (user !== undefined && action !== "create") {
    throw new UsageError("--user is for keys … create.");
  }
  switch (action) {
    case "list":
      return { verb, tenant, action };
    case "create": {
      const [name, roles] = words;
      if (name === undefined || roles === undefined || words.length > 2) {
        throw new UsageError(
          'keys … create NAME ROLE[,ROLE]? A name of several words is "quoted".',
        );
      }
      return {
        verb,
        tenant,
        action,
        name,
        roles: parseRoles(roles),
        ...(user === undefined ? {} : { user: parseUser(user) }),
      };
    }
    case "rotate": {
      const overlap = words[1];
      return {
        verb,
        tenant,
        action,
        id: parseKeyId(action, words[0]),
        ...(overlap === undefined ? {} : { overlapSeconds: parseOverlap(overlap) }),
      };
    }
    case "revoke":
      return { verb, tenant, action, id: parseKeyId(action, words[0]) };
    default:
      throw new UsageError(`keys … ${action}? There are create, rotate and revoke.`);
  }
}

function parseRoles(text: string): readonly KeyRole[] {
  return text.split(",").map((name) => {
    const role = KEY_ROLES.find((known) => known === name);
    if (role !== undefined) return role;
    throw new UsageError(`"${name}" is no role of a key: there are ${KEY_ROLES.join(", ")}.`);
  });
}

function parseUser(text: string): string {
  if (parseUserId(text) !== undefined) return text;
  throw new UsageError(`"${text}" is no user id.`);
}

function parseKeyId(action: string, text: string | undefined): string {
  if (text === undefined) throw new UsageError(`keys … ${action} which? Its id is in the list.`);
  if (/^[0-9a-f]{16}$/.test(text)) return text;
  // A whole key is not repeated on the console: it is a secret.
  throw new UsageError("The id of a key is the 16 digits behind nf_; the rest of it is secret.");
}

function parseOverlap(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`The overlap is "${text}", which is no number of seconds.`);
}

interface KeyAnswer {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly user_id: string | null;
  readonly state: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  readonly replaces: string | null;
}

type MadeAnswer = KeyAnswer & { readonly key: string };
type Show = (line: string) => void;

export async function runKeyCommand(
  client: AdminClient,
  command: KeyCommand,
  show: Show,
): Promise<void> {
  const path = `/t/${encodeURIComponent(command.tenant)}/admin/keys`;
  switch (command.action) {
    case "list": {
      const { keys } = await client.ask<{ keys: readonly KeyAnswer[] }>("GET", path);
      for (const key of keys) show(lineOf(key));
      return;
    }
    case "create": {
      const { name, roles, user } = command;
      const body = { name, roles, ...(user === undefined ? {} : { user_id: user }) };
      showMade(await client.ask("POST", path, { body }), show);
      return;
    }
    case "rotate": {
      const { id, overlapSeconds } = command;
      const body = overlapSeconds === undefined ? {} : { overlap_seconds: overlapSeconds };
      showMade(await client.ask("POST", `${path}/${id}/rotate`, { body }), show);
      return;
    }
    case "revoke":
      await client.ask("DELETE", `${path}/${command.id}`);
      show(`${command.id}  revoked; refused everywhere within 60 seconds`);
  }
}

function showMade({ key, ...made }: MadeAnswer, show: Show): void {
  show(lineOf(made));
  show(`key  ${key}  (shown this once)`);
}

function lineOf(key: KeyAnswer): string {
  const details = [
    key.user_id === null ? undefined : `for ${key.user_id}`,
    key.replaces === null ? undefined : `replaces ${key.replaces}`,
    key.expires_at === null ? undefined : `until ${key.expires_at}`,
    `last used ${key.last_used_at ?? "never"}`,
  ].filter((detail) => detail !== undefined);
  const head = `${key.id}  ${key.state.padEnd(7)}  ${key.roles.join(",").padEnd(15)}`;
  return `${head}  ${key.name}  (${details.join(", ")})`;
}
