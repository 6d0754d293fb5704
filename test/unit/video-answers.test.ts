import { describe, it } from "vitest";
import { itemCode } from "../../src/domain/item-code.ts";
import type { ItemId } from "../../src/domain/ids.ts";
import { DEFAULT_INPUTS } from "../../src/feed/video-inputs.ts";
import { BALANCED } from "../../src/profiles/profile.ts";
import { aConfig, FEED_NOW_MS } from "../support/feed-fixture.ts";
import { bodyOf, idsOf, someVideos, UNKNOWN, watched } from "../support/video-fixture.ts";

const MINUTE_MS = 60_000;

describe("an answer of videos", () => {
  it("has system D's shape, and null for what nobody knows", async ({ expect }) => {
    const { ask } = await someVideos({ items: 60 });
    const body = await ask("ana", { maxResults: 5 });
    expect(body).toMatchObject({
      success: true,
      cache_hit: false,
      cache_ttl: 900,
      meta: {
        algorithm: "history-personality-40-40-20",
        source: "catalogue",
        cache: "miss",
        degraded: false,
        personality_assumed: true,
        refresh: null,
      },
    });
    expect(body.data.total_count).toBe(5);
    expect(Date.parse(body.data.next_refresh) - Date.parse(body.data.refresh_time)).toBe(
      15 * MINUTE_MS,
    );
    const [video] = body.data.recommendations;
    expect(Object.keys(video ?? {}).toSorted()).toEqual([
      "category_id",
      "category_name",
      "channel_id",
      "channel_title",
      "combined_score",
      "comment_count",
      "content_themes",
      "description",
      "duration_formatted",
      "duration_seconds",
      "engagement_score",
      "id",
      "like_count",
      "personality_indicators",
      "personality_score",
      "published_at",
      "recommendation_score",
      "rl_score",
      "shown_before",
      "source",
      "tags",
      "thumbnail_url",
      "title",
      "view_count",
      "watch_url",
      "youtube_url",
    ]);
    expect(video).toMatchObject({ view_count: null, youtube_url: null, published_at: null });
  });

  it("is served from memory at once, as bytes that say so", async ({ expect }) => {
    const { ask, answers, call, cache } = await someVideos({ listed: 50 });
    const first = await ask("ana");
    const hit = answers.answer(call("ana"), DEFAULT_INPUTS, false);
    if (hit instanceof Promise) throw new Error("a hit is no promise");
    expect(hit.tier).toBe("memory");
    const body = bodyOf(hit.bytes);
    expect(body.cache_hit).toBe(true);
    expect(body.meta["cache"]).toBe("hit");
    expect(body.data).toEqual(first.data);
    expect(cache.loads).toBe(1);
  });

  it("is another one for every input, version and user", async ({ expect }) => {
    const { ask, cache, profiles } = await someVideos({ listed: 50 });
    await ask("ana");
    await ask("bob");
    await ask("ana", { maxResults: 5 });
    await ask("ana", { includeTrending: false });
    await ask("ana", { category: "music" });
    await ask("ana", { surface: "trending" });
    const versions = { tenant: 1, deployment: 1, withdrawn: "" };
    await ask("ana", {}, { versions: { ...versions, tenant: 2 } });
    await ask("ana", {}, { versions: { ...versions, deployment: 2 } });
    await ask("ana", {}, { versions: { ...versions, withdrawn: "a" } });
    await ask("ana", {}, { country: () => "DE" });
    profiles.change("ana", {});
    await ask("ana");
    expect(cache.keys.size).toBe(11);
  });

  it("is made anew by feedback, without what was disliked or watched", async ({ expect }) => {
    const { ask, profiles } = await someVideos({ listed: 20 });
    const first = await ask("ana", { maxResults: 50 });
    const [disliked = "", seen = ""] = idsOf(first);
    profiles.change("ana", {
      disliked: [disliked as ItemId],
      history: [watched(seen)],
    });
    const next = await ask("ana", { maxResults: 50 });
    expect(next.cache_hit).toBe(false);
    expect(idsOf(next)).not.toContain(disliked);
    expect(idsOf(next)).not.toContain(seen);
  });

  it("leaves out what any other surface knows as watched", async ({ expect }) => {
    const { ask, feed, call } = await someVideos({ listed: 5 });
    const { key, policy } = call("ana");
    const codes = itemCode("chart-3" as ItemId);
    const nowSeconds = FEED_NOW_MS / 1_000;
    await feed.users.mark(key, { nowSeconds, codes, as: "watched", policy });
    expect(idsOf(await ask("ana"))).not.toContain("chart-3");
    expect(idsOf(await ask("bob"))).toContain("chart-3");
  });

  it("does not let a user's refill be granted to nobody", async ({ expect }) => {
    const { ask, feed, call } = await someVideos({ listed: 5 });
    await ask("ana");
    const { key, policy } = call("ana");
    const { refillGranted } = await feed.users.peek(key, {
      nowSeconds: FEED_NOW_MS / 1_000,
      limits: { popularity: 0, freshness: 0 },
      candidates: itemCode("x" as ItemId),
      policy,
    });
    expect(refillGranted).toBe(true);
  });

  it("is held to the category that is asked for, by name or id", async ({ expect }) => {
    const { ask } = await someVideos({ listed: 30 });
    const { data } = await ask("ana", { category: "music" });
    expect(data.recommendations.length).toBeGreaterThan(0);
    for (const { category_name } of data.recommendations) expect(category_name).toBe("Music");
    for (const { genre } of data.genre_clusters) expect(genre).toBe("Music");
  });

  it("keeps the tenant's policy: tags, items, and maturity that YouTube does not tell", async ({
    expect,
  }) => {
    const { ask } = await someVideos({ listed: 30 });
    const config = aConfig({
      filters: { excluded_tags: ["TAG-1"], excluded_items: ["chart-2"] },
    });
    const body = await ask("ana", { maxResults: 50 }, { config });
    expect(idsOf(body)).not.toContain("chart-2");
    expect(body.data.recommendations.flatMap(({ tags }) => tags)).not.toContain("tag-1");
    const mild = aConfig({ filters: { max_maturity: "PG" } });
    expect(idsOf(await ask("ana", {}, { config: mild }))).toEqual([]);
    const inStock = aConfig({ filters: { stock: "in_stock" } });
    expect(idsOf(await ask("bob", {}, { config: inStock }))).toEqual([]);
  });

  it("is not personal behind the kill switch, and says why", async ({ expect }) => {
    const { ask, profiles } = await someVideos({ listed: 30 });
    const personality = { ...BALANCED, openness: 100 };
    profiles.change("ana", { personality, disliked: ["trending-1" as ItemId] });
    const personalisation = { personalised: false, reason: "kill_switch" } as const;
    const body = await ask("ana", {}, { personalisation });
    expect(body.meta).toMatchObject({
      algorithm: "popular",
      personalized: false,
      default_reason: "kill_switch",
      degraded: false,
      personality_assumed: true,
    });
    for (const { reason } of body.data.genre_clusters) expect(reason).not.toMatch(/personality/);
    expect(new Set(body.data.recommendations.map(({ source }) => source))).toEqual(
      new Set(["trending"]),
    );
    expect(idsOf(body)).not.toContain("trending-1");
  });

  it("is not called personal either where the catalogue makes it up", async ({ expect }) => {
    const { ask } = await someVideos({ listed: 2, items: 60 });
    const personalisation = { personalised: false, reason: "kill_switch" } as const;
    const { data } = await ask("ana", {}, { personalisation });
    expect(data.recommendations).toHaveLength(20);
    expect(new Set(data.recommendations.map(({ source }) => source))).toEqual(
      new Set(["trending"]),
    );
  });

  it("of what is trending is ordered, and may come again", async ({ expect }) => {
    const { ask, profiles } = await someVideos({ listed: 30 });
    profiles.change("ana", { history: [watched("trending-2")] });
    const body = await ask("ana", { surface: "trending", maxResults: 50 });
    expect(body.meta["algorithm"]).toBe("trending");
    expect(body.data.recommendations).toHaveLength(29);
    const scores = body.data.recommendations.map((video) => Number(video["combined_score"]));
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    const profile = profiles.profiles.get("ana");
    expect(profile?.served).toBe("");
    // Feedback on it finds its facts.
    expect(profile?.shown.map(({ video }) => video)).toEqual(idsOf(body));
  });

  it("asks for lists in the tenant's language", async ({ expect }) => {
    const { ask, library } = await someVideos({ listed: 20 });
    await ask("ana", {}, { config: aConfig({ videos: { language: "pt-BR" } }) });
    expect(library?.language).toBe("pt-BR");
  });

  it("is made up with the tenant's own items when YouTube's lists are short", async ({
    expect,
  }) => {
    const { ask } = await someVideos({ listed: 2, items: 60 });
    const body = await ask("ana");
    expect(idsOf(body)).toHaveLength(20);
    expect(body.meta).toMatchObject({ source: "mixed", degraded: false });
  });
});

describe("a refresh", () => {
  it("brings others while there are any, and says that it was granted", async ({ expect }) => {
    const { ask } = await someVideos({ listed: 50 });
    const first = await ask("ana");
    const second = await ask("ana", { refresh: true });
    expect(second.meta["refresh"]).toBe("granted");
    expect(idsOf(second)).toHaveLength(20);
    expect(idsOf(second).filter((id) => idsOf(first).includes(id))).toEqual([]);
    expect(idsOf(await ask("ana"))).toEqual(idsOf(second));
  });

  it("looks into wider lists when the user has had nearly all of their own", async ({ expect }) => {
    const { ask, call } = await someVideos({ listed: 20 });
    const { videos } = call("ana");
    const widerThemes = () => [{ kind: "channel", channelId: "wider" }] as const;
    const wider = { videos: { ...videos, rules: { ...videos.rules, widerThemes } } };
    expect(idsOf(await ask("ana", {}, wider)).join(" ")).not.toContain("channel-");
    const second = await ask("ana", { refresh: true }, wider);
    expect(idsOf(second).join(" ")).toContain("channel-");
    expect(second.meta["shown_before"]).toBe(0);
  });

  it("too often gets the answer that is kept, and when to come back", async ({ expect }) => {
    const { ask, profiles, cache } = await someVideos({ listed: 50 });
    profiles.refreshes = 1;
    await ask("ana", { refresh: true });
    const kept = await ask("ana", { refresh: true });
    expect(kept.cache_hit).toBe(true);
    expect(kept.meta).toMatchObject({ refresh: "throttled", retry_after: 10 });
    expect(cache.loads).toBe(1);
  });
});

describe("an explanation", () => {
  it("shows every part, and is neither kept nor counted as shown", async ({ expect }) => {
    const { answers, call, profiles, cache } = await someVideos({ listed: 30 });
    profiles.change("ana", { ...UNKNOWN, disliked: ["chart-1" as ItemId] });
    const { bytes } = await answers.explained(call("ana"), DEFAULT_INPUTS);
    const { explain, data } = bodyOf(bytes);
    expect(explain?.["selected"]).toHaveLength(data.recommendations.length);
    expect(explain?.["removed"]).toEqual([
      { id: "chart-1", listed: "themes", stage: "video_history_filter", reason: "disliked" },
    ]);
    expect(profiles.noted).toBe(0);
    expect(cache.keys.size).toBe(0);
  });
});
