import { describe, it } from "vitest";
import { ask, askAdmin, askJson, aTenantWithFeed, patchConfig, postJson } from "./support/app.ts";
import { type RankedFeed, idsOf, scroll } from "./support/ranked-feed.ts";

describe("GET /t/{tenant}/v1/feed", () => {
  it("answers in system C's shape, with its headers", async ({ expect }) => {
    const tenant = await aTenantWithFeed(200);
    const answer = await ask(`/t/${tenant}/v1/feed?user_hash=sha256:ana&limit=5`);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "cache-control": "private, no-cache",
      "content-type": "application/json",
      "x-degraded": "false",
      "x-feed-type": "cold_start",
      "x-personalized": "true",
    });
    expect(answer.headers.get("ETag")).toMatch(/^W\/"/);
    const feed = await answer.json<RankedFeed>();
    expect(feed).toMatchObject({
      has_more: true,
      degraded: false,
      degraded_reason: null,
      is_personalized: true,
      feed_type: "cold_start",
      request_id: answer.headers.get("X-Request-Id"),
    });
    expect(feed.items).toHaveLength(5);
    expect(Object.keys(feed.items[0] ?? {}).toSorted()).toEqual([
      "creator",
      "duration_seconds",
      "id",
      "playback_url",
      "thumbnail_url",
      "title",
      "tracking_token",
    ]);
    expect(new Set(feed.items.map((item) => item.tracking_token)).size).toBe(5);
  });

  it("takes the tenant from a header at /v1/feed", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const headers = { "X-Tenant-ID": tenant };
    const feed = await askJson<RankedFeed>("/v1/feed?user_hash=ana&limit=50", { headers });
    expect(feed.items).toHaveLength(50);
  });

  it("pages through a slate without repeating or skipping, whatever changes meanwhile", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(400);
    const first = await askJson<RankedFeed>(`/t/${tenant}/v1/feed?user_hash=ana&limit=20`);
    await patchConfig(tenant, { weights: { popularity: 0, recency: 10 } });
    const seen = [...idsOf(first), ...(await scroll(tenant, "ana", first, 20))];
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(180);
  });

  it("brings other items at every refresh, and a watched item never again", async ({ expect }) => {
    const tenant = await aTenantWithFeed(300);
    const seen = new Set<string>();
    for (let refresh = 0; refresh < 4; refresh += 1) {
      await patchLimits(tenant);
      const feed = await askJson<RankedFeed>(`/t/${tenant}/v1/feed?user_hash=bob&limit=20`);
      for (const id of idsOf(feed)) {
        expect(seen.has(id)).toBe(false);
        seen.add(id);
      }
      await postJson(`/t/${tenant}/feedback/bob`, { video_ids: idsOf(feed).slice(0, 3) });
    }
    expect(seen.size).toBe(80);
  });

  it("learns from what was watched: the taste changes the order", async ({ expect }) => {
    const tenant = await aTenantWithFeed(300);
    await patchConfig(tenant, {
      weights: { popularity: 0.1, recency: 0, affinity: 10 },
      rate_limits: { user_refreshes_per_second: 1_000 },
    });
    const watched = ["item-3", "item-10", "item-17", "item-24"];
    await postJson(`/t/${tenant}/feedback/cleo`, { video_ids: watched });
    const feed = await askJson<RankedFeed>(`/t/${tenant}/v1/feed?user_hash=cleo&limit=10`);
    expect(feed.feed_type).toBe("personalized");
    // All watched items are of channel 3.
    expect(feed.items.map((item) => item.creator?.name)).toEqual(Array(10).fill("Channel 3"));
  });

  it("keeps what it served from the next page of /recommend", async ({ expect }) => {
    const tenant = await aTenantWithFeed(100);
    const feed = await askJson<RankedFeed>(`/t/${tenant}/v1/feed?user_hash=dan&limit=30`);
    await scheduler.wait(100);
    const page = await askJson<{ videos: string[] }>(`/t/${tenant}/recommend/dan?count=70`);
    expect(page.videos.filter((id) => idsOf(feed).includes(id))).toEqual([]);
  });

  it("says 304 to a client whose page is still good, and not when something changed", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(200);
    const path = `/t/${tenant}/v1/feed?user_hash=eva&limit=5`;
    const first = await ask(path);
    const tag = first.headers.get("ETag") ?? "";
    await first.text();
    const again = await ask(path, { headers: { "If-None-Match": tag } });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe("");
    expect(Object.fromEntries(again.headers)).toMatchObject({
      "cache-control": "private, no-cache",
      etag: tag,
      vary: first.headers.get("Vary"),
      "x-degraded": "false",
      "x-feed-type": "cold_start",
      "x-personalized": "true",
    });
    await postJson(`/t/${tenant}/feedback/eva`, { video_ids: ["item-1"] });
    const changed = await ask(path, { headers: { "If-None-Match": tag } });
    expect(changed.status).toBe(200);
    await changed.text();
  });

  it("explains to an admin why each item is here and why the others are not", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(100);
    await patchConfig(tenant, {
      filters: { excluded_items: ["item-0"] },
      rules: [
        { type: "pin", id: "editors", item: "item-42", slot: 1 },
        { type: "boost", id: "channel-5", match: { creator: "Channel 5" }, factor: 3 },
      ],
    });
    const answer = await askAdmin(`/t/${tenant}/v1/feed?user_hash=fay&limit=5&explain=true`);
    const feed = await answer.json<RankedFeed>();
    expect(feed.items[1]?.id).toBe("item-42");
    const { explain } = feed;
    expect(explain?.selected.map(({ id }) => id)).toEqual(idsOf(feed));
    expect(explain?.selected[1]).toMatchObject({ source: "pin" });
    expect(explain?.selected[0]).toMatchObject({ boost: 3, rules: ["channel-5"] });
    expect(explain?.removed).toContainEqual(
      expect.objectContaining({ id: "item-0", stage: "refill", reason: "excluded_item" }),
    );
    expect(explain?.passed_over.some(({ reason }) => reason === "later_page")).toBe(true);
  });
});

describe("the default list", () => {
  it("is what everybody gets under the kill switch: not personal, and not degraded", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(120);
    await patchConfig(tenant, { kill_switch: true });
    const one = await ask(`/t/${tenant}/v1/feed?user_hash=ana&limit=10`);
    const other = await ask(`/t/${tenant}/v1/feed?user_hash=bob&limit=10`);
    expect(one.headers.get("Cache-Control")).toBe("public, max-age=2, must-revalidate");
    expect(one.headers.get("ETag")).toBe(other.headers.get("ETag"));
    const [first, second] = [await one.json<RankedFeed>(), await other.json<RankedFeed>()];
    expect(idsOf(first)).toEqual(idsOf(second));
    expect(first).toMatchObject({
      is_personalized: false,
      degraded: false,
      feed_type: "default",
      default_reason: "kill_switch",
    });
    const tag = one.headers.get("ETag") ?? "";
    const held = await ask(`/t/${tenant}/v1/feed?user_hash=ana&limit=10`, {
      headers: { "If-None-Match": tag },
    });
    expect(held.status).toBe(304);
  });

  it("is what users outside the rollout get", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    await patchConfig(tenant, { rollout_pct: 0 });
    const feed = await askJson<RankedFeed>(`/t/${tenant}/v1/feed?user_hash=ana`);
    expect(feed).toMatchObject({
      is_personalized: false,
      degraded: false,
      default_reason: "outside_rollout",
    });
  });

  it("takes over the rest of a personal slate when the kill switch is thrown", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(200);
    const first = await askJson<RankedFeed>(`/t/${tenant}/v1/feed?user_hash=ana&limit=20`);
    await patchConfig(tenant, { kill_switch: true });
    const next = await askJson<RankedFeed>(
      `/t/${tenant}/v1/feed?user_hash=ana&limit=20&cursor=${first.next_cursor}`,
    );
    expect(next).toMatchObject({ is_personalized: false, degraded: false, feed_type: "default" });
    expect(idsOf(next).filter((id) => idsOf(first).includes(id))).toEqual([]);
  });
});

async function patchLimits(tenant: string): Promise<void> {
  await patchConfig(tenant, { rate_limits: { user_refreshes_per_second: 1_000 } });
}
