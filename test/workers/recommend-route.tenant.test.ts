import { describe, it } from "vitest";
import { aTenantWithFeed, askJson, type Feed, postJson } from "./support/app.ts";

describe("tenants side by side", () => {
  it("keeps the state of the same user id apart", async ({ expect }) => {
    const [one, two] = [await aTenantWithFeed(60), await aTenantWithFeed(60)];
    const first = await askJson<Feed>(`/t/${one}/recommend/alice?count=60`);
    expect(first.count).toBe(60);
    const other = await askJson<Feed>(`/t/${two}/recommend/alice?count=60`);
    expect(other.count).toBe(60);
    await (await postJson(`/t/${one}/feedback/bob`, { video_ids: ["item-1"] })).text();
    const stats = await askJson<{ watched: { recent: number } }>(`/t/${two}/feed-stats/bob`);
    expect(stats.watched.recent).toBe(0);
  });

  it("does not let one tenant's page token or key reach another's page", async ({ expect }) => {
    const [one, two] = [await aTenantWithFeed(100), await aTenantWithFeed(100)];
    const first = await askJson<Feed>(`/t/${one}/recommend/alice?count=10`);
    const page = `count=10&page=${first.meta.next_page}`;
    const mine = await askJson<Feed>(`/t/${one}/recommend/alice?${page}`);
    await askJson<Feed>(`/t/${two}/recommend/alice?${page}`);
    const again = await askJson<Feed>(`/t/${one}/recommend/alice?${page}`);
    expect(again.videos).toEqual(mine.videos);
    const stranger = await askJson<Feed>(`/t/${one}/recommend/mallory?${page}`);
    expect(stranger.user_id).toBe("mallory");
    expect(again.meta.request_id).not.toBe(stranger.meta.request_id);
  });
});
