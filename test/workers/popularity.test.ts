import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import type { TenantId } from "../../src/domain/ids.ts";
import { D1DayCounts } from "../../src/popularity/d1-day-counts.ts";
import { anId, ask, askAdmin, runJob } from "./support/app.ts";
import { queryPlan } from "./support/query-plan.ts";
import { aShop, count, gift, importGifts, popular } from "./support/shop.ts";

const popularitiesOf = async (tenant: string) => {
  const { results } = await env.DB.prepare("SELECT id, popularity FROM items WHERE tenant = ?")
    .bind(tenant)
    .all<{ id: string; popularity: number }>();
  return new Map(results.map(({ id, popularity }) => [id, popularity]));
};

describe("the popularity of items", () => {
  it("is what was imported and what events add; an import keeps the events", async ({ expect }) => {
    const tenant = await aShop([gift(0, { popularity: 1_000 }), gift(1, { popularity: 10 })]);
    await count(tenant, [{ item: "gift-1", count: 20 }]);
    await runJob(tenant, "update-popularity");
    const first = await popularitiesOf(tenant);
    expect(first.get("gift-0")).toBe(1_000);
    expect(first.get("gift-1")).toBeGreaterThan(500);
    await importGifts(tenant, [gift(1, { popularity: 30 })]);
    const second = await popularitiesOf(tenant);
    expect(second.get("gift-1")).toBe((first.get("gift-1") ?? 0) + 20);
    const again = await runJob(tenant, "update-popularity");
    expect(again.counts["popularity_changed"]).toBe(0);
    await env.DB.prepare("DELETE FROM item_days WHERE tenant = ?").bind(tenant).run();
    await runJob(tenant, "update-popularity");
    expect((await popularitiesOf(tenant)).get("gift-1")).toBe(30);
  });

  it("is counted from every page of the counts", async ({ expect }) => {
    const gifts = Array.from({ length: 300 }, (_, index) =>
      gift(index, { id: `g${1_000 + index}` }),
    );
    const tenant = await aShop(gifts);
    const rows = gifts.flatMap(({ id }) =>
      Array.from({ length: 85 }, (_, daysAgo) => ({ item: id, daysAgo, type: "click" })),
    );
    await count(tenant, rows);
    const { counts } = await runJob(tenant, "update-popularity");
    expect(counts["scored"]).toBe(300);
    const stats = await (await askAdmin(`/t/${tenant}/stats`)).json();
    expect(stats).toMatchObject({
      main_database: { total_items: 300, total_clicks: 300 * 85, total_likes: 0 },
      recommendations_database: { cached_popular_items: 300 },
      cache_info: { items: 300 },
    });
  });

  it("looks back 7, 30 and 90 days, the last day of each included", async ({ expect }) => {
    const nowMs = Date.now();
    const tenant = anId("shop") as TenantId;
    const ages = [-1, 0, 7, 8, 30, 31, 90, 91];
    await count(
      tenant,
      ages.map((daysAgo) => ({ item: `age-${daysAgo}`, daysAgo })),
    );
    const bands = new Map<string, number>();
    for await (const page of new D1DayCounts(env.DB).counted(tenant, nowMs)) {
      for (const { item, band } of page) bands.set(item, band);
    }
    expect(ages.map((age) => bands.get(`age-${age}`))).toEqual([0, 0, 0, 1, 1, 2, 2, undefined]);
  });

  it("is read by item: no page reads the counts of another", async ({ expect }) => {
    const read = async (database: D1Database): Promise<void> => {
      const counts = new D1DayCounts(database).counted("t" as TenantId, Date.now());
      expect((await counts.next()).done).toBe(true);
    };
    const plan = await queryPlan(read, "t", "", 1, 1, 1);
    const searches = plan.filter((detail) => detail.includes("item_days"));
    expect(searches).toHaveLength(2);
    for (const search of searches) {
      expect(search).toMatch(/USING PRIMARY KEY \(tenant=\? AND item>\?/);
    }
  });

  it("that rises is trending, and what does well unseen is under-exposed", async ({ expect }) => {
    const tenant = await aShop([0, 1, 2].map((index) => gift(index)));
    const hour = Math.floor(Date.now() / 3_600_000);
    await env.DB.prepare(
      `INSERT INTO item_hours (tenant, hour, item, impressions, weight)
       SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?2)`,
    )
      .bind(
        tenant,
        JSON.stringify([
          [hour - 20, "gift-0", 900, 50],
          [hour, "gift-0", 100, 5],
          [hour - 1, "gift-1", 10, 30],
          [hour - 60, "gift-2", 10, 900],
        ]),
      )
      .run();
    await runJob(tenant, "update-popularity");
    const trending = await popular(tenant, { order: "trending" });
    expect([trending.algorithm_used, trending.items]).toEqual(["trending", ["gift-1"]]);
    const unseen = await popular(tenant, { order: "under_exposed" });
    expect([unseen.algorithm_used, unseen.items]).toEqual(["under_exposed", ["gift-1"]]);
  });

  it("of another tenant changes nothing", async ({ expect }) => {
    const [one, other] = [await aShop([gift(0), gift(1)]), await aShop([gift(0), gift(1)])];
    await count(other, [{ item: "gift-1", count: 50 }]);
    await runJob(one, "update-popularity");
    await runJob(other, "update-popularity");
    expect((await popular(one)).items).toEqual(["gift-0", "gift-1"]);
    expect((await popular(other)).items).toEqual(["gift-1", "gift-0"]);
    expect((await ask(`/t/${one}/admin/refresh-popular-items`, { method: "POST" })).status).toBe(
      401,
    );
  });
});
