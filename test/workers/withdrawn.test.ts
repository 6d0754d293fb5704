/** What the catalogue takes back is on no list from the next record on, whatever was kept before. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import { aWorker, OPERATOR_KEY } from "./support/access.ts";
import { askAdmin, aTenantWithFeed, type Feed, itemName, putJson, runJob } from "./support/app.ts";
import { idsOf, type RankedFeed } from "./support/ranked-feed.ts";
import { aShop, gift, like, type List } from "./support/shop.ts";

/** Has just started, and finds what others left in the Cache API. */
const anIsolate = () => aWorker({ DEFAULT_AUTH: "open", ALLOW_FAULTS: "true" });
type Isolate = ReturnType<typeof anIsolate>;

const bodyOf = async <Body>(asked: Promise<Response>): Promise<Body> => {
  const answer = await asked;
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
};

const play = async (ask: Isolate, faults: Readonly<Record<string, object>>): Promise<void> => {
  const played = await ask("/admin/faults", {
    method: "PUT",
    credential: OPERATOR_KEY,
    json: { faults, reset_breakers: true },
  });
  if (!played.ok) throw new Error(await played.text());
  await played.text();
};

const popularIn = (ask: Isolate, tenant: string) =>
  bodyOf<List>(
    ask(`/t/${tenant}/popular`, { method: "POST", json: { user_params: { geo_id: 1 } } }),
  );
const personalIn = (ask: Isolate, tenant: string) =>
  bodyOf<List>(
    ask(`/t/${tenant}/personalized`, { method: "POST", json: { user_id: "ann", geo_id: 1 } }),
  );

const remove = async (tenant: string, id: string): Promise<void> => {
  const answer = await askAdmin(`/t/${tenant}/v1/items/${id}`, { method: "DELETE" });
  if (!answer.ok) throw new Error(await answer.text());
  await answer.text();
};

const put = async (tenant: string, { id, ...fields }: ReturnType<typeof gift>): Promise<void> => {
  const answer = await putJson(`/t/${tenant}/v1/items/${id}`, fields);
  if (!answer.ok) throw new Error(await answer.text());
  await answer.text();
};

describe("what is deleted, private or out of stock", () => {
  it("leaves lists of gifts that are kept, and the snapshot that they are made of", async ({
    expect,
  }) => {
    const tenant = await aShop([0, 1, 2, 3, 4].map((index) => gift(index)));
    await runJob(tenant, "update-popularity");
    await like(tenant, "ann", "gift-4");
    const first = anIsolate();
    expect((await popularIn(first, tenant)).items).toHaveLength(5);
    expect((await personalIn(first, tenant)).items).toHaveLength(4);
    const warm = anIsolate();
    expect((await popularIn(warm, tenant)).cache_hit).toBe(true);
    expect((await personalIn(warm, tenant)).cache_hit).toBe(true);

    await remove(tenant, "gift-0");
    await put(tenant, gift(1, { private: true }));
    await put(tenant, gift(2, { in_stock: false }));
    const next = anIsolate();
    const popular = await popularIn(next, tenant);
    expect(popular).toMatchObject({ cache_hit: false, pagination: { total_count: 2 } });
    expect(popular.items).toEqual(["gift-3", "gift-4"]);
    expect((await personalIn(next, tenant)).items).toEqual(["gift-3"]);
    expect((await popularIn(anIsolate(), tenant)).cache_hit).toBe(true);

    await put(tenant, gift(2, { in_stock: true }));
    expect((await popularIn(anIsolate(), tenant)).items).toEqual(["gift-2", "gift-3", "gift-4"]);
  });

  it("stays away for as long as a list of gifts may be older than it", async ({ expect }) => {
    const tenant = await aShop([0, 1, 2].map((index) => gift(index)));
    await runJob(tenant, "update-popularity");
    await remove(tenant, "gift-0");
    // Two hours later pools are new, and the job that makes lists has not run since.
    const at = Date.now() - 7_200_000;
    const age = (table: string, column: string, ms: number) =>
      env.DB.prepare(`UPDATE ${table} SET ${column} = ? WHERE tenant = ?`).bind(ms, tenant).run();
    await age("withdrawn_items", "at", at);
    await age("popularity_versions", "version", at - 1);
    await runJob(tenant, "refresh-pools");
    expect((await popularIn(anIsolate(), tenant)).items).toEqual(["gift-1", "gift-2"]);
    await runJob(tenant, "update-popularity");
    await runJob(tenant, "refresh-pools");
    const left = await env.DB.prepare("SELECT count(*) AS n FROM withdrawn_items WHERE tenant = ?")
      .bind(tenant)
      .first<{ n: number }>();
    expect(left?.n).toBe(0);
  });

  it("leaves lists of gifts while the registry is away, too", async ({ expect }) => {
    const tenant = await aShop([0, 1, 2].map((index) => gift(index)));
    await runJob(tenant, "update-popularity");
    expect((await popularIn(anIsolate(), tenant)).items).toHaveLength(3);
    await remove(tenant, "gift-0");
    // Its copy of the tenant is the one that others find.
    await env.REPLICAS.delete(`tenant:${tenant}`);
    await runJob(tenant, "refresh-pools");
    const ask = anIsolate();
    await play(ask, { registry: { mode: "error" } });
    const list = await popularIn(ask, tenant);
    expect(list.items).toEqual(["gift-1", "gift-2"]);
    expect(list.degraded_reason).toBe("registry_stale");
  });

  it("leaves answers of videos that are kept", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const path = `/t/${tenant}/api/v1/video/recommendations/ann?max_results=10`;
    interface Videos {
      readonly data: { readonly recommendations: readonly { readonly id: string }[] };
      readonly cache_hit: boolean;
    }
    const videosIn = async (ask: Isolate) => {
      const { data, cache_hit: hit } = await bodyOf<Videos>(ask(path));
      return { hit, ids: data.recommendations.map(({ id }) => id) };
    };
    const { ids } = await videosIn(anIsolate());
    expect(await videosIn(anIsolate())).toEqual({ hit: true, ids });
    await remove(tenant, ids[0] ?? "");
    const next = await videosIn(anIsolate());
    expect(next.hit).toBe(false);
    expect(next.ids).toHaveLength(10);
    expect(next.ids).not.toContain(ids[0]);
  });

  it("leaves the slate of a cursor, and the page that a client holds", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const path = `/t/${tenant}/v1/feed?user_hash=ann&limit=5`;
    const held = await anIsolate()(path);
    const first = await held.json<RankedFeed>();
    const second = `${path}&cursor=${first.next_cursor}`;
    const [gone = "", ...rest] = idsOf(await bodyOf<RankedFeed>(anIsolate()(second)));
    expect(rest).toHaveLength(4);
    await remove(tenant, gone);
    const again = await bodyOf<RankedFeed>(anIsolate()(second));
    expect(again.items).toHaveLength(5);
    expect(idsOf(again)).not.toContain(gone);
    const headers = { "If-None-Match": held.headers.get("ETag") ?? "" };
    expect((await anIsolate()(path, { headers })).status).toBe(200);
  });

  it("leaves the static list that stands in for pools", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    await env.REPLICAS.delete(`pools:${tenant}`);
    await remove(tenant, itemName(0));
    const ask = anIsolate();
    await play(ask, { l2: { mode: "error" }, pools: { mode: "error" } });
    const page = await bodyOf<Feed>(ask(`/t/${tenant}/recommend/ann?count=100`));
    expect(page.meta.degraded_reason).toBe("static_list");
    expect(page.videos).toHaveLength(59);
    expect(page.videos).not.toContain(itemName(0));
  });
});
