import { describe, it } from "vitest";
import {
  aTenantWithFeed,
  anId,
  ask,
  askJson,
  type Feed,
  itemName,
  postJson,
} from "./support/app.ts";

describe("GET /t/{tenant}/recommend/{user_id}", () => {
  it("serves exactly 60/40, interleaved, with true counts", async ({ expect }) => {
    const tenant = await aTenantWithFeed(2_000);
    const feed = await askJson<Feed>(`/t/${tenant}/recommend/alice?count=100`);
    expect(feed.user_id).toBe("alice");
    expect(feed.videos).toHaveLength(100);
    expect(new Set(feed.videos).size).toBe(100);
    expect(feed.count).toBe(100);
    expect(feed.sources).toEqual({ popularity: 60, freshness: 40, fallback: 0 });
    expect(feed.meta).toMatchObject({
      algorithm: "pools-60-40",
      cache: "l2",
      degraded: false,
      degraded_reason: null,
      missing: 0,
    });
    let popular = 0;
    feed.meta.item_sources.forEach((source, index) => {
      if (source === "popularity") popular += 1;
      expect(Math.abs(popular - (index + 1) * 0.6)).toBeLessThan(1);
    });
  });

  it("asks for 100 videos where no count is given", async ({ expect }) => {
    const tenant = await aTenantWithFeed(1_500);
    const feed = await askJson<Feed>(`/t/${tenant}/recommend/${anId("u")}`);
    expect(feed.videos).toHaveLength(100);
  });

  it("never repeats an item, page after page, until everything was served", async ({ expect }) => {
    const tenant = await aTenantWithFeed(700);
    const seen = new Set<string>();
    let missing = 0;
    for (let page = 0; page < 40 && missing === 0; page += 1) {
      const feed = await askJson<Feed>(`/t/${tenant}/recommend/bob?count=50`);
      for (const video of feed.videos) {
        expect(seen.has(video)).toBe(false);
        seen.add(video);
      }
      ({ missing } = feed.meta);
    }
    expect(seen.size).toBe(700);
  });

  it("serves one feed alone when asked to", async ({ expect }) => {
    const tenant = await aTenantWithFeed(1_500);
    const popular = await askJson<Feed>(
      `/t/${tenant}/recommend/carol?count=30&rec_type=popularity`,
    );
    expect(popular.sources).toEqual({ popularity: 30, freshness: 0, fallback: 0 });
    const fresh = await askJson<Feed>(`/t/${tenant}/recommend/carol?count=30&rec_type=freshness`);
    expect(fresh.sources).toEqual({ popularity: 0, freshness: 30, fallback: 0 });
    expect(fresh.videos.some((video) => popular.videos.includes(video))).toBe(false);
  });

  it("fills a single feed that runs dry from the fallback, and says so", async ({ expect }) => {
    const tenant = await aTenantWithFeed(100);
    // Of 100 items 90 are younger than 90 days: 10 are in no window.
    const feed = await askJson<Feed>(`/t/${tenant}/recommend/dan?count=95&rec_type=freshness`);
    expect(feed.sources.freshness + feed.sources.fallback).toBe(95);
    expect(feed.sources.fallback).toBeGreaterThanOrEqual(5);
    expect(feed.sources.popularity).toBe(0);
  });

  it("keeps 60/40 in a catalogue smaller than the queues", async ({ expect }) => {
    const tenant = await aTenantWithFeed(400);
    let served = 0;
    for (let page = 0; page < 15; page += 1) {
      const feed = await askJson<Feed>(`/t/${tenant}/recommend/small?count=20`);
      expect(feed.sources).toEqual({ popularity: 12, freshness: 8, fallback: 0 });
      served += feed.count;
    }
    expect(served).toBe(300);
  });

  it("gives a retry with the same Idempotency-Key the same page", async ({ expect }) => {
    const tenant = await aTenantWithFeed(500);
    const path = `/t/${tenant}/recommend/erin?count=20`;
    const headers = { "Idempotency-Key": "attempt one" };
    const first = await askJson<Feed>(path, { headers });
    const retry = await askJson<Feed>(path, { headers });
    const other = await askJson<Feed>(path, { headers: { "Idempotency-Key": "attempt two" } });
    expect(retry.videos).toEqual(first.videos);
    expect(retry.meta.item_sources).toEqual(first.meta.item_sources);
    expect(other.videos.some((video) => first.videos.includes(video))).toBe(false);
  });

  it("gives a page token the same page however often it is asked for", async ({ expect }) => {
    const tenant = await aTenantWithFeed(500);
    const path = `/t/${tenant}/recommend/frank?count=20`;
    const first = await askJson<Feed>(path);
    const next = `${path}&page=${first.meta.next_page}`;
    const pages = await Promise.all(Array.from({ length: 8 }, () => askJson<Feed>(next)));
    for (const page of pages) expect(page.videos).toEqual(pages[0]?.videos);
    expect(pages[0]?.videos.some((video) => first.videos.includes(video))).toBe(false);
  });

  it("serves a scrolling user from memory", async ({ expect }) => {
    const tenant = await aTenantWithFeed(1_000);
    const path = `/t/${tenant}/recommend/${anId("u")}?count=20`;
    const seen = new Set<string>();
    const tiers: string[] = [];
    let page = "";
    for (let turn = 0; turn < 6; turn += 1) {
      const feed = await askJson<Feed>(`${path}${page}`);
      tiers.push(feed.meta.cache);
      for (const video of feed.videos) seen.add(video);
      page = `&page=${feed.meta.next_page}`;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect(seen.size).toBe(120);
    expect(tiers.slice(0, 2)).toEqual(["l2", "l2"]);
    // Leases travel behind the answers: on a busy machine one may come too late, not all of them.
    expect(tiers.slice(2)).toContain("l1");
  });

  it("adds metadata for the fields asked for, in serving order", async ({ expect }) => {
    const tenant = await aTenantWithFeed(300);
    const feed = await askJson<Feed>(
      `/t/${tenant}/recommend/gus?count=10&fields=title,views,absent`,
    );
    expect(feed.items?.map((item) => item["id"])).toEqual(feed.videos);
    const [first] = feed.items ?? [];
    const rank = Number(feed.videos[0]?.slice(itemName(0).length - 1));
    expect(first).toEqual({ id: itemName(rank), title: `Title ${rank}`, views: (300 - rank) * 10 });
  });

  it("says what made the answer in its headers", async ({ expect }) => {
    const tenant = await aTenantWithFeed(200);
    const answer = await ask(`/t/${tenant}/recommend/hal?count=5`);
    const feed = await answer.json<Feed>();
    expect(answer.headers.get("X-Request-Id")).toBe(feed.meta.request_id);
    expect(answer.headers.get("Server-Timing")).toMatch(/^total;dur=\d+/);
    expect(answer.headers.get("Cache-Control")).toBe("private, no-store");
  });

  it("answers a tenant without pools with an empty page that says why", async ({ expect }) => {
    const tenant = await aTenantWithFeed(0);
    const feed = await askJson<Feed>(`/t/${tenant}/recommend/ida?count=5`);
    expect(feed.videos).toEqual([]);
    expect(feed.meta).toMatchObject({ degraded: true, degraded_reason: "no_pools", missing: 5 });
  });

  it("does not serve what was marked as watched, whatever page was set aside", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(100);
    const path = `/t/${tenant}/recommend/jo?count=10`;
    await askJson<Feed>(path);
    const second = await askJson<Feed>(path);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const served = new Set(
      (await askJson<Feed>(path, { headers: { "Idempotency-Key": "x" } })).videos,
    );
    const unseen = Array.from({ length: 100 }, (_, rank) => itemName(rank)).filter(
      (id) => !served.has(id) && !second.videos.includes(id),
    );
    await (await postJson(`/t/${tenant}/feedback/jo`, { video_ids: unseen.slice(0, 40) })).text();
    const watched = new Set(unseen.slice(0, 40));
    for (let turn = 0; turn < 8; turn += 1) {
      const feed = await askJson<Feed>(path);
      expect(feed.videos.filter((video) => watched.has(video))).toEqual([]);
    }
  });
});
