import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, it } from "vitest";

import { RedisTier } from "../../src/cache/redis-tier.ts";
import { EntryRefusedError } from "../../src/cache/tier.ts";
import { timesOf } from "../../src/cache/windows.ts";
import { redisFixture } from "../support/redis-fixture.ts";
import { redisMissing } from "../support/redis-server.ts";
import { cacheTierContract } from "./cache-tier.contract.ts";

describe.skipIf(redisMissing !== undefined)(`on Redis ${redisMissing ?? ""}`, () => {
  const fixture = redisFixture();
  let direct: Redis;
  beforeAll(() => {
    direct = new Redis(fixture().server.url);
  });
  afterAll(() => direct.disconnect());
  const tier = (nowMs = () => Date.now()) =>
    new RedisTier({
      redis: fixture().settings,
      nowMs,
      userOf: (key) => /^acme\/of\/([^/]+)/.exec(key)?.[1],
    });
  const windows = { freshMs: 1_000, staleMs: 2_000, onErrorMs: 3_000, negativeMs: 0 };

  cacheTierContract("redis", tier);

  it("lets an entry expire when it is good for nothing", async ({ expect }) => {
    const entry = { ...timesOf(10_000, windows), bytes: new Uint8Array([1]) };
    await tier(() => 12_000).put("acme/expiring", entry);
    const lifeMs = await direct.pttl("nf:{acme/expiring}:cache");
    expect(lifeMs).toBeGreaterThan(0);
    expect(lifeMs).toBeLessThanOrEqual(4_000);
  });

  it("does not put what has ended", async ({ expect }) => {
    const entry = { ...timesOf(10_000, windows), bytes: new Uint8Array([1]) };
    await tier(() => 16_000).put("acme/ended", entry);
    expect(await direct.exists("nf:{acme/ended}:cache")).toBe(0);
  });

  it("refuses what no request could carry", async ({ expect }) => {
    const entry = { ...timesOf(Date.now(), windows), bytes: new Uint8Array(600_000) };
    await expect(tier().put("acme/big", entry)).rejects.toThrow(EntryRefusedError);
  });

  it("counts and drops the answers of one user", async ({ expect }) => {
    const cache = tier();
    const entry = { ...timesOf(Date.now(), windows), bytes: new Uint8Array([1]) };
    for (const key of ["acme/of/ana/1", "acme/of/ana/2", "acme/of/bob/1", "acme/others"]) {
      await cache.put(key, entry);
    }
    expect(await cache.countOf("acme", "ana")).toBe(2);
    await cache.drop("acme/of/ana/2");
    expect(await cache.countOf("acme", "ana")).toBe(1);
    expect(await cache.dropOf("acme", "ana")).toBe(1);
    expect(await cache.countOf("acme", "ana")).toBe(0);
    expect(await direct.keys("nf:{acme:ana}:*")).toEqual([]);
    expect(await cache.get("acme/of/ana/1")).toBeUndefined();
    expect((await cache.get("acme/of/bob/1"))?.bytes).toEqual(entry.bytes);
    expect((await cache.get("acme/others"))?.bytes).toEqual(entry.bytes);
    expect(await cache.dropOf("acme", "nobody")).toBe(0);
  });

  it("keeps the names of a user's answers for as long as one of them", async ({ expect }) => {
    const short = { ...timesOf(10_000, windows), bytes: new Uint8Array([1]) };
    const long = { ...short, keepUntilMs: 100_000 };
    const names = "nf:{acme:eve}:answers";
    await tier(() => 12_000).put("acme/of/eve/short", short);
    expect(await direct.pttl(names)).toBeLessThanOrEqual(4_000);
    await tier(() => 12_000).put("acme/of/eve/long", long);
    await tier(() => 13_000).put("acme/of/eve/other", short);
    expect(await direct.pttl(names)).toBeGreaterThan(80_000);
    expect(await direct.zcard(names)).toBe(3);
    await tier(() => 17_000).put("acme/of/eve/later", long);
    expect(await direct.zrange(names, "0", "-1")).toEqual([
      "nf:{acme:eve}:answer:acme/of/eve/later",
      "nf:{acme:eve}:answer:acme/of/eve/long",
    ]);
  });

  it("takes what another release wrote for missing", async ({ expect }) => {
    await direct.set("nf:{acme/odd}:cache", "something else");
    expect(await tier().get("acme/odd")).toBeUndefined();
  });
});
