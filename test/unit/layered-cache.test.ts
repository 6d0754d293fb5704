import { afterEach, beforeEach, describe, it, vi } from "vitest";
import type { CacheRead, Loaded } from "../../src/cache/tiered-cache.ts";
import { FailureError } from "../../src/domain/failure.ts";
import type { Eventually } from "../../src/pipeline/stages.ts";
import { anIsolate, tiersOf } from "../support/cache-fixture.ts";

const KEY = "acme/numbers/;a=1";
const value = (number: number): Loaded<number> => ({ outcome: "value", value: number });
const failed: Loaded<number> = { outcome: "failed", reason: "quota", retryAfterSeconds: 2 };

const all = (reads: readonly Eventually<CacheRead<number>>[]) =>
  Promise.all(reads.map((read) => Promise.resolve(read)));

function setUp(tiers = tiersOf("edge", "l2"), settings = {}) {
  const isolate = anIsolate(tiers, settings);
  const loads = { count: 0, next: (): Promise<Loaded<number>> => Promise.resolve(value(1)) };
  const read = (nowMs: number, options: { renew?: boolean } = {}): Eventually<CacheRead<number>> =>
    isolate.cache.read(KEY, {
      nowMs,
      background: isolate.background,
      load: () => {
        loads.count += 1;
        return loads.next();
      },
      ...options,
    });
  return { ...isolate, tiers, loads, read };
}

describe("the layered cache", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("makes a value once, and holds it without a turn of the event loop", async ({ expect }) => {
    const { cache, read, loads, settled, tiers, counters } = setUp();
    expect(await read(0)).toMatchObject({ value: 1, tier: "made", state: "fresh" });
    expect(read(9_999)).toMatchObject({ value: 1, tier: "memory", storedAtMs: 0 });
    expect(cache.held(KEY, 9_999)).toMatchObject({ value: 1 });
    expect(cache.held(KEY, 10_000)).toBeUndefined();
    expect(loads.count).toBe(1);
    await settled();
    for (const tier of tiers) expect(await tier.get(KEY)).toMatchObject({ storedAtMs: 0 });
    expect(counters.all()).toEqual({ "cache.numbers.hit.memory": 2, "cache.numbers.made": 1 });
  });

  it("serves what is stale at once and makes one newer value behind the answers", async ({
    expect,
  }) => {
    const { read, loads, settled } = setUp();
    await read(0);
    loads.next = () => Promise.resolve(value(2));
    expect(read(10_000)).toMatchObject({ value: 1, state: "stale", tier: "memory" });
    expect(read(10_001)).toMatchObject({ value: 1, state: "stale" });
    await settled();
    expect(read(10_002)).toMatchObject({ value: 2, state: "fresh", storedAtMs: 10_000 });
    expect(loads.count).toBe(2);
  });

  it("gives what a far tier has to nearer ones, with the times that it has", async ({ expect }) => {
    const one = setUp();
    await one.read(0);
    await one.settled();
    await one.tiers[0]?.drop(KEY);
    const two = setUp(one.tiers);
    expect(await two.read(4_000)).toMatchObject({ tier: "l2", storedAtMs: 0 });
    await two.settled();
    expect(await one.tiers[0]?.get(KEY)).toMatchObject({ storedAtMs: 0, freshUntilMs: 10_000 });
    expect(two.cache.held(KEY, 10_000)).toBeUndefined();
    expect(two.counters.all()).toEqual({ "cache.numbers.hit.l2": 1 });
    expect(two.loads.count).toBe(0);
  });

  it("serves what a far tier has while it makes a newer one", async ({ expect }) => {
    const one = setUp();
    await one.read(0);
    await one.settled();
    const two = setUp(one.tiers);
    two.loads.next = () => Promise.resolve(value(2));
    expect(await two.read(15_000)).toMatchObject({ value: 1, state: "stale", tier: "edge" });
    await two.settled();
    expect(two.read(15_001)).toMatchObject({ value: 2, state: "fresh" });
  });

  it("serves an old value when no newer one can be made, and does not ask again too soon", async ({
    expect,
  }) => {
    const { read, loads, settled } = setUp();
    await read(0);
    loads.next = () => Promise.resolve(failed);
    expect(await read(40_000)).toMatchObject({
      value: 1,
      state: "error",
      reason: "quota",
      retryAfterSeconds: 2,
    });
    expect(read(41_999)).toMatchObject({ value: 1, state: "error", retryAfterSeconds: 1 });
    expect(loads.count).toBe(2);
    await read(42_000);
    expect(loads.count).toBe(3);
    expect(await read(70_000)).toEqual({
      outcome: "failed",
      reason: "quota",
      retryAfterSeconds: 2,
    });
    await settled();
  });

  it("looks into far tiers while its own source is not asked", async ({ expect }) => {
    const one = setUp();
    one.loads.next = () => Promise.resolve({ ...failed, retryAfterSeconds: 3_600 });
    await one.read(0);
    const two = setUp(one.tiers);
    await two.read(1_000);
    await two.settled();
    expect(one.read(2_000)).toMatchObject({ outcome: "failed", retryAfterSeconds: 3_598 });
    expect(await one.read(5_000)).toMatchObject({ value: 1, tier: "edge" });
    expect(one.loads.count).toBe(1);
  });

  it("asks its source again sooner than it says to, where others may know better by then", async ({
    expect,
  }) => {
    const { read, loads, settled } = setUp();
    loads.next = () =>
      Promise.resolve({ ...failed, retryAfterSeconds: 3_600, askAgainSeconds: 30 });
    await read(0);
    expect(await read(29_000)).toMatchObject({ outcome: "failed", retryAfterSeconds: 3_571 });
    expect(loads.count).toBe(1);
    loads.next = () => Promise.resolve(value(2));
    expect(await read(30_000)).toMatchObject({ value: 2 });
    await settled();
  });

  it("keeps that there is nothing for a life of its own", async ({ expect }) => {
    const { read, loads, settled } = setUp();
    loads.next = () => Promise.resolve({ outcome: "nothing" });
    expect(await read(0)).toEqual({ outcome: "nothing" });
    await settled();
    expect(await read(4_999)).toEqual({ outcome: "nothing" });
    expect(loads.count).toBe(1);
    loads.next = () => Promise.resolve({ outcome: "nothing", windows: { negativeMs: 20_000 } });
    expect(await read(5_000)).toEqual({ outcome: "nothing" });
    await settled();
    expect(await read(24_999)).toEqual({ outcome: "nothing" });
    loads.next = () => Promise.resolve(value(1));
    expect(await read(25_000)).toMatchObject({ value: 1 });
  });

  it("lets others wait for one flight, each for as long as it may take", async ({ expect }) => {
    const { read, loads } = setUp([], { flightMs: 1_000 });
    let land: (loaded: Loaded<number>) => void = () => undefined;
    loads.next = () => new Promise((resolve) => (land = resolve));
    const reads = [read(0), read(10), read(20)];
    await vi.advanceTimersByTimeAsync(0);
    land(value(7));
    expect((await all(reads)).map((each) => each.outcome)).toEqual(Array(3).fill("found"));
    expect(loads.count).toBe(1);
  });

  it("lets one of those who waited fly when a flight is lost with its request", async ({
    expect,
  }) => {
    const { read, loads } = setUp([], { flightMs: 1_000 });
    loads.next = () => new Promise(() => undefined);
    void read(0);
    const waiting = [read(10), read(20)];
    await vi.advanceTimersByTimeAsync(0);
    loads.next = () => Promise.resolve(value(2));
    await vi.advanceTimersByTimeAsync(1_000);
    for (const each of await all(waiting)) expect(each).toMatchObject({ value: 2 });
    expect(loads.count).toBe(2);
  });

  it("gives up on the third lost flight", async ({ expect }) => {
    const { read, loads } = setUp([], { flightMs: 1_000 });
    loads.next = () => new Promise(() => undefined);
    void read(0);
    void read(0);
    void read(0);
    const last = read(0);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await last).toMatchObject({ outcome: "failed", reason: "flight_lost" });
  });

  it("takes a tier that fails or hangs for a miss, and counts it", async ({ expect }) => {
    const { read, tiers, counters } = setUp();
    for (const [index, mood] of (["failing", "hanging"] as const).entries()) {
      const tier = tiers[index];
      if (tier !== undefined) tier.mood = mood;
    }
    const answer = read(0);
    await vi.advanceTimersByTimeAsync(250);
    expect(await answer).toMatchObject({ value: 1, tier: "made" });
    expect(counters.all()).toMatchObject({
      "cache.numbers.failed.edge": 2,
      "cache.numbers.failed.l2": 1,
    });
  });

  it("takes an entry that it cannot read for a miss", async ({ expect }) => {
    const { read, tiers, settled } = setUp();
    const bytes = new TextEncoder().encode('"text"');
    const times = { storedAtMs: 0, freshUntilMs: 9, staleUntilMs: 9, keepUntilMs: 9 };
    await tiers[1]?.put(KEY, { ...times, negative: false, bytes });
    expect(await read(1)).toMatchObject({ value: 1, tier: "made" });
    await settled();
  });

  it("renews although a fresh value is kept, which stays when that fails", async ({ expect }) => {
    const { read, loads } = setUp();
    await read(0);
    loads.next = () => Promise.resolve(value(2));
    expect(await read(1, { renew: true })).toMatchObject({ value: 2, tier: "made" });
    loads.next = () => Promise.resolve(failed);
    expect(await read(2, { renew: true })).toMatchObject({ value: 2, state: "error" });
    expect(await read(3)).toMatchObject({ value: 2, state: "fresh" });
  });

  it("does not keep a value that is for this request alone", async ({ expect }) => {
    const { read, loads, cache } = setUp();
    loads.next = () => Promise.resolve({ outcome: "unkept", value: 9 });
    expect(await read(0)).toMatchObject({ value: 9 });
    expect(await cache.find(KEY, 0)).toBeUndefined();
  });

  it("throws a mistake of ours, and takes an outage for a failure", async ({ expect }) => {
    const { read, loads } = setUp();
    loads.next = () => Promise.reject(new TypeError("ours"));
    await expect(read(0)).rejects.toThrow("ours");
    loads.next = () => Promise.reject(new FailureError("YOUTUBE_UNAVAILABLE", "away"));
    expect(await read(1_000)).toMatchObject({ outcome: "failed", reason: "youtube_unavailable" });
  });

  it("finds the best of all tiers without making anything", async ({ expect }) => {
    const { cache, tiers, read, loads, settled, counters } = setUp();
    loads.next = () => Promise.resolve(value(5));
    await read(0);
    await settled();
    for (const tier of tiers) expect(await tier.get(KEY)).toBeDefined();
    expect(await cache.find(KEY, 9_999)).toMatchObject({ value: 5, state: "fresh" });
    expect(await cache.find(KEY, 10_000)).toMatchObject({ value: 5, state: "stale" });
    expect(await cache.find(KEY, 30_000)).toMatchObject({ value: 5, state: "error" });
    expect(await cache.find(KEY, 70_000)).toBeUndefined();
    expect(counters.all()).toMatchObject({ "cache.numbers.hit.memory": 1 });
  });
});
