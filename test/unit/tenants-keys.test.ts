import { describe, it } from "vitest";
import type { AdminClient } from "../../scripts/admin/admin-client.ts";
import { runKeyCommand } from "../../scripts/tenants/key-command.ts";
import { parseTenantsOptions } from "../../scripts/tenants/options.ts";

const ID = "0123456789abcdef";
const KEY = {
  id: ID,
  name: "site",
  roles: ["reader", "service"],
  user_id: null,
  state: "active",
  expires_at: null,
  last_used_at: null,
  replaces: null,
};

const commandOf = (line: string) => parseTenantsOptions(line.split(" "))?.command;

/** What a command asks of the Worker, and what it shows of the answer. */
async function run(line: string, answer: unknown) {
  const asked: unknown[][] = [];
  const shown: string[] = [];
  const client: Pick<AdminClient, "ask"> = {
    ask: (...call) => {
      asked.push(call);
      return Promise.resolve(answer as never);
    },
  };
  const command = commandOf(line);
  if (command?.verb !== "keys") throw new Error(`no command of keys: ${line}`);
  await runKeyCommand(client as AdminClient, command, (text) => shown.push(text));
  return { asked, shown };
}

describe("npm run tenants -- keys", () => {
  it("lists a tenant's keys, with whom they are for and when they were used", async ({
    expect,
  }) => {
    const used = { ...KEY, user_id: "alice", last_used_at: "2026-01-02T03:04:00.000Z" };
    const { asked, shown } = await run("keys acme", { keys: [used, { ...KEY, state: "revoked" }] });
    expect(asked).toEqual([["GET", "/t/acme/admin/keys"]]);
    expect(shown).toEqual([
      `${ID}  active   reader,service   site  (for alice, last used 2026-01-02T03:04:00.000Z)`,
      `${ID}  revoked  reader,service   site  (last used never)`,
    ]);
  });

  it("creates one, for a user if need be, and shows its text", async ({ expect }) => {
    const made = { ...KEY, key: `nf_${ID}_secret` };
    const { asked, shown } = await run("keys acme create site reader,service --user alice", made);
    expect(asked).toEqual([
      [
        "POST",
        "/t/acme/admin/keys",
        { body: { name: "site", roles: ["reader", "service"], user_id: "alice" } },
      ],
    ]);
    expect(shown[1]).toBe(`key  nf_${ID}_secret  (shown this once)`);
  });

  it("rotates one, with an overlap of the Worker's choice or of the caller's", async ({
    expect,
  }) => {
    const made = { ...KEY, key: `nf_${ID}_secret`, replaces: "fedcba9876543210" };
    const path = `/t/acme/admin/keys/${ID}/rotate`;
    const plain = await run(`keys acme rotate ${ID}`, made);
    expect(plain.asked).toEqual([["POST", path, { body: {} }]]);
    expect(plain.shown[0]).toContain("replaces fedcba9876543210");
    const { asked } = await run(`keys acme rotate ${ID} 0`, made);
    expect(asked).toEqual([["POST", path, { body: { overlap_seconds: 0 } }]]);
  });

  it("revokes one, whose answer is empty", async ({ expect }) => {
    const { asked, shown } = await run(`keys acme revoke ${ID}`, undefined);
    expect(asked).toEqual([["DELETE", `/t/acme/admin/keys/${ID}`]]);
    expect(shown).toEqual([`${ID}  revoked; refused everywhere within 60 seconds`]);
  });

  it("names what a word should have been, and never repeats a secret", ({ expect }) => {
    expect(() => commandOf("keys")).toThrow("Which tenant");
    expect(() => commandOf("keys --all")).toThrow("one tenant");
    expect(() => commandOf("keys acme explode")).toThrow("create, rotate and revoke");
    expect(() => commandOf("keys acme create site")).toThrow("NAME ROLE");
    expect(() => commandOf("keys acme create my site reader")).toThrow("quoted");
    expect(() => commandOf("keys acme create site operator")).toThrow("no role of a key");
    expect(() => commandOf("keys acme create site reader --user a/b")).toThrow("no user id");
    expect(() => commandOf("keys acme --user alice")).toThrow("--user is for");
    expect(() => commandOf(`keys acme rotate ${ID} soon`)).toThrow("no number of seconds");
    expect(() => commandOf("keys acme revoke")).toThrow("Its id is in the list");
    expect(() => commandOf(`keys acme revoke nf_${ID}_secret`)).toThrow(/^The id [^0]* secret\.$/);
  });
});
