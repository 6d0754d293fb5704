import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, it } from "vitest";
import type { TenantId } from "../../src/domain/ids.ts";
import { countEvents } from "../../src/events/count-events.ts";
import { D1CountLedger } from "../../src/events/d1-count-ledger.ts";
import type { EventShardNamespace } from "../../src/events/durable-event-shards.ts";
import { MemoryShardRecords } from "../../src/events/memory-shard-records.ts";
import type { ShardRecords } from "../../src/events/shard-records.ts";
import { SqliteShardRecords } from "../../src/events/sqlite-shard-records.ts";
import { anEvent } from "../support/event-world.ts";
import { anId } from "./support/app.ts";

/** One step of a shard, and what it tells. */
type Step = (records: ShardRecords) => unknown;

const names = fc.array(fc.nat({ max: 30 }).map(String), { maxLength: 8 });
const aStep: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(names, fc.nat({ max: 3 })).map(
    ([some, day]): Step =>
      (records) =>
        [...records.keep([...new Set(some)], day)].toSorted(),
  ),
  names.map(
    (some): Step =>
      (records) =>
        [...records.known(some)].toSorted(),
  ),
  fc.nat({ max: 3 }).map(
    (day): Step =>
      (records) =>
        records.dropBefore(day),
  ),
  fc.tuple(fc.nat({ max: 2 }), fc.integer({ min: 1, max: 40 })).map(
    ([day, length]): Step =>
      (records) =>
        records.append({ day, events: 1, text: "x".repeat(length) }),
  ),
  fc.tuple(fc.nat({ max: 50 }), fc.nat({ max: 60 })).map(([seq, limit]): Step => (records) => {
    const plan = records.plan() ?? records.makePlan(seq, limit);
    return plan && { ...plan, planned: records.planned(plan) };
  }),
  fc.constant<Step>((records) => {
    const plan = records.plan();
    if (plan !== undefined) records.finish(plan);
    return records.waiting();
  }),
  names.map((some): Step => (records) => {
    try {
      records.together(() => {
        records.keep(some, 1);
        throw new Error("undone");
      });
    } catch {
      // What was kept is not.
    }
    return records.waiting();
  }),
);

describe("a shard's records in SQLite", () => {
  it("are those in memory, whatever is done in whatever order", async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 60 }), async (steps) => {
        const stub = env.EVENTS_DO.get(env.EVENTS_DO.idFromName(anId("t")));
        const told = await runInDurableObject(stub, (_, { storage }) => {
          const sqlite = new SqliteShardRecords(storage);
          return steps.map((step) => step(sqlite));
        });
        const memory = new MemoryShardRecords();
        expect(told).toEqual(steps.map((step) => step(memory)));
      }),
      { numRuns: 60 },
    );
  });
});

describe("a shard", () => {
  const aShard = () => {
    const key = { tenant: anId("t") as TenantId, shard: 0 };
    const namespace = env.EVENTS_DO as EventShardNamespace;
    const stub = namespace.get(namespace.idFromName(`${key.tenant}/0`));
    let last = 0;
    return {
      ring: () => runDurableObjectAlarm(stub),
      record: (events: number) =>
        stub.record(
          key,
          Array.from({ length: events }, () => ({
            ...anEvent(`e${(last += 1)}`, { atMs: Date.now() }),
            weight: 1,
          })),
        ),
      flush: () => stub.flush(key),
      files: () =>
        env.DB.prepare("SELECT count(*) AS files FROM event_files WHERE tenant = ?")
          .bind(key.tenant)
          .first<number>("files"),
      secondsToAlarm: async () => {
        const alarmMs = await runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
        return Math.round(((alarmMs ?? Infinity) - Date.now()) / 1_000);
      },
    };
  };

  it("writes soon after a pause, every five minutes while it is busy, and when asked", async ({
    expect,
  }) => {
    const { record, ring, flush, files, secondsToAlarm } = aShard();
    await record(1);
    expect(await secondsToAlarm()).toBe(10);
    expect(await ring()).toBe(true);
    expect(await files()).toBe(1);
    await record(1);
    expect(await secondsToAlarm()).toBe(300);
    expect(await flush()).toBe(true);
    expect(await files()).toBe(2);
    await record(1);
    await ring();
    expect(await files()).toBe(3);
  });

  it("does not wait when a file is full", async ({ expect }) => {
    const { record, files } = aShard();
    await record(20_000);
    await expect.poll(files, { timeout: 8_000 }).toBe(1);
  });
});

describe("the ledger in D1", () => {
  it("adds the counts of a file once, and all of them or none", async ({ expect }) => {
    const tenant = anId("t") as TenantId;
    const ledger = new D1CountLedger(env.DB);
    const nowMs = Date.now();
    const events = Array.from({ length: 5_000 }, (_, n) => ({
      ...anEvent(`e${n}`, { item: `v${n}`, atMs: nowMs }),
      weight: 3,
    }));
    const { counts, minMs, maxMs } = countEvents(events);
    const file = (seq: number) => ({
      tenant,
      shard: 0,
      seq,
      day: 20_000,
      name: `file-${seq}`,
      events: events.length,
      bytes: 1,
      minMs,
      maxMs,
      digest: "d",
    });
    const rows = async () =>
      env.DB.prepare(
        "SELECT count(*) AS items, sum(count) AS count FROM item_days WHERE tenant = ?",
      )
        .bind(tenant)
        .first();
    expect(await ledger.add(file(1), counts, nowMs)).toBe("added");
    expect(await ledger.add(file(1), counts, nowMs)).toBe("known");
    expect(await rows()).toEqual({ items: 5_000, count: 5_000 });
    expect(await ledger.add(file(2), counts, nowMs)).toBe("added");
    expect(await rows()).toEqual({ items: 5_000, count: 10_000 });
    const hours = await env.DB.prepare(
      "SELECT sum(weight) AS weight FROM item_hours WHERE tenant = ?",
    )
      .bind(tenant)
      .first();
    expect(hours).toEqual({ weight: 30_000 });
  });

  it("keeps hours for two days", async ({ expect }) => {
    const tenant = anId("t") as TenantId;
    const ledger = new D1CountLedger(env.DB);
    const nowMs = Date.now();
    const HOUR_MS = 3_600_000;
    const add = (seq: number, atMs: number, laterMs: number) => {
      const { counts } = countEvents([{ ...anEvent("e", { atMs }), weight: 1 }]);
      const file = { tenant, shard: 0, seq, day: 1, name: "f", events: 1, bytes: 1 };
      return ledger.add({ ...file, minMs: atMs, maxMs: atMs, digest: "d" }, counts, laterMs);
    };
    await add(1, nowMs - 60 * HOUR_MS, nowMs);
    await add(2, nowMs - 40 * HOUR_MS, nowMs);
    const hours = async () =>
      (await env.DB.prepare("SELECT hour FROM item_hours WHERE tenant = ?").bind(tenant).all())
        .results;
    expect(await hours()).toEqual([{ hour: Math.floor((nowMs - 40 * HOUR_MS) / HOUR_MS) }]);
    await add(3, nowMs, nowMs + 20 * HOUR_MS);
    expect(await hours()).toEqual([{ hour: Math.floor(nowMs / HOUR_MS) }]);
  });
});
