import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, it } from "vitest";

import { SLICES } from "../../src/domain/slices.ts";
import { POOLS_PUBLISH, POOLS_STAGE } from "../../src/platform/lua-scripts.ts";
import { RedisClient } from "../../src/platform/redis-client.ts";
import { poolsKey, poolVersionKey } from "../../src/pools/pool-keys.ts";
import { noFacts } from "../../src/pools/facts-builder.ts";
import { RedisPoolStore } from "../../src/pools/redis-pool-store.ts";
import { replicaText } from "../../src/pools/replica-text.ts";
import { aSnapshot } from "../support/pool-builders.ts";
import { redisFixture } from "../support/redis-fixture.ts";
import { redisMissing } from "../support/redis-server.ts";
import { aTenant } from "../support/user-requests.ts";
import { poolStoreContract } from "./pool-store.contract.ts";

describe.skipIf(redisMissing !== undefined)(`on Redis ${redisMissing ?? ""}`, () => {
  const fixture = redisFixture();
  let direct: Redis;
  beforeAll(() => {
    direct = new Redis(fixture().server.url);
  });
  afterAll(() => direct.disconnect());

  const client = () =>
    new RedisClient(fixture().settings, { code: "POOLS_UNAVAILABLE", message: "Down." });

  poolStoreContract("redis", () => new RedisPoolStore(fixture().settings));

  it("lets a replaced version expire after an hour or more, and never the current one", async ({
    expect,
  }) => {
    const store = new RedisPoolStore(fixture().settings);
    const tenant = aTenant();
    await store.publish(tenant, aSnapshot(1, { l1d: 1 }));
    await store.publish(tenant, aSnapshot(2, { l1d: 1 }));
    await store.publish(tenant, aSnapshot(2, { l1d: 1 }));
    expect(await direct.ttl(poolVersionKey(tenant, 1))).toBeGreaterThanOrEqual(3600);
    expect(await direct.ttl(poolVersionKey(tenant, 2))).toBe(-1);
    expect(await direct.ttl(poolsKey(tenant))).toBe(-1);
  });

  it("lets a version that was staged and never published expire", async ({ expect }) => {
    const tenant = aTenant();
    const keys = [poolsKey(tenant), poolVersionKey(tenant, 3)] as const;
    expect(await client().run(POOLS_STAGE, keys, ["3", "l1d", "a\nb", "3600"])).toBe(1);
    expect(await direct.ttl(keys[1])).toBeGreaterThan(0);
  });

  it("stages nothing over the current version", async ({ expect }) => {
    const tenant = aTenant();
    await new RedisPoolStore(fixture().settings).publish(tenant, aSnapshot(3, { l1d: 1 }));
    const keys = [poolsKey(tenant), poolVersionKey(tenant, 3)] as const;
    expect(await client().run(POOLS_STAGE, keys, ["3", "l1d", "other", "3600"])).toBe(0);
    expect(await direct.ttl(keys[1])).toBe(-1);
    expect(await direct.hget(keys[1], "l1d")).toBe("v3-l1d-0");
  });

  it("does not publish an incomplete version", async ({ expect }) => {
    const tenant = aTenant();
    const keys = [poolsKey(tenant), poolVersionKey(tenant, 3)] as const;
    await client().run(POOLS_STAGE, keys, ["3", "l1d", "a", "3600"]);
    const slices = String(SLICES.length);
    const reply = await client().run(
      POOLS_PUBLISH,
      [...keys, poolVersionKey(tenant, 0)],
      ["3", "{}", "0", slices, "7200"],
    );
    expect(reply).toEqual(["incomplete", "0"]);
    expect(await direct.exists(keys[0])).toBe(0);
  });

  it("publishes more than one request holds", async ({ expect }) => {
    const store = new RedisPoolStore(fixture().settings);
    const tenant = aTenant();
    const sizes = Object.fromEntries(SLICES.map((slice) => [slice, 40_000]));
    const snapshot = aSnapshot(9, sizes);
    await store.publish(tenant, snapshot);
    expect(await direct.hexists(poolVersionKey(tenant, 9), "facts:1")).toBe(1);
    const loaded = await store.load(tenant, snapshot.manifest.version);
    expect(loaded && replicaText(loaded) === replicaText(snapshot)).toBe(true);
  });

  it("loads a version of a release that stored no facts", async ({ expect }) => {
    const tenant = aTenant();
    const { manifest, slices } = aSnapshot(5, { "99_100": 2, l1d: 1 });
    await direct.hset(
      poolVersionKey(tenant, 5),
      Object.fromEntries(SLICES.map((slice) => [slice, slices[slice].join("\n")])),
    );
    await direct.hset(poolsKey(tenant), { version: 5, manifest: JSON.stringify(manifest) });
    const loaded = await new RedisPoolStore(fixture().settings).load(tenant, 5);
    expect(loaded).toEqual({ manifest, slices, facts: noFacts(3) });
  });

  it("runs a script that the server lost, in a pipeline too", async ({ expect }) => {
    const tenant = aTenant();
    const keys = [poolsKey(tenant), poolVersionKey(tenant, 4)] as const;
    const call = (slice: string) =>
      ({ script: POOLS_STAGE, keys, args: ["4", slice, "NOSCRIPT", "60"] }) as const;
    await direct.script("FLUSH");
    const redis = client();
    expect(await redis.runAll([call("l1d"), call("l7d"), call("l14d")])).toEqual([1, 1, 1]);
    expect(redis.roundTrips).toBe(2);
    expect(await redis.runAll([call("l30d")])).toEqual([1]);
    expect(redis.roundTrips).toBe(3);
  });
});
