import { env } from "cloudflare:workers";
import { describe, it, vi } from "vitest";
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import { digestOf } from "../../src/domain/digest.ts";
import { ingest } from "../../src/events/ingest.ts";
import { writeLogLine } from "../../src/events/logged-event.ts";
import { deleteUser, purgeUsers } from "../../src/rights/delete-user.ts";
import { servicesOf } from "../../src/services.ts";
import { encodeBlock } from "../../src/similar/user-block.ts";
import { aTenant, aWorker, OPERATOR_KEY } from "./support/access.ts";
import { aTenantWithFeed } from "./support/app.ts";
import {
  aHeldUser,
  anEvent,
  bindings,
  DAY_MS,
  linesOf,
  logOf,
  pathOf,
  read,
  type Receipt,
  rowsOf,
  USER,
} from "./support/held-user.ts";

describe("a user who is deleted", () => {
  it("is exported first, with everything that there is", async ({ expect }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const tenant = await aTenantWithFeed(60);
    await aHeldUser(ask, tenant);
    const lines = await linesOf(ask, tenant);
    expect([...new Set(lines.map(({ store }) => store))].toSorted()).toEqual(
      [
        "active_users",
        "cached_answers_embedded",
        "dead_events",
        "end",
        "event_log",
        "export",
        "profile",
        "user_state_embedded",
        "watched",
      ].toSorted(),
    );
    expect(lines.at(-1)).toEqual({ store: "end", events: 2 });
    const profile = lines.find(({ store }) => store === "profile");
    expect(profile?.data).toMatchObject({
      profile: { profile: { personality: { openness: 80 } } },
    });
    expect(JSON.stringify(lines)).not.toContain("ben");
    // After the last file of the last shard.
    const late = await ask(`${pathOf(tenant)}/export?after=9-9`, { credential: OPERATOR_KEY });
    expect(await late.json()).toEqual({ store: "end", events: 0 });
    const odd = await ask(`${pathOf(tenant)}/export?after=x`, { credential: OPERATOR_KEY });
    expect(odd.status).toBe(400);
    await odd.text();
  });

  it("is gone from every store, and the receipt says so when it is checked", async ({ expect }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const tenant = await aTenantWithFeed(60);
    const { out, nowMs } = await aHeldUser(ask, tenant);
    const credential = OPERATOR_KEY;
    const answer = await ask(pathOf(tenant), { method: "DELETE", credential });
    expect(answer.status).toBe(202);
    const first = await answer.json<Receipt>();
    expect(rowsOf(first)).toMatchObject({
      user_state_embedded: ["done", 1],
      profile: ["done", 2],
      watched: ["done", 1],
      active_users: ["done", 1],
      cached_answers_embedded: ["done", 1],
      dead_events: ["done", 1],
      event_log: ["pending", 0],
      similar_models: ["pending", 0],
      api_keys: ["kept", 0],
    });
    const receiptPath = `${pathOf(tenant)}/deletion/${first.receipt}?verify=true`;
    const early = await read<Receipt>(ask(receiptPath, { credential }));
    expect(early.digest).toBe(first.digest);
    const foundIn = ({ verified = [] }: Receipt) =>
      verified.filter(({ found }) => found !== "absent").map(({ store }) => store);
    expect(foundIn(early)).toEqual(["similar_models", "event_log"]);

    const counts = await purgeUsers(out.rights, tenant as TenantId, nowMs + 120_000);
    expect(counts).toMatchObject({ pending: 1, files: 1, events: 2, more: 0 });
    expect(await logOf(tenant)).toBe(`${writeLogLine(anEvent("e2", "ben", nowMs - 2_000))}\n`);
    const manifest = await env.DB.prepare(
      "SELECT events, bytes, digest FROM event_files WHERE tenant = ?",
    )
      .bind(tenant)
      .first();
    const text = await logOf(tenant);
    expect(manifest).toEqual({ events: 1, bytes: text.length, digest: digestOf(text) });
    // The next model.
    await env.ARTEFACTS.put(`similar/${tenant}/1/users`, `ben\nann${USER}`);
    await purgeUsers(out.rights, tenant as TenantId, nowMs + 4 * DAY_MS);
    const late = await read<Receipt>(ask(receiptPath, { credential }));
    expect(late).toMatchObject({ state: "done" });
    expect(foundIn(late)).toEqual([]);
    expect(rowsOf(late)).toMatchObject({ event_log: ["done", 2], similar_models: ["done", 0] });
    const row = await env.DB.prepare("SELECT * FROM deleted_users WHERE receipt = ?")
      .bind(first.receipt)
      .first();
    expect(JSON.stringify(row)).not.toContain(USER);
    expect((await linesOf(ask, tenant)).map(({ store }) => store)).toEqual(["export", "end"]);
    // The other user is whole.
    expect((await linesOf(ask, tenant, "ben")).map(({ store }) => store)).toEqual(
      expect.arrayContaining(["profile", "watched", "user_state_embedded", "dead_events"]),
    );
  });

  it("is found in a model, whose ids stand next to each other", async ({ expect }) => {
    const tenant = "models";
    const { rights } = servicesOf(bindings).out;
    const [models] = rights.derived;
    const none = { starts: new Uint32Array(1), bytes: new Uint8Array() };
    const list = { items: new Uint32Array(), weights: new Float32Array() };
    const users = ["ben", USER, "cem"].map((user) => ({ user, ...list }));
    await env.ARTEFACTS.put(`similar/${tenant}/1/block-0`, encodeBlock(users, none));
    await env.ARTEFACTS.put(`similar/${tenant}/1/pairs-0`, `ben\ta\t1\t2\t3\t4\n${USER}\tb\t1\n`);
    await env.ARTEFACTS.put(`similar/${tenant}/1/items`, USER);
    const count = (user: string) =>
      models?.count({ tenant: tenant as TenantId, user: user as UserId });
    expect(await count(USER)).toBe(2);
    expect(await count("cem")).toBe(1);
    expect(await count("en")).toBe(0);
    expect(await count("a")).toBe(0);
  });

  it("is told of where a source goes on after their row", async ({ expect }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const tenant = await aTenant(ask);
    const place = (cursor: unknown) =>
      env.DB.prepare("INSERT OR REPLACE INTO sources VALUES (?, 'db', 'x', '{}', ?, NULL, 1, 'me')")
        .bind(tenant, JSON.stringify(cursor))
        .run();
    const places = async () =>
      (await linesOf(ask, tenant)).filter(({ store }) => store === "source_places");
    await place({ users: { at: "2026", id: USER }, likes: { id: "7" } });
    expect(await places()).toEqual([{ store: "source_places", data: { sources: ["db"] } }]);
    await place({ atMs: 1, user: USER, video: "v" });
    expect(await places()).toHaveLength(1);
    const history = { table: "handpicked_likes", until: "2026", at: "2025", id: "7" };
    await place({ user: USER, history });
    expect(await places()).toHaveLength(1);
    await place({ users: { id: "ben" }, likes: { id: USER } });
    expect(await places()).toEqual([]);
  });

  it("is forgotten again after a minute, whatever was written in between, and then begins anew", async ({
    expect,
  }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const tenant = await aTenantWithFeed(60);
    const { out, nowMs } = await aHeldUser(ask, tenant);
    const credential = OPERATOR_KEY;
    await read(ask(pathOf(tenant), { method: "DELETE", credential }));
    const feed = () => read(ask(`/t/${tenant}/recommend/${USER}?count=5`, { credential }));
    const held = async () => (await linesOf(ask, tenant)).map(({ store }) => store);
    await feed();
    expect(await held()).toContain("user_state_embedded");
    const purge = (atMs: number) => purgeUsers(out.rights, tenant as TenantId, atMs);
    await purge(nowMs + 10_000);
    expect(await held()).toContain("user_state_embedded");
    await purge(nowMs + 120_000);
    expect(await held()).not.toContain("user_state_embedded");
    await feed();
    await purge(nowMs + 180_000);
    expect(await held()).toContain("user_state_embedded");
  });

  it("keeps nothing of what they did before, however late it comes", async ({ expect }) => {
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const id = await aTenantWithFeed(10);
    const { events, tenantRecords } = servicesOf(bindings);
    const tenant = await tenantRecords.find(id as TenantId);
    if (tenant === undefined) throw new Error("no tenant");
    await read(ask(pathOf(id), { method: "DELETE", credential: OPERATOR_KEY }));
    const nowMs = Date.now();
    const late = [
      anEvent("late", USER, nowMs - 3_600_000),
      anEvent("later", USER, nowMs + 5_000),
      anEvent("other", "ben", nowMs - 3_600_000),
    ];
    expect(await ingest(events.ingest, tenant, late, nowMs)).toMatchObject({ recorded: 2 });
    expect(await linesOf(ask, id)).toContainEqual(
      expect.objectContaining({
        store: "event_log",
        data: expect.objectContaining({ id: "later" }),
      }),
    );
  });

  it("stays pending where a store is away, and goes when it is back", async ({ expect }) => {
    vi.spyOn(console, "warn").mockReturnValue(undefined);
    const ask = aWorker({ DEFAULT_AUTH: "open" });
    const tenant = await aTenantWithFeed(10);
    const { out, nowMs } = await aHeldUser(ask, tenant);
    const [broken, ...rest] = out.rights.holdings;
    if (broken === undefined) throw new Error("no holdings");
    const away = { ...broken, erase: () => Promise.reject(new Error("away")) };
    const key = { tenant: tenant as TenantId, user: USER as UserId };
    const ports = { ...out.rights, holdings: [away, ...rest] };
    const deletion = await deleteUser(ports, key, "receipt-1", nowMs);
    expect(deletion.stores[0]).toEqual({ store: broken.store, state: "pending", count: 0 });
    await purgeUsers(ports, key.tenant, nowMs + 120_000);
    expect(await broken.count(key)).toBe(1);
    await purgeUsers(out.rights, key.tenant, nowMs + 180_000);
    expect(await broken.count(key)).toBe(0);
  });
});
