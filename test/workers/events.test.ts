import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import type { EventShard } from "../../src/events/durable-event-shards.ts";
import { readLogLines } from "../../src/events/logged-event.ts";
import {
  askAdmin,
  askJson,
  aTenantWithFeed,
  type Feed,
  itemName,
  patchConfig,
} from "./support/app.ts";
import {
  anEventWorker,
  consume,
  countsOf,
  type EventsAnswer,
  flushShards,
} from "./support/events.ts";

const watch = (user: string, rank: number, more: Record<string, unknown> = {}) => ({
  id: `${user}-${rank}`,
  type: "watch",
  user_id: user,
  item_id: itemName(rank),
  ...more,
});

const feedOf = async (tenant: string, user: string): Promise<readonly string[]> =>
  (await askJson<Feed>(`/t/${tenant}/recommend/${user}?count=12`)).videos;

async function logOf(tenant: string) {
  const { results } = await env.DB.prepare(
    "SELECT name, events, bytes FROM event_files WHERE tenant = ?",
  )
    .bind(tenant)
    .all<{ name: string; events: number; bytes: number }>();
  const texts = await Promise.all(
    results.map(async ({ name }) => (await env.EVENT_LOG.get(name))?.text() ?? ""),
  );
  return { files: results, events: texts.flatMap((text) => [...readLogLines(text)]) };
}

describe("events", () => {
  it("reach the next feed of their user, the log and the counts", async ({ expect }) => {
    const tenant = await aTenantWithFeed(12);
    const worker = anEventWorker();
    const answer = await worker.send(tenant, [
      watch("ann", 0),
      watch("ann", 1, { watched_seconds: 30, total_seconds: 60, country: "DE" }),
      { type: "stare" },
      watch("ann", 0),
    ]);
    expect(answer.status).toBe(202);
    expect(await answer.json<EventsAnswer>()).toEqual({
      accepted: 2,
      duplicates: 1,
      rejected: [{ index: 2, reason: "type: stare is not known" }],
    });
    expect(await worker.deliver()).toEqual({ retried: 0 });
    const videos = await feedOf(tenant, "ann");
    expect(videos).toHaveLength(10);
    expect(videos).not.toContain(itemName(0));
    expect(videos).not.toContain(itemName(1));
    expect(await flushShards(tenant)).toBe(1);
    expect(await countsOf(tenant)).toEqual({ "item-0 watch": 1, "item-1 watch": 1 });
    const { files, events } = await logOf(tenant);
    expect(files).toHaveLength(1);
    expect(files[0]?.name).toMatch(
      new RegExp(`^events/${tenant}/\\d{4}-\\d\\d-\\d\\d/[0-3]-\\d+\\.ndjson$`),
    );
    expect(events.map(({ item, weight }) => [item, weight])).toEqual([
      ["item-0", 2],
      ["item-1", 1],
    ]);
    const rows = await env.DB.prepare(
      "SELECT country, sum FROM item_days WHERE tenant = ? ORDER BY item",
    )
      .bind(tenant)
      .all();
    expect(rows.results).toEqual([
      { country: "", sum: 1 },
      { country: "DE", sum: 0.5 },
    ]);
  });

  it("weigh what the tenant says", async ({ expect }) => {
    const tenant = await aTenantWithFeed(3);
    await patchConfig(tenant, { events: { weights: { watch: 7 } } });
    const worker = anEventWorker();
    await (await worker.send(tenant, [watch("ann", 0)])).text();
    await worker.deliver();
    await flushShards(tenant);
    const hour = await env.DB.prepare("SELECT weight, impressions FROM item_hours WHERE tenant = ?")
      .bind(tenant)
      .first();
    expect(hour).toEqual({ weight: 7, impressions: 0 });
  });

  it("that are delivered twice, or sent twice, count once", async ({ expect }) => {
    const tenant = await aTenantWithFeed(3);
    const worker = anEventWorker();
    for (let turn = 0; turn < 3; turn += 1) {
      // Another isolate each time: none remembers what it sent.
      const sender = anEventWorker();
      await (await sender.send(tenant, [watch("ann", 0), watch("bob", 0)])).text();
      worker.sent.push(...sender.sent, ...sender.sent);
      await worker.deliver();
      await flushShards(tenant);
    }
    expect(await countsOf(tenant)).toEqual({ "item-0 watch": 2 });
    expect((await logOf(tenant)).events).toHaveLength(2);
  });

  it("come in CloudEvents' binary mode, too", async ({ expect }) => {
    const tenant = await aTenantWithFeed(3);
    const worker = anEventWorker();
    const answer = await worker.send(
      tenant,
      { user_id: "ann", item_id: "v1" },
      { "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/app", "ce-type": "like" },
    );
    expect(await answer.json<EventsAnswer>()).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
  });

  it("are refused as a whole when the body is no list of them", async ({ expect }) => {
    const tenant = await aTenantWithFeed(3);
    const worker = anEventWorker();
    const answer = await worker.send(tenant, { nothing: true });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ errors: [{ path: "body" }] });
    const large = await worker.send(tenant, [watch("ann", 0, { device: "x".repeat(2_100_000) })]);
    expect(large.status).toBe(413);
    await large.text();
  });
});

/** Stands where a store was that is away. */
const away = new Proxy(
  {},
  {
    get: () => () => {
      throw new Error("internal error; away");
    },
  },
);

describe("no event is lost while", () => {
  it("shards or users' state are away: they wait in the queue", async ({ expect }) => {
    for (const store of ["EVENTS_DO", "USER_SHARDS_DO"]) {
      const tenant = await aTenantWithFeed(12);
      let broken = true;
      const worker = anEventWorker(() => (broken ? { [store]: away } : {}));
      expect((await worker.send(tenant, [watch("ann", 0), watch("bob", 1)])).status).toBe(202);
      expect(await worker.deliver(), store).toEqual({ retried: 1 });
      broken = false;
      expect(await worker.deliver(), store).toEqual({ retried: 0 });
      await flushShards(tenant);
      expect(await countsOf(tenant)).toEqual({ "item-0 watch": 1, "item-1 watch": 1 });
      expect(await feedOf(tenant, "ann")).not.toContain(itemName(0));
    }
  });

  it("a consumer dies after it has applied or recorded them", async ({ expect }) => {
    const { EVENTS_DO } = env;
    for (const dies of ["before", "after"]) {
      const tenant = await aTenantWithFeed(12);
      let deaths = 1;
      const dying = {
        idFromName: (name: string) => EVENTS_DO.idFromName(name),
        get: (id: DurableObjectId) => {
          const stub = EVENTS_DO.get(id) as unknown as EventShard;
          return {
            unknown: (ids: readonly string[]) => stub.unknown(ids),
            record: async (...call: Parameters<EventShard["record"]>) => {
              if (deaths > 0 && dies === "after") await stub.record(...call);
              if (deaths-- > 0) throw new Error("the consumer died");
              return stub.record(...call);
            },
          };
        },
      };
      const worker = anEventWorker(() => ({ EVENTS_DO: dying }));
      await (await worker.send(tenant, [watch("ann", 0), watch("bob", 1)])).text();
      expect(await worker.deliver(), dies).toEqual({ retried: 1 });
      // In the feed, and no count yet that could be wrong.
      expect(await feedOf(tenant, "ann")).not.toContain(itemName(0));
      expect(await worker.deliver(), dies).toEqual({ retried: 0 });
      await flushShards(tenant);
      expect(await countsOf(tenant), dies).toEqual({ "item-0 watch": 1, "item-1 watch": 1 });
    }
  });

  it("the queue is away: the request does the work", async ({ expect }) => {
    const tenant = await aTenantWithFeed(12);
    const worker = anEventWorker(() => ({ EVENTS: away }));
    expect((await worker.send(tenant, [watch("ann", 0)])).status).toBe(202);
    expect(await feedOf(tenant, "ann")).not.toContain(itemName(0));
    await flushShards(tenant);
    expect(await countsOf(tenant)).toEqual({ "item-0 watch": 1 });
  });

  it("queue and shards are away: the sender is told to come again", async ({ expect }) => {
    const tenant = await aTenantWithFeed(12);
    const worker = anEventWorker(() => ({ EVENTS: away, EVENTS_DO: away }));
    const answer = await worker.send(tenant, [watch("ann", 0)]);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: "EVENTS_UNAVAILABLE" });
  });

  it("the tables of counts are away: they wait in their shard", async ({ expect }) => {
    const tenant = await aTenantWithFeed(12);
    const worker = anEventWorker();
    await (await worker.send(tenant, [watch("ann", 0)])).text();
    await worker.deliver();
    await env.DB.prepare("ALTER TABLE event_files RENAME TO event_files_away").run();
    try {
      expect(await flushShards(tenant)).toBe(1);
      expect(await countsOf(tenant)).toEqual({});
    } finally {
      await env.DB.prepare("ALTER TABLE event_files_away RENAME TO event_files").run();
    }
    expect(await flushShards(tenant)).toBe(1);
    expect(await countsOf(tenant)).toEqual({ "item-0 watch": 1 });
    expect((await logOf(tenant)).events).toHaveLength(1);
  });
});

describe("events that nobody could use", () => {
  interface Dead {
    readonly messages: readonly {
      readonly id: string;
      readonly events: number;
      readonly reason: string;
      readonly first: unknown;
    }[];
  }
  const deadOf = async (tenant: string): Promise<Dead["messages"]> =>
    (await (await askAdmin(`/t/${tenant}/admin/dead-events`)).json<Dead>()).messages;

  it("are kept, less what counted after all, and count once when they are replayed", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(12);
    const worker = anEventWorker();
    await (await worker.send(tenant, [watch("ann", 0)])).text();
    await worker.deliver();
    const other = anEventWorker();
    await (await other.send(tenant, [watch("ann", 0), watch("bob", 1)])).text();
    for (let turn = 0; turn < 2; turn += 1) await consume("nearfeed-events-dead", other.sent);
    const first = { type: "watch", user_id: "bob", item_id: "item-1" };
    expect(await deadOf(tenant)).toMatchObject([{ id: "message-0", events: 1, first }]);
    const replay = await askAdmin(`/t/${tenant}/admin/dead-events/replay`, { method: "POST" });
    expect(replay.status, await replay.text()).toBe(202);
    expect(await deadOf(tenant)).toEqual([]);
    await consume("nearfeed-events", other.sent);
    await flushShards(tenant);
    expect(await countsOf(tenant)).toEqual({ "item-0 watch": 1, "item-1 watch": 1 });
  });

  it("are kept at once when they cannot be read, and dropped when somebody says so", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(3);
    const { explicitAcks } = await consume("nearfeed-events", [{ tenant, lines: "nonsense" }]);
    expect(explicitAcks).toHaveLength(1);
    const [dead] = await deadOf(tenant);
    expect(dead).toMatchObject({ reason: "The message could not be read.", first: null });
    const replay = await askAdmin(`/t/${tenant}/admin/dead-events/replay`, { method: "POST" });
    expect(await replay.json()).toEqual({ replayed: 0, unreadable: 1 });
    const drop = await askAdmin(`/t/${tenant}/admin/dead-events`, {
      method: "DELETE",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ids: [dead?.id] }),
    });
    expect(await drop.json()).toEqual({ dropped: 1 });
    expect(await deadOf(tenant)).toEqual([]);
  });
});
