import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, it, vi } from "vitest";

import { RedisTier } from "../../src/cache/redis-tier.ts";
import { timesOf } from "../../src/cache/windows.ts";
import type { LuaScript } from "../../src/platform/lua-script.ts";
import { scriptBody } from "../../src/platform/lua-script.ts";
import * as scripts from "../../src/platform/lua-scripts.ts";
import { RedisClient } from "../../src/platform/redis-client.ts";
import { RedisPoolStore } from "../../src/pools/redis-pool-store.ts";
import { RedisUserStore } from "../../src/users/redis-user-store.ts";
import { userKeys } from "../../src/users/user-keys.ts";
import { type Lua54, lua54Missing, startLua54 } from "../support/lua54.ts";
import { aSnapshot } from "../support/pool-builders.ts";
import { redisFixture } from "../support/redis-fixture.ts";
import { redisMissing } from "../support/redis-server.ts";
import { aPolicy, aTenant, aUser, NOW } from "../support/user-requests.ts";
import { someSequence } from "../support/user-steps.ts";

const missing = redisMissing ?? lua54Missing;

/** The same user in the hands of Lua 5.4. */
const twin = (key: string): string => key.replace("{", "{lua54-");

describe.skipIf(missing !== undefined)(`scripts under Lua 5.4 ${missing ?? ""}`, () => {
  const fixture = redisFixture({ own: true });
  let lua54: Lua54;
  let direct: Redis;
  const seen = new Set<string>();

  beforeAll(() => {
    lua54 = startLua54(fixture().server.url);
    direct = new Redis(fixture().server.url);
    // oxlint-disable-next-line typescript/unbound-method -- called below with their client as `this`
    const { run, runAll } = RedisClient.prototype;
    const both = async (
      script: LuaScript,
      keys: readonly string[],
      args: readonly string[],
      reply: unknown,
    ): Promise<void> => {
      seen.add(script.name);
      const other = await lua54.run(script.body, keys.map(twin), args);
      if (JSON.stringify(other) !== JSON.stringify(reply)) {
        throw new Error(`${script.name} answers ${JSON.stringify(other)} under Lua 5.4`);
      }
    };
    vi.spyOn(RedisClient.prototype, "run").mockImplementation(async function runBoth(
      this: RedisClient,
      script,
      keys,
      args,
    ) {
      const reply = await run.call(this, script, keys, args);
      await both(script, keys, args, reply);
      return reply;
    });
    vi.spyOn(RedisClient.prototype, "runAll").mockImplementation(async function runAllBoth(
      this: RedisClient,
      calls,
    ) {
      const replies = await runAll.call(this, calls);
      for (const [index, { script, keys, args }] of calls.entries()) {
        await both(script, keys, args, replies[index]);
      }
      return replies;
    });
  });
  afterAll(() => {
    vi.restoreAllMocks();
    lua54.stop();
    direct.disconnect();
  });

  it("answer and store what they do under 5.1, for any user operations", async ({ expect }) => {
    const store = new RedisUserStore(fixture().settings);
    await fc.assert(
      fc.asyncProperty(someSequence, async (sequence) => {
        const user = aUser();
        let now = NOW;
        for (const [seconds, run] of sequence) {
          now += seconds;
          await run(store, user, now);
          await store.stats(user, now, aPolicy());
        }
        const [feed, served] = userKeys(user);
        expect(await direct.hgetallBuffer(twin(feed))).toEqual(await direct.hgetallBuffer(feed));
        expect(await direct.lrange(twin(served), 0, -1)).toEqual(
          await direct.lrange(served, 0, -1),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("answer and store what they do under 5.1, for answers that are kept", async ({ expect }) => {
    let nowMs = 1_000_000;
    const userOf = (): string => "ana";
    const tier = new RedisTier({ redis: fixture().settings, nowMs: () => nowMs, userOf });
    const windows = { freshMs: 10_000, staleMs: 10_000, onErrorMs: 0, negativeMs: 0 };
    for (const key of ["acme/one", "acme/two", "acme/one", "acme/three"]) {
      await tier.put(key, { ...timesOf(nowMs, windows), bytes: new Uint8Array([65]) });
      nowMs += 11_000;
    }
    const [names, there] = ["nf:{acme:ana}:answers", "nf:{acme:ana}:answer:acme/three"];
    const kept = await direct.zrange(names, "0", "-1", "WITHSCORES");
    expect(kept).toHaveLength(4);
    expect(await direct.zrange(twin(names), "0", "-1", "WITHSCORES")).toEqual(kept.map(twin));
    expect(await direct.get(twin(there))).toBe(await direct.get(there));
    expect(await direct.pttl(twin(names))).toBeGreaterThan(10_000);
  });

  it("answer what they do under 5.1 for pools, and leave no script untried", async ({ expect }) => {
    const store = new RedisPoolStore(fixture().settings);
    const tenant = aTenant();
    for (const version of [2, 3, 1]) {
      const snapshot = aSnapshot(version, { l1d: 5, fallback: 3 });
      await store.publish(tenant, snapshot);
      await store.load(tenant, snapshot.manifest.version);
    }
    expect([...seen].toSorted()).toEqual(
      Object.values(scripts)
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  it("are refused when they touch a key that is not declared", async ({ expect }) => {
    const body = 'return redis.call("HGET", "other", "f")';
    await expect(lua54.run(body, ["k"], [])).rejects.toThrow("undeclared key");
  });

  it("are refused with a line of flags, which only Upstash reads", async ({ expect }) => {
    const body = scriptBody(scripts.USER_TAKE, "upstash");
    expect(body.split("\n", 1)).toEqual(["#!lua flags=allow-key-locking"]);
    await expect(lua54.run(body, ["k"], [])).rejects.toThrow("unexpected symbol");
    expect(scriptBody(scripts.USER_STATS, "upstash")).toMatch(
      /^#!lua flags=no-writes,allow-key-locking\n/,
    );
  });

  it("are refused when they send a fraction", async ({ expect }) => {
    await expect(lua54.run("return 4 / 2", ["k"], [])).rejects.toThrow("neither string");
  });

  it("have the hash that the server gives them", async ({ expect }) => {
    for (const script of Object.values(scripts)) {
      expect(await direct.script("LOAD", script.body)).toBe(script.sha1.redis);
    }
  });
});
