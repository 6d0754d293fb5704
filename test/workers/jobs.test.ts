import { JOBS_OF_CRON } from "../../src/jobs/schedule.ts";
import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";
import type { Bindings } from "../../src/env.ts";
import worker from "../../src/index.ts";
import {
  aTenantWithFeed,
  addItems,
  anId,
  ask,
  askAdmin,
  askJson,
  deliver,
  type Feed,
  itemName,
  type JobRecord,
  putJson,
  runJob,
} from "./support/app.ts";

const jobsOf = async (tenant: string): Promise<readonly JobRecord[]> => {
  const answer = await askAdmin(`/t/${tenant}/admin/jobs`);
  return (await answer.json<{ jobs: readonly JobRecord[] }>()).jobs;
};

describe("jobs", () => {
  it("records what a refresh did", async ({ expect }) => {
    const tenant = await aTenantWithFeed(250);
    const [run] = await jobsOf(tenant);
    expect(run).toMatchObject({ job: "refresh-pools", outcome: "succeeded", started_by: "admin" });
    expect(run?.counts).toMatchObject({ items: 250, popularity: 250, fallback: 250 });
    expect(run?.duration_ms).toBeGreaterThanOrEqual(0);
  });

  it("keeps the old pools when the catalogue yields nothing, and reports it", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(50);
    await env.DB.prepare("DELETE FROM items WHERE tenant = ?").bind(tenant).run();
    const run = await runJob(tenant, "refresh-pools");
    expect(run).toMatchObject({ outcome: "kept", counts: { items: 0 } });
    const feed = await askJson<Feed>(`/t/${tenant}/recommend/alice?count=50`);
    expect(feed.count).toBe(50);
  });

  it("shows new items after a refresh in the middle of a scroll, without a repeat", async ({
    expect,
  }) => {
    const tenant = await aTenantWithFeed(600);
    const seen = new Set<string>();
    for (let page = 0; page < 8; page += 1) {
      if (page === 4) {
        await addItems(tenant, 900);
        await runJob(tenant, "refresh-pools");
      }
      const feed = await askJson<Feed>(`/t/${tenant}/recommend/alice?count=60`);
      for (const video of feed.videos) {
        expect(seen.has(video)).toBe(false);
        seen.add(video);
      }
    }
    expect(seen.size).toBe(480);
  });

  it("starts each cron line's jobs for every tenant, by enqueueing only", async ({ expect }) => {
    const tenant = await aTenantWithFeed(10);
    for (const cron of Object.keys(JOBS_OF_CRON)) {
      const controller = createScheduledController({ scheduledTime: new Date(), cron });
      await worker.scheduled(controller, env as unknown as Bindings);
    }
    const byCron = (await jobsOf(tenant)).filter((run) =>
      Object.hasOwn(JOBS_OF_CRON, run.started_by),
    );
    expect(byCron.map((run) => run.job).toSorted()).toEqual([
      "clean-up",
      "purge-users",
      "refill-feeds",
      "refresh-pools",
      "sync-watched",
      "update-popularity",
      "update-profiles",
      "update-similarities",
    ]);
  });

  it.for([
    ["refresh-popular-items", "update-popularity"],
    ["update-user-profiles", "update-profiles"],
  ])(
    "are started by %s, which is documented as the others are",
    async ([name, job], { expect }) => {
      const tenant = await aTenantWithFeed(1);
      const started = await askAdmin(`/t/${tenant}/admin/${name}`, { method: "POST" });
      expect(started.status).toBe(202);
      const run = await started.json<{ id: string }>();
      expect(run).toEqual({ id: expect.any(String), job, outcome: "queued" });
      const found = await askAdmin(`/t/${tenant}/admin/jobs/${run.id}`);
      expect(await found.json()).toMatchObject({ id: run.id, job, started_by: "admin" });
      const { paths } = await askJson<{
        paths: Record<string, { post?: { responses: Record<string, unknown> } }>;
      }>("/openapi.json");
      const answers = (path: string) => paths[`/t/{tenant}/admin/${path}`]?.post?.responses["202"];
      expect(answers(name === "jobs/refresh-pools" ? "jobs/{name}" : (name ?? ""))).toEqual(
        answers("jobs/{name}"),
      );
    },
  );

  it("runs one job of a tenant at a time", async ({ expect }) => {
    const tenant = await aTenantWithFeed(10);
    await env.DB.prepare(
      "UPDATE job_leases SET holder = 'another', until = ? WHERE tenant = ? AND job = 'refresh-pools'",
    )
      .bind(Date.now() + 60_000, tenant)
      .run();
    expect(await runJob(tenant, "refresh-pools")).toMatchObject({ outcome: "skipped" });
  });

  it("puts imported watch history of unknown users into their filters", async ({ expect }) => {
    const tenant = await aTenantWithFeed(300);
    const user = anId("u");
    const watched = Array.from({ length: 280 }, (_, rank) => itemName(rank));
    const answer = await askAdmin(`/t/${tenant}/admin/watched`, {
      method: "POST",
      headers: { "Content-Type": "application/x-ndjson" },
      body: watched.map((video_id) => JSON.stringify({ user_id: user, video_id })).join("\n"),
    });
    expect(await answer.json()).toEqual({ accepted: 280, rejected: [] });
    expect(await runJob(tenant, "sync-watched")).toMatchObject({
      outcome: "succeeded",
      counts: { users: 1, items: 280 },
    });
    expect(await runJob(tenant, "sync-watched")).toMatchObject({ counts: { users: 0, items: 0 } });
    const feed = await askJson<Feed>(`/t/${tenant}/recommend/${user}?count=50`);
    expect(feed.videos.filter((video) => watched.includes(video))).toEqual([]);
    // 20 unwatched items are left, and the filter may hide one of them.
    expect(feed.count).toBeGreaterThanOrEqual(19);
  });

  it("runs once, however often its message is delivered", async ({ expect }) => {
    const tenant = await aTenantWithFeed(50);
    const run = await runJob(tenant, "refresh-pools");
    await addItems(tenant, 60);
    await deliver({ id: run.id, tenant, job: run.job }, { id: run.id, tenant, job: run.job });
    const after = (await jobsOf(tenant)).find(({ id }) => id === run.id);
    expect(after).toEqual(run);
    expect(after?.counts).toMatchObject({ items: 50 });
  });

  it("refills the low feeds of users who were here lately", async ({ expect }) => {
    const tenant = await aTenantWithFeed(3_000);
    const user = anId("u");
    await env.DB.prepare("INSERT INTO active_users (tenant, user, last_active_at) VALUES (?, ?, ?)")
      .bind(tenant, user, Date.now())
      .run();
    const run = await runJob(tenant, "refill-feeds");
    expect(run).toMatchObject({ outcome: "succeeded", counts: { active: 1, refilled: 1 } });
    const stats = await askJson<{ popularity: { valid_count: number } }>(
      `/t/${tenant}/feed-stats/${user}`,
    );
    expect(stats.popularity.valid_count).toBe(500);
  });

  it("records a failure in words, and drops a message that nobody can read", async ({ expect }) => {
    await deliver({ nonsense: true });
    const tenant = anId("t");
    await (await putJson(`/t/${tenant}/admin/tenant`, {})).text();
    await env.DB.prepare(
      "UPDATE tenants SET config = json_set(config, '$.l2', 'redis') WHERE id = ?",
    )
      .bind(tenant)
      .run();
    const run = await runJob(tenant, "refresh-pools");
    expect(run).toMatchObject({ outcome: "failed", error: "This deployment has no redis L2." });
  });

  it("wants the admin key", async ({ expect }) => {
    const tenant = await aTenantWithFeed(1);
    for (const headers of [{}, { Authorization: "Bearer wrong" }, { "X-Admin-Key": "" }]) {
      const answer = await ask(`/t/${tenant}/admin/jobs`, { headers });
      expect(answer.status).toBe(401);
      await answer.text();
    }
    const answer = await askAdmin(`/t/${tenant}/admin/jobs/unheard-of`, { method: "POST" });
    expect(answer.status).toBe(404);
    await answer.text();
  });
});
