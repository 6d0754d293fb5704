import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { digestOf } from "../../src/domain/digest.ts";
import type { UserId } from "../../src/domain/ids.ts";
import { writeLogLine } from "../../src/events/logged-event.ts";
import type { UserEvent } from "../../src/events/user-event.ts";
import { type Ask, aTenant, aWorker, OPERATOR_KEY } from "./support/access.ts";
import { addItems } from "./support/app.ts";

type Row = Readonly<Record<string, unknown>>;

const NOW = Date.now();
const credential = OPERATOR_KEY;

const anEvent = (id: string, user: string): UserEvent & { weight: number } => ({
  id,
  type: "like",
  user: user as UserId,
  item: "item-3" as UserEvent["item"],
  atMs: NOW - 60_000,
  weight: 2,
});

/** All pages, without their last lines. */
async function exported(ask: Ask, tenant: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let query = "";
  for (;;) {
    const answer = await ask(`/t/${tenant}/admin/export${query}`, { credential });
    const page = (await answer.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Row);
    const last = page.pop();
    rows.push(...page);
    if (last?.["kind"] === "end") return rows;
    query = `?after=${encodeURIComponent(String(last?.["after"]))}`;
  }
}

async function restore(ask: Ask, tenant: string, rows: readonly Row[]) {
  const body = rows.map((row) => JSON.stringify(row)).join("\n");
  const answer = await ask(`/t/${tenant}/admin/import`, { method: "POST", credential, body });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json<{ accepted: number; rejected: readonly unknown[] }>();
}

async function aFullTenant(ask: Ask): Promise<string> {
  const tenant = await aTenant(ask);
  await addItems(tenant, 2_100);
  const watched = ["ana", "ben"].map((user) =>
    JSON.stringify({ user_id: user, video_id: "item-9", watched_at: NOW - 1_000 }),
  );
  const body = watched.join("\n");
  await (await ask(`/t/${tenant}/admin/watched`, { method: "POST", credential, body })).text();
  const json = { openness: 80 };
  await (
    await ask(`/t/${tenant}/users/ana/personality`, { method: "PUT", credential, json })
  ).text();
  await aSourceAndAWebhook(ask, tenant);
  const events = [anEvent("e1", "ana"), anEvent("e2", "ben")];
  await restore(ask, tenant, [
    {
      kind: "log",
      shard: 0,
      seq: 7,
      day: 20_454,
      text: events.map((event) => `${writeLogLine(event)}\n`).join(""),
    },
  ]);
  return tenant;
}

async function aSourceAndAWebhook(ask: Ask, tenant: string): Promise<void> {
  const file = { kind: "r2", key: "items.ndjson" };
  const hook = { url: "https://example.com/hook", types: ["JobFailed"] };
  const path = `/t/${tenant}/admin`;
  await (await ask(`${path}/sources/file`, { method: "PUT", credential, json: file })).text();
  await (await ask(`${path}/webhooks`, { method: "POST", credential, json: hook })).text();
  const statements = [
    ["UPDATE sources SET cursor = ? WHERE tenant = ?", '{"etag":"one"}', tenant],
    ["INSERT INTO source_items VALUES (?, 'file', 'item-1', 'abc')", tenant],
    ["INSERT INTO withdrawn_items VALUES (?, 'item-gone', 'gone', ?)", tenant, NOW],
  ] as const;
  await env.DB.batch(
    statements.map(([statement, ...values]) => env.DB.prepare(statement).bind(...values)),
  );
}

const sorted = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(row)).toSorted();
/** Numbers of a profile follow the clock. */
const unnumbered = (rows: readonly Row[]) =>
  rows.map((row) =>
    row["kind"] === "user"
      ? { ...row, profile: { ...(row["profile"] as Row), version: 0, revision: 0 } }
      : row,
  );

const countsOf = async (tenant: string) =>
  (
    await env.DB.prepare(
      "SELECT item, day, type, count, sum FROM item_days WHERE tenant = ? ORDER BY item, day, type",
    )
      .bind(tenant)
      .all()
  ).results;

describe("a whole tenant", () => {
  it("comes out page by page, and back in as it was, however often", async ({ expect }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const from = await aFullTenant(ask);
    const rows = await exported(ask, from);
    const kinds = [...Map.groupBy(rows, ({ kind }) => kind)].map(([kind, of]) => [kind, of.length]);
    expect(kinds).toEqual([
      ["item", 2_100],
      ["withdrawn", 1],
      ["source", 1],
      ["source_item", 1],
      ["webhook", 1],
      ["watched", 2],
      ["user", 1],
      ["log", 1],
    ]);
    const to = await aTenant(ask);
    for (let times = 0; times < 2; times += 1) {
      expect(await restore(ask, to, rows)).toEqual({ accepted: rows.length, rejected: [] });
    }
    expect(sorted(unnumbered(await exported(ask, to)))).toEqual(sorted(unnumbered(rows)));
    expect(await countsOf(to)).toEqual(await countsOf(from));
    expect(await countsOf(to)).toMatchObject([{ item: "item-3", type: "like", count: 2 }]);
  });

  it("brings webhooks back without their secrets, disabled, and leaves those that are there", async ({
    expect,
  }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const from = await aFullTenant(ask);
    const rows = (await exported(ask, from)).filter(({ kind }) => kind === "webhook");
    expect(JSON.stringify(rows)).not.toContain("whsec_");
    const to = await aTenant(ask);
    await restore(ask, to, rows);
    const secretsOf = async () =>
      (
        await env.DB.prepare("SELECT tenant, enabled, secret FROM webhooks WHERE tenant IN (?, ?)")
          .bind(from, to)
          .all<{ tenant: string; enabled: number; secret: string }>()
      ).results;
    const before = await secretsOf();
    const enabled = Object.fromEntries(before.map((row) => [row.tenant, row.enabled]));
    expect(enabled).toEqual({ [from]: 1, [to]: 0 });
    expect(new Set(before.map(({ secret }) => secret)).size).toBe(2);
    await restore(ask, to, rows);
    await restore(ask, from, rows);
    expect(await secretsOf()).toEqual(before);
  });

  it("brings nobody back who was deleted since", async ({ expect }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const tenant = await aFullTenant(ask);
    const rows = await exported(ask, tenant);
    await (await ask(`/t/${tenant}/v1/users/ana`, { method: "DELETE", credential })).text();
    const log = rows.find(({ kind }) => kind === "log");
    await restore(ask, tenant, [...rows, { ...log, seq: 8 }]);
    const after = await exported(ask, tenant);
    const others = after.filter(({ kind, seq }) => kind !== "log" || seq === 8);
    expect(JSON.stringify(others)).not.toContain('"ana"');
    expect(JSON.stringify(others)).not.toContain('\\"ana\\"');
    expect(JSON.stringify(others)).toContain('\\"ben\\"');
  });

  it("leaves a file of the log that is there as it is", async ({ expect }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const tenant = await aFullTenant(ask);
    const before = await exported(ask, tenant);
    const text = `${writeLogLine(anEvent("e9", "cem"))}\n`;
    await restore(ask, tenant, [{ kind: "log", shard: 0, seq: 7, day: 20_454, text }]);
    expect(await exported(ask, tenant)).toEqual(before);
    const file = await env.DB.prepare("SELECT digest, events FROM event_files WHERE tenant = ?")
      .bind(tenant)
      .first<{ digest: string; events: number }>();
    const log = before.find(({ kind }) => kind === "log");
    expect(file).toEqual({ digest: digestOf(String(log?.["text"])), events: 2 });
  });

  it("refuses lines that are no part of an export, and places that it never gave", async ({
    expect,
  }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const tenant = await aTenant(ask);
    const answer = await restore(ask, tenant, [
      { kind: "log", shard: 0, seq: 1, day: 1, text: "nonsense" },
      { kind: "user", user_id: "a b", profile: {} },
      { kind: "item", row: { title: "no id" } },
      { kind: "other" },
      { kind: "source", name: "x", config: { kind: "r2" }, cursor: null },
      { kind: "webhook", id: "w", url: "https://example.com", types: ["Other"] },
    ]);
    expect(answer.accepted).toBe(0);
    expect(answer.rejected.length).toBe(6);
    const page = await ask(`/t/${tenant}/admin/export?after=nonsense`, { credential });
    expect(page.status).toBe(400);
  });
});
