import { describe, it } from "vitest";
import { aTenant, aWorker, makeKey } from "./support/access.ts";
import { anId, askAdmin, postJson, runJob } from "./support/app.ts";
import { anEventWorker, flushShards } from "./support/events.ts";
import { aShop, count, gift, like, type List, personal, popular } from "./support/shop.ts";
import { updateSimilarities } from "./support/similarities.ts";
import { askInRounds } from "./support/store-rounds.ts";

describe("lists of gifts, from counts to answers", () => {
  it("are ordered by what was counted, once the job ran", async ({ expect }) => {
    const tenant = await aShop([0, 1, 2, 3].map((index) => gift(index)));
    await count(tenant, [
      { item: "gift-3", count: 4 },
      { item: "gift-1", count: 100, daysAgo: 91 },
      { item: "gift-2", type: "click", count: 2 },
      { item: "gift-2", type: "impression", count: 500 },
      { item: "nobody-knows", count: 9 },
    ]);
    const { outcome, counts } = await runJob(tenant, "update-popularity");
    expect([outcome, counts["items"], counts["scored"]]).toEqual(["succeeded", 4, 2]);
    const list = await popular(tenant);
    expect(list.items).toEqual(["gift-3", "gift-2", "gift-0", "gift-1"]);
    expect(list).toMatchObject({
      algorithm_used: "popular",
      audience: "everyone",
      cache_hit: false,
    });
    const answer = await postJson(`/t/${tenant}/popular`, { user_params: { geo_id: 1 } });
    expect(answer.headers.get("X-Cache")).toBe("memory");
    expect((await answer.json<List>()).cache_hit).toBe(true);
  });

  it("hold no private, foreign or sold-out item, and only what filters ask for", async ({
    expect,
  }) => {
    const tenant = await aShop([
      gift(0),
      gift(1),
      gift(2, { user_id: "ann" }),
      gift(4, { private: true }),
      gift(6, { geo_id: 2 }),
      gift(8, { in_stock: false }),
      gift(10),
    ]);
    await runJob(tenant, "update-popularity");
    expect((await popular(tenant)).items).toEqual(["gift-0", "gift-1", "gift-10"]);
    const books = await popular(tenant, {
      filters: { category: "Books", price_from: 0, price_to: 9 },
    });
    expect([books.items, books.pagination.total_count]).toEqual([["gift-0"], 1]);
    const paged = await popular(tenant, { pagination: { page: 2, limit: 2 } });
    expect([paged.items, paged.pagination]).toEqual([
      ["gift-10"],
      expect.objectContaining({ page: 2, total_count: 3, total_pages: 2, has_next: false }),
    ]);
  });

  it("refuse what cannot be meant", async ({ expect }) => {
    const tenant = await aShop([gift(1)]);
    const bodies = [
      {},
      { user_params: { geo_id: 1 }, pagination: { page: 0 } },
      { user_params: { geo_id: 1 }, pagination: { limit: 101 } },
      { user_params: { geo_id: 1 }, filters: { price_from: 5, price_to: 5 } },
      { user_params: { geo_id: 1, age: "12" } },
      "{",
    ];
    for (const body of bodies) {
      const answer = await postJson(`/t/${tenant}/popular`, body);
      expect(answer.status).toBe(400);
      await answer.text();
    }
  });

  it("say that there are none yet, and are there as soon as the job ran", async ({ expect }) => {
    const tenant = await aShop([gift(1)]);
    expect(await popular(tenant)).toMatchObject({ items: [], degraded_reason: "no_lists" });
    await runJob(tenant, "update-popularity");
    expect(await popular(tenant)).toMatchObject({ items: ["gift-1"], degraded_reason: null });
  });

  it("keep to the tenant's policy from the next request on", async ({ expect }) => {
    const tenant = await aShop([gift(0), gift(1), gift(2)]);
    await runJob(tenant, "update-popularity");
    expect((await popular(tenant)).items).toHaveLength(3);
    await askAdmin(`/t/${tenant}/admin/config`, {
      method: "PATCH",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ filters: { excluded_items: ["gift-1"] } }),
    }).then((answer) => answer.text());
    expect((await popular(tenant)).items).toEqual(["gift-0", "gift-2"]);
  });
});

describe("a user's list of gifts", () => {
  it("changes with a like at the next request", async ({ expect }) => {
    const tenant = await aShop(Array.from({ length: 30 }, (_, index) => gift(index)));
    await runJob(tenant, "update-popularity");
    const before = await personal(tenant, "ann");
    expect([before.algorithm_used, before.items[0]]).toEqual(["popular", "gift-0"]);
    await like(tenant, "ann", "gift-1");
    const after = await personal(tenant, "ann");
    expect(after.algorithm_used).toBe("content_based");
    expect(after.items).not.toContain("gift-1");
    expect(after.items[0]).toBe("gift-3");
    expect(after.pagination.total_count).toBe(29);
    expect((await personal(tenant, "ann")).cache_hit).toBe(true);
    await like(tenant, "ann", "gift-3");
    await like(tenant, "ann", "gift-5");
    const third = await personal(tenant, "ann");
    expect(third.algorithm_used).toBe("collaborative_fallback_content");
  });

  it("is for nobody else's key", async ({ expect }) => {
    const askAs = aWorker();
    const tenant = await aTenant(askAs);
    const { key } = await makeKey(askAs, tenant, ["reader"], { user_id: "ann" });
    const asked = (user: string) =>
      askAs(`/t/${tenant}/personalized`, {
        method: "POST",
        credential: key,
        json: { user_id: user, geo_id: 1 },
      });
    expect([(await asked("ann")).status, (await asked("bob")).status]).toEqual([200, 403]);
  });

  it("takes at most three round trips to stores from cold", async ({ expect }) => {
    const tenant = await aShop([0, 1, 2, 3, 4].map((index) => gift(index)));
    const liked = { ann: ["gift-1", "gift-2", "gift-3"], bob: ["gift-1", "gift-4"] };
    const events = Object.entries(liked).flatMap(([user_id, items]) =>
      items.map((item_id) => ({ id: anId("e"), type: "like", user_id, item_id })),
    );
    const happened = anEventWorker();
    await happened.send(tenant, events).then((answer) => answer.text());
    await happened.deliver();
    await flushShards(tenant);
    await updateSimilarities(tenant);
    await runJob(tenant, "update-popularity");
    for (const [path, body, items, algorithm, trips] of [
      ["popular", { user_params: { geo_id: 1 } }, 5, "popular", 2],
      ["personalized", { user_id: "new", geo_id: 1 }, 5, "popular", 2],
      ["personalized", { user_id: "ann", geo_id: 1 }, 2, "collaborative", 3],
    ] as const) {
      await caches.default.delete(
        `https://cache.nearfeed.internal/snapshots/${encodeURIComponent(`${tenant}/popularity/;`)}`,
      );
      const answer = await askInRounds<List>(`/t/${tenant}/${path}`, body);
      expect(answer.body).toMatchObject({ algorithm_used: algorithm, cache_hit: false });
      expect(answer.body.items).toHaveLength(items);
      expect(answer.rounds, JSON.stringify(answer.rounds, null, 1)).toHaveLength(trips);
    }
  });
});
