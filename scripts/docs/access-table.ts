/** Who may call which route, read from the app and judged by the rules that guard it, for `docs/access.md`. */
import { ACCESS_RULES, ACCESSES, refusalOf } from "../../src/access/access-rules.ts";
import { type Identity, NOBODY, OPEN_ANONYMOUS } from "../../src/access/identity.ts";
import { buildApp } from "../../src/app.ts";
import type { UserId } from "../../src/domain/ids.ts";
import { ROLES, type Role } from "../../src/domain/roles.ts";
import { type AccessRow, accessTable } from "../../src/routes/access-table.ts";

interface Caller {
  readonly name: string;
  readonly identity: Identity;
  readonly openDeployment?: boolean;
}

const withRole = (role: Role, user?: string): Identity => ({
  kind: "key",
  roles: [role],
  name: "key",
  ...(user === undefined ? {} : { user: user as UserId }),
});

const callers: readonly Caller[] = [
  { name: "nobody", identity: NOBODY },
  { name: "anybody of an open tenant", identity: OPEN_ANONYMOUS, openDeployment: true },
  { name: "reader for this user", identity: withRole("reader", "alice") },
  { name: "reader for another", identity: withRole("reader", "bob") },
  ...ROLES.map((role) => ({ name: role, identity: withRole(role) })),
];

function cell({ access, path }: AccessRow, { identity, openDeployment = false }: Caller): string {
  const user = path.includes(":user_id") ? "alice" : undefined;
  const refusal = refusalOf(access, { identity, user, openDeployment });
  if (refusal === undefined) return "yes";
  return refusal === "unauthenticated" ? "401" : "403";
}

export function renderAccess(rows: readonly AccessRow[] = accessTable(buildApp())): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const header = ["Route", "Access", ...callers.map(({ name }) => name)];
  return [
    line(["Access", "For", "Roles"]),
    line(["---", "---", "---"]),
    ...ACCESSES.map((access) => {
      const { says, admits } = ACCESS_RULES[access];
      return line([`\`${access}\``, says, admits.join(", ") || "none needed"]);
    }),
    "",
    line(header),
    line(header.map(() => "---")),
    ...rows.map((row) =>
      line([
        `\`${row.method} ${row.path.replaceAll(/:(\w+)/g, "{$1}")}\``,
        `\`${row.access}\``,
        ...callers.map((caller) => cell(row, caller)),
      ]),
    ),
  ].join("\n");
}
