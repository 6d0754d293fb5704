/** What the scripts cost the server: its own clock (SLOWLOG), its own count of calls, its own count of memory. */
import { Redis } from "ioredis";
import { itemCode, type ItemCodes, joinCodes } from "../../src/domain/item-code.ts";
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import { RedisUserStore } from "../../src/users/redis-user-store.ts";
import { userKeys } from "../../src/users/user-keys.ts";
import { DEFAULT_USER_POLICY } from "../../src/users/user-policy.ts";
import type { UserKey } from "../../src/users/user-store.ts";
import { startRecorder } from "./recorder.ts";
import { type Figure, median } from "./report.ts";

const NOW = 1_800_000_000;
const USERS = 200;
const AT_ONCE = 32;
const NO_CURSOR = { version: 1, position: 0, total: 10_000, untilSeconds: NOW + 1000 };
const policy = DEFAULT_USER_POLICY;
const codes = (prefix: string, count: number): ItemCodes =>
  joinCodes(...Array.from({ length: count }, (_, i) => itemCode(`${prefix}${i}abcdefg` as ItemId)));
const NO_CODES = codes("", 0);
const userOf = (name: string, index: number): UserKey => ({
  tenant: "bench" as TenantId,
  user: `${name}${index}` as UserId,
});

async function each(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let index = next++; index < count; index = next++) await work(index);
    }),
  );
}

export async function measureLua(
  redisUrl: string,
  proxy: { url: string; token: string },
): Promise<Figure[]> {
  const redis = new Redis(redisUrl);
  const recorder = await startRecorder();
  const storeAt = (url: string): RedisUserStore =>
    new RedisUserStore({ url, token: proxy.token, dialect: "redis", deadlineMs: 5_000 });
  const recording = storeAt(recorder.url);
  const live = storeAt(proxy.url);
  let store = live;
  /** The commands of `count` calls, not yet run. */
  const recorded = async (
    count: number,
    work: (index: number) => Promise<unknown>,
  ): Promise<readonly string[][]> => {
    store = recording;
    const commands: string[][] = [];
    for (let index = 0; index < count; index += 1) {
      commands.push(...(await recorder.record(() => work(index))));
    }
    store = live;
    return commands;
  };
  const offer = (key: UserKey, popularity: ItemCodes, freshness: ItemCodes): Promise<unknown> =>
    store.refill(key, {
      nowSeconds: NOW,
      candidates: { popularity, freshness, fallback: NO_CODES },
      capacity: { popularity: policy.capacity, freshness: policy.capacity },
      cursors: { popularity: NO_CURSOR, freshness: NO_CURSOR },
      policy,
    });
  const take = (key: UserKey, token: string): Promise<unknown> =>
    store.take(key, {
      nowSeconds: NOW,
      token,
      lookback: 0,
      want: { popularity: 60, freshness: 40, carryOver: true },
      policy,
    });
  const look = (key: UserKey, candidates: ItemCodes): Promise<unknown> =>
    store.peek(key, {
      nowSeconds: NOW,
      limits: { popularity: 120, freshness: 80 },
      candidates,
      perSecond: 1_000,
      policy,
    });
  const watch = (key: UserKey, watched: ItemCodes): Promise<unknown> =>
    store.mark(key, { nowSeconds: NOW, codes: watched, as: "watched", policy });

  try {
    // 240 + 160 queued and one page served, as a user has who is reading. The first page also loads the script.
    await each(USERS, async (i) => {
      await offer(userOf("take", i), codes(`p${i}-`, 300), codes(`f${i}-`, 200));
      await take(userOf("take", i), "first page");
    });
    const taking = await observe(
      redis,
      await recorded(USERS, (i) => take(userOf("take", i), "page")),
    );

    // A full 16 KB layer (8,000 items), 400 queued, 100 cooling down; half of the candidates are known or watched.
    const heavy = 20;
    await each(heavy, async (i) => {
      const key = userOf("offer", i);
      for (let batch = 0; batch < 9; batch += 1) await watch(key, codes(`w${i}-${batch}-`, 1_000));
      await offer(key, codes(`p${i}-`, 300), codes(`f${i}-`, 200));
      await take(key, "page");
    });
    const offering = await observe(
      redis,
      await recorded(heavy, (i) =>
        offer(
          userOf("offer", i),
          joinCodes(codes(`n${i}-`, 60), codes(`w${i}-3-`, 60)),
          joinCodes(codes(`m${i}-`, 40), codes(`w${i}-5-`, 40)),
        ),
      ),
    );
    // The queues are full again by now; a quarter of the candidates is watched, a quarter cools down.
    await look(userOf("loads the script", 0), NO_CODES);
    const peeking = await observe(
      redis,
      await recorded(heavy, (i) =>
        look(
          userOf("offer", i),
          joinCodes(codes(`n${i}-`, 100), codes(`w${i}-3-`, 50), codes(`p${i}-`, 50)),
        ),
      ),
    );

    await redis.set("bench:16k", "x".repeat(16_384));
    const get = ["EVAL", "return #redis.call('GET', KEYS[1])", "1", "bench:16k"];
    const floor = await observe(
      redis,
      Array.from({ length: USERS }, () => get),
    );

    const light = userOf("memory", 0);
    await watch(light, codes("seen-", 1_000));
    await offer(light, codes("p-", 240), codes("f-", 160));
    const used = await Promise.all(
      userKeys(light).map(async (key) =>
        Number((await redis.memory("USAGE", key, "SAMPLES", 0)) ?? 0),
      ),
    );
    return [
      { name: "floor: GET of 16 KB in a script (median)", value: floor.medianUs, unit: "µs" },
      {
        name: "take of 60 + 40, server time (median)",
        value: taking.medianUs,
        unit: "µs",
        atMost: 40,
      },
      { name: "take of 60 + 40, calls in the script", value: taking.calls, unit: "", atMost: 12 },
      {
        name: "offer of 200 against a 16 KB layer, server time (median)",
        value: offering.medianUs,
        unit: "µs",
        atMost: 400,
      },
      { name: "offer of 200, calls in the script", value: offering.calls, unit: "", atMost: 12 },
      {
        name: "peek of 120 + 80 and 200 candidates ÷ the floor",
        value: peeking.medianUs / floor.medianUs,
        unit: "×",
        atMost: 25,
        note: `${peeking.medianUs} µs`,
      },
      { name: "peek of 200, calls in the script", value: peeking.calls, unit: "", atMost: 12 },
      {
        name: "a user with 400 queued and 1,000 watched",
        value: used.reduce((sum, bytes) => sum + bytes, 0) / 1024,
        unit: "KB",
        atMost: 6,
      },
    ];
  } finally {
    recorder.stop();
    redis.disconnect();
  }
}

/** Median server time of the scripts among `commands`, and how many calls each made on average. */
async function observe(
  redis: Redis,
  commands: readonly string[][],
): Promise<{ readonly medianUs: number; readonly calls: number }> {
  await redis.config("SET", "slowlog-max-len", "100000");
  await redis.config("SET", "slowlog-log-slower-than", "0");
  await redis.slowlog("RESET");
  await redis.config("RESETSTAT");
  const pipeline = redis.pipeline();
  for (const [name = "", ...args] of commands) pipeline.call(name, ...args);
  for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
  const entries = (await redis.slowlog("GET", 100_000)) as [number, number, number, string[]][];
  await redis.config("SET", "slowlog-log-slower-than", "-1");
  const times = entries.filter(([, , , args]) => /^eval/i.test(args[0] ?? ""));
  const stats = await redis.info("commandstats");
  const counts = [...stats.matchAll(/cmdstat_([a-z|_]+):calls=(\d+)/g)].filter(
    ([, name]) => !/^(eval|evalsha|config|slowlog|info|ping|client|hello)/.test(name ?? ""),
  );
  const inner = counts.reduce((sum, [, , calls]) => sum + Number(calls), 0);
  return { medianUs: median(times.map(([, , us]) => us)), calls: inner / times.length };
}
