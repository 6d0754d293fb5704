import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import type { Bindings } from "../../src/env.ts";
import type { ItemId, TenantId, UserId } from "../../src/domain/ids.ts";
import type { UserEvent } from "../../src/events/user-event.ts";
import { consoleLog } from "../../src/observability/log.ts";
import { backgroundOf } from "../../src/platform/background.ts";
import { servicesOf } from "../../src/services.ts";
import {
  addItems,
  anId,
  ask,
  askAdmin,
  askJson,
  aTenantWithFeed,
  type Feed,
  itemName,
  patchConfig,
  postJson,
  putJson,
  runJob,
} from "./support/app.ts";
import { idsOf, type RankedFeed } from "./support/ranked-feed.ts";

const services = servicesOf(env as unknown as Bindings);

/** Applied as the consumer of events applies them. */
async function apply(tenant: string, ...events: readonly Partial<UserEvent>[]): Promise<void> {
  const context = createExecutionContext();
  const background = backgroundOf((promise) => {
    context.waitUntil(promise);
  }, consoleLog);
  const id = tenant as TenantId;
  const known = await services.tenants.find(id, Date.now(), background);
  if (known === undefined) throw new Error("no such tenant");
  const whole = events.map((event): UserEvent => ({
    id: anId("event"),
    type: "like",
    user: "ana" as UserId,
    item: itemName(0) as ItemId,
    atMs: Date.now(),
    ...event,
  }));
  await services.events.ingest.effects.apply(known, whole, Date.now());
}

const item = (rank: number): ItemId => itemName(rank) as ItemId;

/** Ranked by affinity alone, so that taste is all that moves items. */
async function aTenantOfTaste(): Promise<string> {
  const tenant = await aTenantWithFeed(200);
  await patchConfig(tenant, {
    weights: { popularity: 0.001, recency: 0, affinity: 1 },
    rate_limits: { user_refreshes_per_second: 1_000 },
  });
  return tenant;
}

const rankedFeed = (tenant: string, user = "ana"): Promise<RankedFeed> =>
  askJson<RankedFeed>(`/t/${tenant}/v1/feed?user_hash=${user}&limit=10`);

const creators = ({ items }: RankedFeed): readonly (string | undefined)[] =>
  items.map(({ creator }) => creator?.name);

interface UserProfile {
  readonly demographics: Readonly<Record<string, string | null>>;
  readonly interaction_counts: Readonly<Record<string, number>>;
  readonly liked_items: number;
  readonly preferred_categories: Readonly<Record<string, number>>;
  readonly buying_patterns: Readonly<Record<string, unknown>>;
  readonly affinities: {
    readonly creators: readonly { readonly name: string; readonly weight: number }[];
  };
}

const profileOf = (tenant: string, user = "ana"): Promise<UserProfile> =>
  askJson<UserProfile>(`/t/${tenant}/user-profile/${user}`);

describe("an event changes its user's next answer", () => {
  it("/recommend: what was watched, disliked or skipped is gone", async ({ expect }) => {
    const tenant = await aTenantWithFeed(100);
    const path = `/t/${tenant}/recommend/ben?count=20`;
    const [watched, disliked, skipped] = (await askJson<Feed>(path)).videos;
    const hidden = [watched, disliked, skipped];
    await apply(
      tenant,
      { type: "watch", item: watched as ItemId },
      { type: "dislike", item: disliked as ItemId },
      { type: "skip", item: skipped as ItemId },
    );
    // All items there are but these.
    const next = await askJson<Feed>(`/t/${tenant}/recommend/ana?count=100`);
    expect(next.videos).toHaveLength(97);
    expect(next.videos.filter((id) => hidden.includes(id))).toEqual([]);
  });

  it("/v1/feed: likes lead to their creator, also for who has watched nothing", async ({
    expect,
  }) => {
    const tenant = await aTenantOfTaste();
    const before = await rankedFeed(tenant);
    expect(before.feed_type).toBe("cold_start");
    expect(new Set(creators(before)).size).toBeGreaterThan(1);
    await apply(tenant, { item: item(3) }, { item: item(10) });
    const after = await rankedFeed(tenant);
    expect(after).toMatchObject({ feed_type: "personalized", degraded: false });
    expect(creators(after).slice(0, 5)).toEqual(Array(5).fill("Channel 3"));
    // Another user's next answer is as it was.
    expect(new Set(creators(await rankedFeed(tenant, "ben"))).size).toBeGreaterThan(1);
  });

  it("/v1/feed: a page that is held is no longer good after a like", async ({ expect }) => {
    const tenant = await aTenantOfTaste();
    const path = `/t/${tenant}/v1/feed?user_hash=ana&limit=10`;
    await apply(tenant, { item: item(3) });
    const held = await ask(path);
    const headers = { "If-None-Match": held.headers.get("ETag") ?? "" };
    await held.text();
    expect((await ask(path, { headers })).status).toBe(304);
    await apply(tenant, { item: item(4) });
    const answer = await ask(path, { headers });
    expect(answer.status).toBe(200);
    await answer.text();
  });

  it("/v1/feed: feedback on a video is a like there, too", async ({ expect }) => {
    const tenant = await aTenantOfTaste();
    await postJson(`/t/${tenant}/api/v1/video/feedback/ana`, {
      video_id: itemName(2),
      feedback_type: "like",
    });
    expect(creators(await rankedFeed(tenant)).slice(0, 5)).toEqual(Array(5).fill("Channel 2"));
  });

  it("/v1/feed: so is a like that comes as system A's feedback", async ({ expect }) => {
    const tenant = await aTenantOfTaste();
    const like = { video_ids: [itemName(4), itemName(11)], interaction_type: "like" };
    await postJson(`/t/${tenant}/feedback/ana`, like);
    expect(creators(await rankedFeed(tenant)).slice(0, 5)).toEqual(Array(5).fill("Channel 4"));
    expect(await profileOf(tenant)).toMatchObject({ liked_items: 2 });
    await postJson(`/t/${tenant}/feedback/ana`, { ...like, interaction_type: "unlike" });
    expect(await profileOf(tenant)).toMatchObject({ liked_items: 0 });
  });

  it("/v1/feed: what was disliked is gone, and its creator is not sought", async ({ expect }) => {
    const tenant = await aTenantOfTaste();
    await apply(tenant, { type: "dislike", item: item(5) }, { item: item(1) });
    const feed = await rankedFeed(tenant);
    expect(idsOf(feed)).not.toContain(itemName(5));
    expect(creators(feed).slice(0, 3)).toEqual(Array(3).fill("Channel 1"));
    expect(creators(feed)).not.toContain("Channel 5");
  });

  it("/v1/feed: taste is not forgotten over a lot that was hidden", async ({ expect }) => {
    const tenant = await aTenantOfTaste();
    await apply(tenant, { item: item(3) });
    const watched = Array.from({ length: 70 }, (_, at) => itemName(100 + at));
    const hidden = { video_ids: watched, interaction_type: "hidden", mark_permanent: true };
    await postJson(`/t/${tenant}/feedback/ana`, hidden);
    // By what was watched alone Channel 1 would lead: it is the newest.
    expect(creators(await rankedFeed(tenant)).slice(0, 5)).toEqual(Array(5).fill("Channel 3"));
  });

  it("videos: what was watched or disliked is gone", async ({ expect }) => {
    const tenant = await aTenantWithFeed(60);
    const path = `/t/${tenant}/api/v1/video/recommendations/ana?max_results=20`;
    interface Videos {
      readonly data: { readonly recommendations: readonly { readonly id: string }[] };
    }
    const shown = async () =>
      (await askJson<Videos>(path)).data.recommendations.map(({ id }) => id);
    const [watched = "", disliked = "", ...rest] = await shown();
    expect(rest.length).toBeGreaterThan(5);
    expect([watched, disliked]).not.toContain("");
    await apply(
      tenant,
      { type: "watch", item: watched as ItemId },
      { type: "dislike", item: disliked as ItemId },
    );
    const next = await shown();
    expect(next).not.toContain(watched);
    expect(next).not.toContain(disliked);
  });
});

describe("a user profile", () => {
  it("tells counts, categories and buying patterns of what is liked now", async ({ expect }) => {
    const tenant = anId("t");
    await putJson(`/t/${tenant}/admin/tenant`, { name: "A tenant" });
    const rows = [
      { id: "mug", category: "home", price: 10, platform: "ios", creator: "Ann" },
      { id: "jar", category: "home", price: "20", creator: "Ann" },
      { id: "ball", category: "sport", price: 90, creator: "Ben" },
    ];
    const put = (list: readonly object[]) =>
      askAdmin(`/t/${tenant}/admin/items`, {
        method: "POST",
        headers: { "Content-Type": "application/x-ndjson" },
        body: list.map((row) => JSON.stringify(row)).join("\n"),
      });
    await (await put(rows)).text();
    await apply(
      tenant,
      { item: "mug" as ItemId },
      { item: "jar" as ItemId },
      { item: "ball" as ItemId, atMs: Date.now() - 5_000 },
      { item: "ball" as ItemId, type: "unlike" },
      { item: "ball" as ItemId, type: "click" },
    );
    const profile = await profileOf(tenant);
    expect(profile).toMatchObject({
      interaction_counts: { like: 3, unlike: 1, click: 1 },
      liked_items: 2,
      preferred_categories: { home: 1 },
      buying_patterns: { mean_price: 15, priced_items: 2, platforms: { ios: 1 } },
    });
    expect(profile.affinities.creators[0]?.name).toBe("Ann");
    // The catalogue changes its mind: the job reads the likes anew.
    await services.activeUsers.record(tenant as TenantId, ["ana" as UserId], Date.now());
    await (await put([{ ...rows[0], category: "kitchen" }])).text();
    expect(await runJob(tenant, "update-profiles")).toMatchObject({
      outcome: "succeeded",
      counts: { active: 1, with_likes: 1, updated: 1 },
    });
    expect(await runJob(tenant, "update-profiles")).toMatchObject({ counts: { updated: 0 } });
    const refreshed = await postJson(`/t/${tenant}/user-profile/ana/refresh`, {});
    expect(await refreshed.json()).toMatchObject({
      preferred_categories: { home: 0.5, kitchen: 0.5 },
    });
  });

  it("keeps demographics field by field, and refuses what it does not know", async ({ expect }) => {
    const tenant = await aTenantWithFeed(10);
    const path = `/t/${tenant}/user-profile/ana`;
    await putJson(path, { gender: "female", age_group: "25-34", geo_id: "de" });
    const answer = await putJson(path, { age_group: null, locale: "de-DE" });
    const expected = { gender: "f", age_group: null, locale: "de-DE", geo_id: "DE" };
    expect(await answer.json()).toMatchObject({ demographics: expected });
    expect((await profileOf(tenant)).demographics).toEqual(expected);
    for (const body of [{}, { gender: "x" }, { age_group: "17" }, { locale: "?" }, { sex: "m" }]) {
      expect((await putJson(path, body)).status, JSON.stringify(body)).toBe(400);
    }
  });

  it("is gone when the user is forgotten", async ({ expect }) => {
    const tenant = await aTenantWithFeed(10);
    await addItems(tenant, 10);
    await apply(tenant, { item: item(1) }, { type: "watch", item: item(2) });
    await putJson(`/t/${tenant}/user-profile/ana`, { gender: "male" });
    const key = { tenant: tenant as TenantId, user: "ana" as UserId };
    const known = await services.tenants.find(key.tenant, Date.now(), { run: () => undefined });
    if (known === undefined) throw new Error("no such tenant");
    await services.l2Of(known).users.forget(key);
    await services.profiles.forget(key);
    expect(await profileOf(tenant)).toMatchObject({
      demographics: { gender: null },
      interaction_counts: {},
      liked_items: 0,
      affinities: { creators: [] },
    });
    expect((await rankedFeed(tenant)).feed_type).toBe("cold_start");
  });
});
