import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { userStoreContract } from "../contract/user-store.contract.ts";
import { DurableUserStore } from "../../src/users/durable-user-store.ts";
import type { UserShardNamespace } from "../../src/users/durable-user-store.ts";
import type { UserId } from "../../src/domain/ids.ts";
import {
  aMark,
  aPeek,
  aPolicy,
  aRefill,
  aTake,
  aUser,
  codes,
  wanting,
} from "../support/user-requests.ts";

const namespace = env.USER_SHARDS_DO as unknown as UserShardNamespace;

userStoreContract(
  "Durable Object and SQLite",
  () => new DurableUserStore({ namespace, shards: 4, deadlineMs: 10_000 }),
);

describe("durable user store", () => {
  it("remembers its users when the object is evicted from memory", async ({ expect }) => {
    const store = new DurableUserStore({ namespace, shards: 1, deadlineMs: 10_000 });
    const user = aUser();
    await store.refill(user, aRefill({ candidates: { popularity: codes("p", 50) } }));
    const first = await store.take(user, aTake({ want: wanting(10, 0), token: "one" }));
    const { evictDurableObject } = await import("cloudflare:test");
    await evictDurableObject(namespace.get(namespace.idFromName(`${user.tenant}/0`)));
    const again = await store.take(
      user,
      aTake({ want: wanting(10, 0), token: "one", lookback: 5 }),
    );
    expect(again).toMatchObject({ outcome: "repeated", page: first.page });
    const next = await store.take(user, aTake({ want: wanting(10, 0), token: "two" }));
    expect(next.page.popularity).not.toBe(first.page.popularity);
    expect(next.levels.popularity).toBe(30);
  });

  it("writes nothing when a peek grants no refill, and one row when it does", async ({
    expect,
  }) => {
    const store = new DurableUserStore({ namespace, shards: 1, deadlineMs: 10_000 });
    const user = aUser();
    const { runInDurableObject } = await import("cloudflare:test");
    const shard = namespace.get(namespace.idFromName(`${user.tenant}/0`));
    const rowsChanged = (): Promise<number> =>
      runInDurableObject(
        shard,
        (_, { storage }) =>
          storage.sql.exec<{ rows: number }>("SELECT total_changes() AS rows").one().rows,
      );
    const written = async (lowWaterMark: number): Promise<number> => {
      const before = await rowsChanged();
      await store.peek(user, aPeek({ policy: aPolicy({ lowWaterMark }) }));
      return (await rowsChanged()) - before;
    };
    await store.refill(user, aRefill({ candidates: { popularity: codes("p", 10) } }));
    expect(await written(0)).toBe(0);
    expect(await written(5)).toBe(1);
    expect(await written(5)).toBe(0);
  });

  it("asks each shard once for the marks of many users", async ({ expect }) => {
    const asked: string[] = [];
    const counting = {
      idFromName: (name: string) => namespace.idFromName(name),
      get(id: DurableObjectId) {
        asked.push(id.toString());
        return namespace.get(id);
      },
    } as UserShardNamespace;
    const store = new DurableUserStore({ namespace: counting, shards: 4, deadlineMs: 10_000 });
    const { tenant } = aUser();
    const entries = Array.from({ length: 100 }, (_, n) => ({
      key: { tenant, user: `user-${n}` as UserId },
      request: aMark({ codes: codes("w", 1) }),
    }));
    expect(await store.markAll(entries)).toEqual(entries.map(() => 0));
    expect(asked.length).toBe(4);
    expect(new Set(asked).size).toBe(4);
  });

  it("says that it is unavailable when the object does not answer in time", async ({ expect }) => {
    const store = new DurableUserStore({ namespace, shards: 1, deadlineMs: 0 });
    await expect(store.take(aUser(), aTake())).rejects.toMatchObject({
      code: "USER_STATE_UNAVAILABLE",
    });
  });
});
