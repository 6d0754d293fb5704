import { Redis } from "ioredis";
import { describe, it } from "vitest";

import { RedisUserStore } from "../../src/users/redis-user-store.ts";
import { feedKey, peekKeys, servedKey, userKeys } from "../../src/users/user-keys.ts";
import { USER_STATE_LIFE_SECONDS } from "../../src/users/user-policy.ts";
import { redisFixture } from "../support/redis-fixture.ts";
import { redisMissing } from "../support/redis-server.ts";
import {
  leaseOne,
  aLease,
  aMark,
  aPeek,
  aPolicy,
  aRefill,
  aTake,
  aUser,
  codes,
  NOW,
} from "../support/user-requests.ts";
import { userStoreContract } from "./user-store.contract.ts";

describe.skipIf(redisMissing !== undefined)(`on Redis ${redisMissing ?? ""}`, () => {
  const fixture = redisFixture();
  userStoreContract("redis", () => new RedisUserStore(fixture().settings));

  it("makes one round trip an operation once the server knows its scripts", async ({ expect }) => {
    const store = new RedisUserStore(fixture().settings);
    const user = aUser();
    const operations = [
      () => store.take(user, aTake()),
      () => store.refill(user, aRefill()),
      () => leaseOne(store, user, aLease()),
      () => store.peek(user, aPeek()),
      () => store.mark(user, aMark()),
      () => store.markAll([user, aUser()].map((key) => ({ key, request: aMark() }))),
      () => store.stats(user, NOW, aPolicy()),
      () => store.forget(user),
      () => store.ping(),
    ];
    for (const operation of operations) await operation();
    const before = store.roundTrips;
    for (const operation of operations) await operation();
    expect(store.roundTrips - before).toBe(operations.length);
  });

  it("fails by name and without the request when the server refuses", async ({ expect }) => {
    const store = new RedisUserStore({ ...fixture().settings, token: "wrong" });
    const failure = await store.take(aUser(), aTake({ token: "secret" })).catch((e: unknown) => e);
    expect(failure).toMatchObject({ name: "FailureError", code: "USER_STATE_UNAVAILABLE" });
    expect((failure as Error).cause).toMatchObject({
      message: expect.stringContaining("WRONGPASS"),
    });
    expect(String((failure as Error).cause)).not.toContain("secret");
  });

  it("keeps state for its life, and the served list for its longest cooldown", async ({
    expect,
  }) => {
    const store = new RedisUserStore(fixture().settings);
    const direct = new Redis(fixture().server.url);
    const user = aUser();
    const marking = (cooldownSeconds: number) =>
      store.mark(
        user,
        aMark({
          as: "cooldown",
          codes: codes(`c${cooldownSeconds}`, 1),
          policy: aPolicy({ cooldownSeconds }),
        }),
      );
    await store.take(user, aTake());
    expect(await direct.ttl(feedKey(user))).toBeGreaterThan(USER_STATE_LIFE_SECONDS - 60);
    await marking(9000);
    await marking(100);
    await marking(8000);
    expect(await direct.ttl(servedKey(user))).toBeGreaterThan(8900);
    // A page in the middle expires: the list is written anew.
    await store.refill(user, aRefill({ nowSeconds: NOW + 100 }));
    expect(await direct.llen(servedKey(user))).toBe(2);
    expect(await direct.ttl(servedKey(user))).toBeGreaterThan(8800);
    direct.disconnect();
  });

  it("does not write to the user when a peek grants no refill", async ({ expect }) => {
    const store = new RedisUserStore(fixture().settings);
    const direct = new Redis(fixture().server.url);
    const user = aUser();
    /** An EXEC answers null when a watched key was written to. */
    const written = async (lowWaterMark: number): Promise<boolean> => {
      await direct.watch(...userKeys(user));
      await store.peek(user, aPeek({ policy: aPolicy({ lowWaterMark }) }));
      return (await direct.multi().ping().exec()) === null;
    };
    await store.refill(user, aRefill({ candidates: { popularity: codes("p", 10) } }));
    expect(await written(0)).toBe(false);
    expect(await written(5)).toBe(true);
    expect(await written(5)).toBe(false);
    direct.disconnect();
  });

  it("keeps the number of peeks for seconds, and a user it met by a peek for its life", async ({
    expect,
  }) => {
    const store = new RedisUserStore(fixture().settings);
    const direct = new Redis(fixture().server.url);
    const user = aUser();
    await store.peek(user, aPeek({ perSecond: 2 }));
    const [feed, , peeks] = peekKeys(user, NOW);
    expect(await direct.ttl(peeks)).toBeLessThanOrEqual(10);
    expect(await direct.ttl(peeks)).toBeGreaterThan(0);
    expect(await direct.ttl(feed)).toBeGreaterThan(USER_STATE_LIFE_SECONDS - 60);
    direct.disconnect();
  });

  it("holds a user of 400 queued and 1,000 watched items in 6 KB", async ({ expect }) => {
    const store = new RedisUserStore(fixture().settings);
    const direct = new Redis(fixture().server.url);
    const user = aUser();
    await store.refill(
      user,
      aRefill({ candidates: { popularity: codes("p", 240), freshness: codes("f", 160) } }),
    );
    await store.mark(user, aMark({ codes: codes("w", 1000) }));
    expect(await direct.memory("USAGE", feedKey(user), "SAMPLES", 0)).toBeLessThanOrEqual(6144);
    expect(await direct.exists(servedKey(user))).toBe(0);
    direct.disconnect();
  });
});
