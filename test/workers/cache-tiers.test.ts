import { env } from "cloudflare:workers";
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, it } from "vitest";
import { CacheApiTier } from "../../src/cache/cache-api-tier.ts";
import { type CacheNamespace, DurableTier } from "../../src/cache/durable-tier.ts";
import { KvTier } from "../../src/cache/kv-tier.ts";
import { SqliteShelf } from "../../src/cache/sqlite-shelf.ts";
import { EntryRefusedError } from "../../src/cache/tier.ts";
import { timesOf } from "../../src/cache/windows.ts";
import { cacheTierContract } from "../contract/cache-tier.contract.ts";

const nowMs = () => Date.now();
const namespace = env.CACHE_DO as unknown as CacheNamespace;
const windows = { freshMs: 1_000, staleMs: 2_000, onErrorMs: 3_000, negativeMs: 0 };
const anEntry = (storedAtMs: number, bytes = new Uint8Array([1, 2])) => ({
  ...timesOf(storedAtMs, windows),
  bytes,
});

cacheTierContract("Durable Object and SQLite", () => new DurableTier({ namespace, shards: 4 }));
cacheTierContract("KV", () => new KvTier({ namespace: env.REPLICAS, name: "cache", nowMs }));
cacheTierContract("Cache API", () => new CacheApiTier({ name: "tests", nowMs }));

describe("a cache object", () => {
  it("sweeps what has ended, in batches, and keeps the rest", async ({ expect }) => {
    const now = Date.now();
    const stub = env.CACHE_DO.get(env.CACHE_DO.idFromName("acme/sweep"));
    const object = namespace.get(namespace.idFromName("acme/sweep"));
    await runInDurableObject(stub, (_, state) => {
      const shelf = new SqliteShelf(state.storage.sql);
      for (let index = 0; index < 700; index += 1)
        shelf.keep(`old/${index}`, anEntry(now - 60_000));
    });
    await object.keep("acme/live", anEntry(now + 60_000));
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    const rows = () =>
      runInDurableObject(stub, (_, state) =>
        Number(state.storage.sql.exec("SELECT COUNT(*) AS n FROM entries").one()["n"]),
      );
    expect(await rows()).toBe(201);
    // The next batch is due at once.
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(await rows()).toBe(1);
    expect(await object.find("acme/live")).toBeDefined();
  });

  it("is not asked to keep more than a row holds", async ({ expect }) => {
    const tier = new DurableTier({ namespace, shards: 1 });
    const big = anEntry(Date.now(), new Uint8Array(2_000_001));
    await expect(tier.put("acme/big", big)).rejects.toThrow(EntryRefusedError);
    const fits = anEntry(Date.now(), new Uint8Array(2_000_000));
    await tier.put("acme/fits", fits);
    expect((await tier.get("acme/fits"))?.bytes.byteLength).toBe(2_000_000);
  });
});

describe("the tier in KV", () => {
  it("writes a key once a second", async ({ expect }) => {
    let now = Date.now();
    const tier = new KvTier({ namespace: env.REPLICAS, name: "once", nowMs: () => now });
    await tier.put("acme/a", anEntry(now));
    await expect(tier.put("acme/a", anEntry(now))).rejects.toThrow(EntryRefusedError);
    await tier.put("acme/b", anEntry(now));
    now += 1_000;
    await tier.put("acme/a", anEntry(now));
    expect((await tier.get("acme/a"))?.storedAtMs).toBe(now);
  });

  it("refuses what KV does not take", async ({ expect }) => {
    const tier = new KvTier({ namespace: env.REPLICAS, name: "big", nowMs });
    const big = anEntry(Date.now(), new Uint8Array(25 * 1024 * 1024 + 1));
    await expect(tier.put("acme/big", big)).rejects.toThrow(EntryRefusedError);
  });
});

describe("the tier in the Cache API", () => {
  it("keeps the bytes alone as the body, for as long as they are good for something", async ({
    expect,
  }) => {
    const now = Date.now();
    await new CacheApiTier({ name: "body", nowMs: () => now }).put("acme/x", anEntry(now));
    const kept = await caches.default.match("https://cache.nearfeed.internal/body/acme%2Fx");
    expect(kept?.headers.get("Cache-Control")).toBe("public, max-age=6");
    expect(new Uint8Array((await kept?.arrayBuffer()) ?? [])).toEqual(new Uint8Array([1, 2]));
  });

  it("does not keep what has ended", async ({ expect }) => {
    const tier = new CacheApiTier({ name: "ended", nowMs });
    await tier.put("acme/x", anEntry(Date.now() - 60_000));
    expect(await tier.get("acme/x")).toBeUndefined();
  });
});
