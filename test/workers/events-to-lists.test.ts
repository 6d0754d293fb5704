/** From what users did to what others are shown: queue, consumer, log, jobs, answers. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import type { TenantId } from "../../src/domain/ids.ts";
import { BUCKETS } from "../../src/domain/slices.ts";
import type { Bindings } from "../../src/env.ts";
import { servicesOf } from "../../src/services.ts";
import { aWorker, OPERATOR_KEY } from "./support/access.ts";
import { anId, askAdmin, aTenantWithFeed, itemName, putJson, runJob } from "./support/app.ts";
import { anEventWorker, flushShards } from "./support/events.ts";
import { idsOf, type RankedFeed } from "./support/ranked-feed.ts";
import { aShop, gift, like, type List, personal, popular } from "./support/shop.ts";
import { updateSimilarities } from "./support/similarities.ts";

interface Deed {
  readonly type: string;
  readonly user: string;
  readonly item: string;
}

/** Sent as clients do, consumed, and flushed to the log and the counts. */
async function happened(tenant: string, deeds: readonly Deed[]): Promise<void> {
  const worker = anEventWorker();
  const events = deeds.map(({ type, user, item }) => ({
    id: anId("e"),
    type,
    user_id: user,
    item_id: item,
  }));
  const answer = await worker.send(tenant, events);
  if (!answer.ok) throw new Error(await answer.text());
  await answer.text();
  await worker.deliver();
  await flushShards(tenant);
}

const users = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => `u${from + at}`);
const likes = (who: readonly string[], items: readonly string[]): Deed[] =>
  who.flatMap((user) => items.map((item) => ({ type: "like", user, item })));

const gifts = (...indexes: readonly number[]) => indexes.map((index) => `gift-${index}`);

describe("what users do", () => {
  it("moves an item to another bucket of the pools", async ({ expect }) => {
    const tenant = await aTenantWithFeed(200);
    const { pools } = servicesOf(env as unknown as Bindings).l2Of({
      id: tenant as TenantId,
      ...(await configOf(tenant)),
    });
    const bucketOf = async (item: string) => {
      const manifest = await pools.current(tenant as TenantId);
      const version = await pools.load(tenant as TenantId, manifest?.version ?? 0);
      return BUCKETS.find((name) => version?.slices[name].some((id) => id === item));
    };
    expect(await bucketOf(itemName(190))).toBe("0_10");
    await happened(tenant, likes(users(30), [itemName(190)]));
    expect(await runJob(tenant, "update-popularity")).toMatchObject({ counts: { scored: 1 } });
    await runJob(tenant, "refresh-pools");
    expect(await bucketOf(itemName(190))).toBe("99_100");
  });

  it("is what feeds explore: items that few saw and liked come first", async ({ expect }) => {
    const tenant = await aTenantWithFeed(200);
    await putJson(`/t/${tenant}/admin/config`, { name: "A", exploration: { share: 0.2 } });
    const unseen = Array.from({ length: 8 }, (_, at) => itemName(101 + 12 * at));
    const often = Array.from({ length: 40 }, (_, at) => itemName(at));
    const impressions = (who: readonly string[], items: readonly string[]) =>
      likes(who, items).map((deed) => ({ ...deed, type: "impression" }));
    await happened(tenant, [
      ...impressions(users(8), often),
      ...impressions(users(2), unseen),
      ...likes(users(2), unseen),
    ]);
    const explored = async () => {
      const path = `/t/${tenant}/v1/feed?user_hash=${anId("new")}&limit=10&explain=true`;
      const isolate = aWorker({ DEFAULT_AUTH: "open" });
      const answer = await isolate(path, { credential: OPERATOR_KEY });
      const feed = await answer.json<RankedFeed>();
      const shown = new Set(idsOf(feed));
      return (feed.explain?.selected ?? [])
        .filter(({ id, source }) => source === "exploration" && shown.has(id))
        .map(({ id }) => id);
    };
    expect((await explored()).length).toBeGreaterThanOrEqual(2);
    const { counts } = await runJob(tenant, "update-popularity");
    expect(counts["under_exposed"]).toBe(8);
    await runJob(tenant, "refresh-pools");
    const after = await explored();
    expect(after.length).toBeGreaterThanOrEqual(2);
    expect(after.filter((id) => !unseen.includes(id))).toEqual([]);
    // What was counted is gone, and so is what it made worth a discovery.
    await env.DB.prepare("DELETE FROM item_hours WHERE tenant = ?").bind(tenant).run();
    await runJob(tenant, "update-popularity");
    const left = await env.DB.prepare(
      "SELECT count(*) AS n FROM items WHERE tenant = ? AND discovery > 0",
    )
      .bind(tenant)
      .first<{ n: number }>();
    expect(left?.n).toBe(0);
  });

  it("makes lists of what goes together, and the next like changes them", async ({ expect }) => {
    const tenant = await aShopOfThirty();
    const stats = await (await askAdmin(`/t/${tenant}/stats`)).json();
    expect(stats).toMatchObject({
      main_database: { total_likes: 120 },
      recommendations_database: {
        cached_popular_items: 9,
        cached_user_profiles: 32,
        users_with_collaborative: 32,
        users_with_content_based: 2,
      },
    });
    const first = await personal(tenant, "u0");
    expect([first.algorithm_used, first.items[0], first.degraded_reason]).toEqual([
      "collaborative",
      "gift-4",
      null,
    ]);
    for (const item of gifts(1, 2, 3)) expect(first.items).not.toContain(item);
    expect(first.pagination.total_count).toBe(17);
    await like(tenant, "u0", "gift-4");
    const next = await personal(tenant, "u0");
    expect(next.cache_hit).toBe(false);
    expect(next.items).not.toContain("gift-4");
    expect(next.pagination.total_count).toBe(16);
    // Who liked other things gets what goes with those.
    expect((await personal(tenant, "u15")).items[0]).toBe("gift-14");
  });

  it("counts for those of the same gender and age", async ({ expect }) => {
    const tenant = await aShop(Array.from({ length: 30 }, (_, index) => gift(index)));
    const put = async (user: string, who: Record<string, unknown>) => {
      const answer = await putJson(`/t/${tenant}/user-profile/${user}`, who);
      if (!answer.ok) throw new Error(await answer.text());
      await answer.text();
    };
    const [women, men] = [users(15), users(16, 15)];
    for (const user of women) await put(user, { gender: "female", age_group: "25-34" });
    for (const user of men) await put(user, { gender: "male", age_group: "45+" });
    await happened(tenant, [...likes(women, gifts(7)), ...likes(men, gifts(9))]);
    await runJob(tenant, "update-popularity");
    const of = async (who: Record<string, string>) =>
      (await popular(tenant, { user_params: { geo_id: 1, ...who } })).items.slice(0, 2);
    expect(await of({})).toEqual(gifts(9, 7));
    expect((await of({ gender: "female", age: "25-34" }))[0]).toBe("gift-7");
    expect((await of({ gender: "male" }))[0]).toBe("gift-9");
    await put("nobody", { gender: "female", age_group: "25-34" });
    expect((await personal(tenant, "nobody")).items[0]).toBe("gift-7");
  });
});

describe("without a store, lists", () => {
  const asked = async (ask: ReturnType<typeof aWorker>, tenant: string, path: string) => {
    const json = path === "popular" ? { user_params: { geo_id: 1 } } : { user_id: "u0", geo_id: 1 };
    const answer = await ask(`/t/${tenant}/${path}`, { method: "POST", json });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    const { algorithm_used: used, degraded_reason: reason, items } = await answer.json<List>();
    return { used, reason, items };
  };
  const away = () =>
    Promise.reject(new Error("get: We encountered an internal error. Please try again. (10001)"));
  const ARTEFACTS = { get: away, head: away, list: away, put: away, delete: away };

  it("of artefacts are made of what is held, and say so", async ({ expect }) => {
    const tenant = await aShopOfThirty();
    const held = aWorker({ DEFAULT_AUTH: "open", ARTEFACTS });
    expect(await asked(held, tenant, "popular")).toMatchObject({ used: "popular", reason: null });
    const personalised = await asked(held, tenant, "personalized");
    expect(personalised).toMatchObject({
      used: "collaborative_fallback_content",
      reason: "similar_unavailable",
    });
    expect(personalised.items).toHaveLength(17);
    // Not kept: who has the store again gets what goes together.
    const back = aWorker({ DEFAULT_AUTH: "open" });
    expect(await asked(back, tenant, "personalized")).toMatchObject({
      used: "collaborative",
      reason: null,
    });
    await caches.default.delete(
      `https://cache.nearfeed.internal/snapshots/${encodeURIComponent(`${tenant}/popularity/;`)}`,
    );
    const cold = aWorker({ DEFAULT_AUTH: "open", ARTEFACTS });
    for (const path of ["popular", "personalized"]) {
      expect(await asked(cold, tenant, path)).toMatchObject({
        items: [],
        reason: "lists_unavailable",
      });
    }
  });

  it("of profiles are as for anybody, and say so", async ({ expect }) => {
    const tenant = await aShopOfThirty();
    const ask = aWorker({ DEFAULT_AUTH: "open", ALLOW_FAULTS: "true" });
    const played = await ask("/admin/faults", {
      method: "PUT",
      credential: OPERATOR_KEY,
      json: { faults: { profiles: { mode: "error" } }, reset_breakers: true },
    });
    expect(played.status).toBe(200);
    expect(await asked(ask, tenant, "popular")).toMatchObject({ reason: null });
    const list = await asked(ask, tenant, "personalized");
    expect(list).toMatchObject({ used: "popular", reason: "profiles_unavailable" });
    expect(list.items).toHaveLength(20);
  });
});

/** 20 gifts; 15 users like four that go together, 15 others four others, and the first of each lacks one; two like one alone. */
async function aShopOfThirty(): Promise<string> {
  const tenant = await aShop(Array.from({ length: 20 }, (_, index) => gift(index)));
  await happened(tenant, [
    ...likes(["u0"], gifts(1, 2, 3)),
    ...likes(users(14, 1), gifts(1, 2, 3, 4)),
    ...likes(["u15"], gifts(11, 12, 13)),
    ...likes(users(14, 16), gifts(11, 12, 13, 14)),
    ...likes(users(2, 30), gifts(19)),
  ]);
  await runJob(tenant, "update-popularity");
  const run = await updateSimilarities(tenant);
  if (run.outcome !== "succeeded") throw new Error(JSON.stringify(run));
  return tenant;
}

async function configOf(tenant: string) {
  const answer = await askAdmin(`/t/${tenant}/admin/config`);
  const { version, config } = await answer.json<{ version: number; config: never }>();
  return { version, config };
}
