import { afterEach, beforeEach, describe, it } from "vitest";
import type { ItemId, UserId } from "../../src/domain/ids.ts";
import { bigquerySource } from "../../src/sources/bigquery-source.ts";
import type { ReadSource } from "../../src/sources/source-batch.ts";
import { type BigQueryServer, startBigQuery } from "../support/bigquery-server.ts";
import { aSource, type SourceWorld } from "../support/source-fixture.ts";

const NOW_MS = Date.UTC(2026, 10, 1);
let server: BigQueryServer;
let waits: number[];

beforeEach(async () => {
  waits = [];
  server = await startBigQuery();
  server.tables.set("global_popular_videos_l7d", {
    columns: ["video_id", "popularity"],
    rows: [
      ["a", "9.5"],
      ["b", "3"],
      [null, "1"],
    ],
  });
  server.tables.set("ai_ugc", {
    columns: ["video_id", "published_at", "publisher_user_id", "canister_id", "post_id"],
    rows: [
      ["b", String(NOW_MS - 1_000), "p-1", null, "7"],
      ["c", String(NOW_MS - 2_000), null, null, null],
    ],
  });
  server.tables.set("video_unique_v2", { columns: ["video_id"], rows: [["a"], ["d"]] });
  server.tables.set("userVideoRelation", {
    columns: ["user_id", "video_id", "watched_at"],
    rows: [
      ["ann", "a", String(NOW_MS - 900)],
      ["bob bob", "a", String(NOW_MS - 800)],
      ["bob", "b", String(NOW_MS - 700)],
    ],
  });
});
afterEach(() => server.close());

const read = bigquerySource({
  fetch,
  pause: (ms) => Promise.resolve(void waits.push(ms)),
  nowMs: () => NOW_MS,
  secretOf: () => server.credentials,
  allowBaseUrl: true,
}) as ReadSource;

const aProject = (more: object = {}): SourceWorld =>
  aSource(
    {
      kind: "bigquery",
      project: "project",
      dataset: "yral_ds",
      location: "EU",
      credentials: "SOURCE_SECRET_GOOGLE",
      base_url: server.url,
      ...more,
    },
    read,
    NOW_MS,
  );

describe("system A's tables in BigQuery", () => {
  it("give items of three queries, and what was watched", async ({ expect }) => {
    const source = aProject();
    const report = await source.run();
    expect(report).toMatchObject({ outcome: "succeeded", counts: { added: 4, watched: 2 } });
    expect(source.items.get("b" as ItemId)).toEqual({
      id: "b",
      popularity: 3,
      publishedAtMs: NOW_MS - 1_000,
      metadata: {
        publisher_user_id: "p-1",
        post_id: "7",
        published_at: new Date(NOW_MS - 1_000).toISOString(),
      },
    });
    expect(source.items.get("d" as ItemId)).toEqual({ id: "d", popularity: 0, metadata: {} });
    expect(source.watched.map(({ user, item }) => [user, item])).toEqual([
      ["ann", "a"],
      ["bob", "b"],
    ]);
    expect(report.counts["bytes"]).toBe(4 * server.bytes);
    expect(server.tokens).toBe(1);
  });

  it("bring back nothing that a deleted user watched before", async ({ expect }) => {
    const source = aProject();
    source.deleted.set("ann" as UserId, NOW_MS - 900);
    source.deleted.set("bob" as UserId, NOW_MS - 701);
    const { counts } = await source.run();
    expect(source.watched.map(({ user }) => user)).toEqual(["bob"]);
    expect(counts).toMatchObject({ watched: 2, of_deleted: 1 });
  });

  it("are asked with parameters, a cap and a place, and nothing is put into the text", async ({
    expect,
  }) => {
    const source = aProject({ maximum_bytes_billed: 50_000_000 });
    await source.run();
    server.tables.delete("userVideoRelation");
    await source.run();
    const [last] = server.queries.slice(-1);
    expect(last).toMatchObject({
      location: "EU",
      maximumBytesBilled: "50000000",
      parameterMode: "NAMED",
    });
    expect(last?.query).not.toContain("bob");
    const values = last?.queryParameters?.map(({ name, parameterValue }) => [
      name,
      parameterValue.value,
    ]);
    expect(Object.fromEntries(values ?? [])).toMatchObject({
      user: "bob",
      video: "b",
      after_ms: String(NOW_MS - 700),
    });
  });

  it("are read page by page, and after a query that takes its time", async ({ expect }) => {
    server.pageRows = 1;
    server.polls = 3;
    const source = aProject();
    expect((await source.run()).counts).toMatchObject({ added: 4, watched: 2 });
  });

  it("survive a token that ended, a rate limit, a failure and silence", async ({ expect }) => {
    server.mischief.push("expired", "rate", "unavailable", "silent");
    expect((await aProject().run()).counts["added"]).toBe(4);
    expect(server.tokens).toBe(2);
    expect(waits).toEqual([500, 1_000, 2_000]);
  });

  it("fail at once where no wait would help, and say why", async ({ expect }) => {
    server.mischief.push("quota");
    const source = aProject();
    const report = await source.run();
    expect(report).toMatchObject({ outcome: "failed", error: "BigQuery: 403 quotaExceeded" });
    expect(waits).toEqual([]);
    expect(source.items.size).toBe(0);
  });

  it("are given up after five tries", async ({ expect }) => {
    server.mischief.push(...Array.from({ length: 5 }, () => "unavailable" as const));
    expect((await aProject().run()).error).toBe("BigQuery: 503 backendError");
  });

  it("cost no more than the cap, and a dry run says what they will cost", async ({ expect }) => {
    server.bytes = 20_000_000;
    const source = aProject({ maximum_bytes_billed: 10_000_000 });
    expect((await source.run()).error).toBe("BigQuery: 400 bytesBilledLimitExceeded");
    const report = await aProject().run({ dryRun: true });
    expect(report.counts).toMatchObject({ estimated_bytes: 80_000_000, added: 4 });
  });

  it("say no more than that where the key is no key", async ({ expect }) => {
    const bad = bigquerySource({
      fetch,
      pause: () => Promise.resolve(),
      nowMs: () => NOW_MS,
      secretOf: () => "hunter2",
      allowBaseUrl: true,
    }) as ReadSource;
    const report = await aSource(aProject().record().config, bad).run();
    expect(report.error).toBe("The credentials are no service account key.");
  });
});
