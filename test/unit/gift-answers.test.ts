import fc from "fast-check";
import { describe, it } from "vitest";
import { type GiftInputs, NO_FILTERS } from "../../src/gifts/gift-inputs.ts";
import { SNAPSHOT_WINDOWS } from "../../src/gifts/snapshot-shelf.ts";
import {
  aGiftCall,
  giftId,
  type GiftMetadata,
  GIFTS_NOW_MS,
  personalInputs,
  popularInputs,
} from "../support/gift-fixture.ts";
import { aShop, behind, bodyOf, everyPage, outage } from "../support/gift-shop.ts";

describe("answers of what is popular", () => {
  it("say the algorithm that ran, on a hit as well, and where they came from", async ({
    expect,
  }) => {
    const { ask } = await aShop();
    const [made, hit] = [await ask(popularInputs()), await ask(popularInputs())];
    expect([made.tier, hit.tier]).toEqual(["made", "memory"]);
    expect(bodyOf(made)).toMatchObject({ algorithm_used: "popular", cache_hit: false });
    expect(bodyOf(hit)).toEqual({ ...bodyOf(made), cache_hit: true });
  });

  it("fit together: every page, each item once, true totals", async ({ expect }) => {
    const { ask } = await aShop();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 100 }), async (limit) => {
        const pages = await everyPage(ask, popularInputs({ limit }));
        const items = pages.flatMap((page) => page.items);
        expect(new Set(items).size).toBe(60);
        expect(items).toHaveLength(60);
        for (const [at, { pagination }] of pages.entries()) {
          expect(pagination).toMatchObject({
            total_count: 60,
            total_pages: Math.ceil(60 / limit),
            has_previous: at > 0,
          });
        }
      }),
      { numRuns: 20 },
    );
  });

  it("are empty behind the last page, which is not one of them", async ({ expect }) => {
    const { ask } = await aShop();
    const { items, pagination } = bodyOf(await ask(popularInputs({ page: 9 })));
    expect(items).toEqual([]);
    expect(pagination).toMatchObject({ total_count: 60, has_next: false, has_previous: true });
  });

  it("have a key for every filter, a price of 0 among them", async ({ expect }) => {
    const { ask } = await aShop();
    const filters = [
      {},
      { priceFrom: 0 },
      { priceTo: 0.5 },
      { category: ["books"] },
      { platform: ["web"] },
      { suitableFor: ["friend"] },
      { acquaintanceLevel: ["close"] },
      { gender: ["f"] },
      { age: ["45+"] },
    ].map((some) => ({ ...NO_FILTERS, ...some }));
    const others: GiftInputs[] = [
      popularInputs({ who: { gender: "f" } }),
      popularInputs({ who: { ageGroup: "45+" } }),
      popularInputs({ category: "books" }),
      popularInputs({ order: "trending" }),
      popularInputs({ geo: "fr" }),
      popularInputs({ limit: 19 }),
      popularInputs({ page: 2 }),
    ];
    for (const inputs of [...filters.map((each) => popularInputs({ filters: each })), ...others]) {
      expect((await ask(inputs)).tier).toBe("made");
      expect((await ask({ ...inputs })).tier).toBe("memory");
    }
  });

  it("end with the snapshot and with the tenant's record", async ({ expect }) => {
    const { answers, ask, publish, time } = await aShop();
    const inputs = popularInputs();
    const first = bodyOf(await ask(inputs));
    time.nowMs += SNAPSHOT_WINDOWS.freshMs;
    await publish(time.nowMs);
    await ask(inputs);
    await behind();
    const next = await ask(inputs);
    expect([first.version, bodyOf(next).version]).toEqual([GIFTS_NOW_MS, time.nowMs]);
    expect(next.tier).toBe("made");
    expect((await ask(inputs)).tier).toBe("memory");
    for (const changed of [{ tenant: 2 }, { deployment: 2 }, { withdrawn: "a" }]) {
      const versions = { tenant: 1, deployment: 1, withdrawn: "", ...changed };
      const other = aGiftCall({}, { nowMs: time.nowMs, versions });
      expect((await answers.answer(other, inputs)).tier).toBe("made");
    }
  });
});

describe("a user's own list", () => {
  it("goes up the ladder with every like, and says so", async ({ expect }) => {
    const { ask, like, together } = await aShop();
    const used = async () => bodyOf(await ask(personalInputs())).algorithm_used;
    expect(await used()).toBe("popular");
    await like(0);
    expect(await used()).toBe("content_based");
    await like(3);
    expect(await used()).toBe("content_based");
    await like(6);
    expect(await used()).toBe("collaborative_fallback_content");
    together(giftId(6), [{ item: giftId(50), weight: 0.4 }]);
    await like(9);
    expect(await used()).toBe("collaborative");
    expect(bodyOf(await ask(personalInputs())).items[0]).toBe(giftId(50));
  });

  it("asks for what goes together beside the profile, and not while all is in memory", async ({
    expect,
  }) => {
    const { ask, prepared } = await aShop();
    await ask(popularInputs());
    expect(prepared.times).toBe(0);
    await ask(personalInputs());
    expect(prepared.times).toBe(1);
    await ask(personalInputs());
    expect(prepared.times).toBe(1);
  });

  it("is told of when it is made, and not when it was kept", async ({ expect }) => {
    const { ask, like, told } = await aShop();
    const made = bodyOf(await ask(personalInputs()));
    await ask(personalInputs());
    await ask(popularInputs());
    expect(told).toEqual([{ user: "ann", items: made.items, model: "gifts/popular" }]);
    await like(0);
    await ask(personalInputs());
    expect(told.map(({ model }) => model)).toEqual(["gifts/popular", "gifts/content_based"]);
  });

  it("shows what was liked or disliked no more from the next request on", async ({ expect }) => {
    const { ask, like } = await aShop();
    expect(bodyOf(await ask(personalInputs())).items).toContain(giftId(0));
    await like(0);
    const after = bodyOf(await ask(personalInputs()));
    expect(after.items).not.toContain(giftId(0));
    expect(after.pagination.total_count).toBe(59);
    await like(1, "dislike");
    const last = bodyOf(await ask(personalInputs()));
    expect(last.items).not.toContain(giftId(1));
    expect(last.pagination.total_count).toBe(58);
  });

  it("begins with what is like the liked, and goes on with what is popular, each item once", async ({
    expect,
  }) => {
    const { ask, like } = await aShop((index) => (index === 58 ? { price: 1 } : {}));
    await like(1);
    const pages = await everyPage(ask, personalInputs({ limit: 7 }));
    const items = pages.flatMap((page) => page.items);
    expect(new Set(items).size).toBe(items.length);
    expect(items).toHaveLength(pages[0]?.pagination.total_count ?? 0);
    const toys = items.slice(0, 19).map((id) => Number(id.slice(-4)) % 3);
    expect(toys.every((rest) => rest === 1)).toBe(true);
    expect(items[0]).toBe(giftId(58));
  });

  it("falls back to what is popular where nothing is known of the liked", async ({ expect }) => {
    const { ask, gifts, like, publish, time } = await aShop();
    await like(0);
    time.nowMs += SNAPSHOT_WINDOWS.freshMs;
    await publish(time.nowMs, gifts.slice(1));
    await ask(personalInputs());
    await behind();
    expect(bodyOf(await ask(personalInputs())).algorithm_used).toBe("popular_fallback");
  });

  it("never shows what is private, out of stock or foreign, whoever recommends it", async ({
    expect,
  }) => {
    const bad: Record<number, GiftMetadata> = {
      50: { private: true },
      51: { in_stock: false },
      52: { geo_id: "fr" },
    };
    const { ask, like, together } = await aShop((index) => bad[index] ?? {});
    for (const index of [0, 1, 2]) await like(index);
    const weighed = [50, 51, 52, 53, 0].map((index) => ({ item: giftId(index), weight: 1 }));
    together(giftId(0), weighed, weighed);
    const items = (await everyPage(ask, personalInputs())).flatMap((page) => page.items);
    expect(items[0]).toBe(giftId(53));
    for (const index of [50, 51, 52, 0]) expect(items).not.toContain(giftId(index));
  });

  it("is as for anybody while the kill switch is on, still without what was judged", async ({
    expect,
  }) => {
    const { ask, like } = await aShop();
    await like(0);
    const answer = bodyOf(await ask(personalInputs(), { kill_switch: true }));
    expect(answer.algorithm_used).toBe("popular");
    expect(answer.items[0]).toBe(giftId(1));
  });
});

describe("what is away", () => {
  it("is answered from the snapshot that is held, for a day", async ({ expect }) => {
    const { ask, store, time } = await aShop();
    await ask(popularInputs());
    store.away = outage("COPIES_UNAVAILABLE");
    time.nowMs += 3 * 3_600_000;
    const answer = await ask(popularInputs({ limit: 5 }));
    expect(answer.degraded).toBe("lists_stale");
    expect(bodyOf(answer)).toMatchObject({ degraded_reason: "lists_stale" });
    expect(bodyOf(answer).items).toHaveLength(5);
  });

  it("is said where nothing is held, and nothing is shown that policy may refuse", async ({
    expect,
  }) => {
    const { ask, store } = await aShop();
    store.away = outage("COPIES_UNAVAILABLE");
    const { items, degraded_reason } = bodyOf(await ask(popularInputs()));
    expect([items, degraded_reason]).toEqual([[], "lists_unavailable"]);
  });

  it("leaves a user with what was last known of them, and keeps nothing of it", async ({
    expect,
  }) => {
    const { ask, away, like, time } = await aShop();
    await like(0);
    await ask(personalInputs());
    away.profiles = outage("PROFILES_UNAVAILABLE");
    time.nowMs += 5_000;
    const inputs = personalInputs({ limit: 3 });
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await ask(inputs);
      expect([answer.tier, answer.degraded]).toEqual(["made", "profiles_unavailable"]);
      expect(bodyOf(answer).items).not.toContain(giftId(0));
    }
  });

  it("falls to content when nobody knows what goes together", async ({ expect }) => {
    const { ask, away, like } = await aShop();
    for (const index of [0, 1, 2]) await like(index);
    away.similar = outage("COPIES_UNAVAILABLE");
    const answer = bodyOf(await ask(personalInputs()));
    expect(answer.algorithm_used).toBe("collaborative_fallback_content");
    expect(answer.degraded_reason).toBe("similar_unavailable");
  });
});

describe("the shelf of snapshots", () => {
  it("asks by tag, and is sent the bytes only when they are others", async ({ expect }) => {
    const { ask, publish, store, time } = await aShop();
    await ask(popularInputs());
    for (let turn = 0; turn < 3; turn += 1) {
      time.nowMs += SNAPSHOT_WINDOWS.freshMs;
      await ask(popularInputs());
      await behind();
    }
    expect([store.reads, store.sent]).toEqual([4, 1]);
    time.nowMs += SNAPSHOT_WINDOWS.freshMs;
    await publish(time.nowMs);
    await ask(popularInputs());
    await behind();
    expect([store.reads, store.sent]).toEqual([5, 2]);
  });
});
