import { describe, it } from "vitest";
import { ask, askAdmin, askJson, aTenantWithFeed, patchConfig, postJson } from "./support/app.ts";

interface Videos {
  readonly success: boolean;
  readonly data: {
    readonly recommendations: readonly { readonly id: string; readonly title: string | null }[];
    readonly total_count: number;
  };
  readonly cache_hit: boolean;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly explain?: Readonly<Record<string, unknown>>;
}

const root = (tenant: string) => `/t/${tenant}/api/v1/video`;
const idsOf = ({ data }: Videos) => data.recommendations.map(({ id }) => id);

describe("GET /t/{tenant}/api/v1/video/recommendations/{user_id}", () => {
  it("answers from the catalogue where there is no key for YouTube, and is not degraded", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(200);
    const path = `${root(tenant)}/recommendations/ana?max_results=10`;
    const answer = await ask(path);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "cache-control": "private, no-store",
      "content-type": "application/json",
      "x-cache": "miss",
      age: "0",
    });
    const body = await answer.json<Videos>();
    expect(body).toMatchObject({
      success: true,
      cache_hit: false,
      meta: { source: "catalogue", degraded: false, personality_assumed: true },
    });
    expect(idsOf(body)).toHaveLength(10);
    expect(body.data.recommendations[0]?.title).toMatch(/^Title \d+$/);

    const again = await ask(path);
    expect(again.headers.get("X-Cache")).toBe("memory");
    const hit = await again.json<Videos>();
    expect(hit.cache_hit).toBe(true);
    expect(hit.data).toEqual(body.data);
  });

  it("brings others at a refresh, and as many refreshes a minute as the tenant says", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(200);
    await patchConfig(tenant, { videos: { refreshes_per_minute: 1 } });
    const path = `${root(tenant)}/recommendations/ana`;
    const first = await askJson<Videos>(path);
    const second = await askJson<Videos>(`${path}?force_refresh=true`);
    expect(second.meta["refresh"]).toBe("granted");
    expect(idsOf(second).filter((id) => idsOf(first).includes(id))).toEqual([]);
    const third = await ask(`${path}?force_refresh=true`);
    expect(Number(third.headers.get("Retry-After"))).toBeGreaterThan(0);
    const kept = await third.json<Videos>();
    expect(kept.meta["refresh"]).toBe("throttled");
    expect(idsOf(kept)).toEqual(idsOf(second));
  });

  it("is without an item within the promised time after it was excluded, and after it was watched", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(60);
    const path = `${root(tenant)}/recommendations/ana?max_results=50`;
    const [excluded = "", seen = ""] = idsOf(await askJson<Videos>(path));
    await patchConfig(tenant, { filters: { excluded_items: [excluded] } });
    await postJson(`/t/${tenant}/feedback/ana`, { video_ids: [seen] });
    const ids = idsOf(await askJson<Videos>(path));
    expect(ids).not.toContain(excluded);
    expect(ids).not.toContain(seen);
  });

  it("takes a body with POST, or none", async ({ expect }) => {
    const tenant = await aTenantWithFeed(100);
    const path = `${root(tenant)}/recommendations/ana`;
    const plain = await ask(path, { method: "POST" });
    expect((await plain.json<Videos>()).data.total_count).toBe(15);
    const five = await postJson(path, { max_results: 5, category_filter: null });
    expect((await five.json<Videos>()).data.total_count).toBe(5);
  });

  it("refuses what it cannot answer, and names the field", async ({ expect }) => {
    const tenant = await aTenantWithFeed(20);
    const path = `${root(tenant)}/recommendations/ana`;
    for (const query of ["max_results=0", "max_results=51", "force_refresh=2"]) {
      const answer = await ask(`${path}?${query}`);
      expect(answer.status).toBe(400);
      const [fault] = (await answer.json<{ errors: { path: string }[] }>()).errors;
      expect(fault?.path).toBe(`query.${query.split("=")[0] ?? ""}`);
    }
    expect((await postJson(path, { max_results: 51 })).status).toBe(400);
    const nowhere = await ask(`${root(tenant)}/trending/ana?region_code=ZZ`);
    expect(nowhere.status).toBe(400);
    expect((await postJson(path, "{")).status).toBe(400);
    expect((await ask(`${root(tenant)}/recommendations/a%20b`)).status).toBe(400);
  });

  it("reads flags as system D does", async ({ expect }) => {
    const tenant = await aTenantWithFeed(100);
    const path = `${root(tenant)}/recommendations/ana`;
    for (const flag of ["True", "1", "yes"]) {
      const body = await askJson<Videos>(`${path}?force_refresh=${flag}`);
      expect(body.meta["refresh"]).toBe("granted");
    }
    const body = await askJson<Videos>(`${path}?force_refresh=False`);
    expect(body.meta["refresh"]).toBeNull();
  });

  it("explains itself to an admin alone", async ({ expect }) => {
    const tenant = await aTenantWithFeed(50);
    const path = `${root(tenant)}/recommendations/ana?explain=true`;
    expect((await ask(path)).status).toBe(403);
    const { explain } = await (await askAdmin(path)).json<Videos>();
    expect(Object.keys(explain ?? {})).toEqual(["stages", "selected", "removed", "passed_over"]);
  });

  it("is popular behind the kill switch, and says why", async ({ expect }) => {
    const tenant = await aTenantWithFeed(100);
    await patchConfig(tenant, { kill_switch: true });
    const body = await askJson<Videos>(`${root(tenant)}/recommendations/ana`);
    expect(body.meta).toMatchObject({
      algorithm: "popular",
      personalized: false,
      default_reason: "kill_switch",
    });
  });
});

describe("what stands beside the recommendations", () => {
  it("is warmed up once, behind the answer", async ({ expect }) => {
    const tenant = await aTenantWithFeed(100);
    const path = `${root(tenant)}/recommendations/ana`;
    const answer = await ask(`${path}/prefetch`, { method: "POST" });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ success: true, status: "warming" });
    const statusOf = async () => {
      const asked = await ask(`${path}/prefetch`, { method: "POST" });
      return (await asked.json<{ status: string }>()).status;
    };
    await expect.poll(statusOf, { timeout: 5_000 }).toBe("warm");
    expect((await askJson<Videos>(path)).cache_hit).toBe(true);
  });

  it("is a list of what is trending, without what was watched", async ({ expect }) => {
    const tenant = await aTenantWithFeed(100);
    const path = `${root(tenant)}/trending/ana?region_code=de&max_results=50`;
    const first = await askJson<Videos>(path);
    expect(first.meta).toMatchObject({ algorithm: "trending", region: "DE" });
    const [seen = ""] = idsOf(first);
    await postJson(`/t/${tenant}/feedback/ana`, { video_ids: [seen] });
    expect(idsOf(await askJson<Videos>(path))).not.toContain(seen);
  });

  it("is a refresh of its own", async ({ expect }) => {
    const tenant = await aTenantWithFeed(100);
    const answer = await ask(`${root(tenant)}/refresh-recommendations/ana`, { method: "POST" });
    expect((await answer.json<Videos>()).meta["refresh"]).toBe("granted");
  });
});
