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
  const tier = (nowMs = () => Date.now()) => new RedisTier({ redis: fixture().settings, nowMs });
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

  it("takes what another release wrote for missing", async ({ expect }) => {
    await direct.set("nf:{acme/odd}:cache", "something else");
    expect(await tier().get("acme/odd")).toBeUndefined();
  });
});
