import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, it } from "vitest";
import { adminClient } from "../../scripts/admin/admin-client.ts";
import { checkFile, type FileImport, importFile } from "../../scripts/import/import-file.ts";
import { itemKind, watchedKind } from "../../scripts/import/row-kind.ts";
import {
  ADMIN_KEY,
  type AdminRoutesServer,
  startAdminRoutesServer,
} from "../support/admin-routes-server.ts";

const DATA = path.join(import.meta.dirname, "../../../shared/data/youtube-trending");
const YOUTUBE_CSV = path.join(DATA, "USvideos_2017-11-14_28.csv");
const YOUTUBE_JSONL = path.join(DATA, "catalog_2017-11.jsonl");

let server: AdminRoutesServer;
let folder: string;
let said: string[];

beforeEach(async () => {
  server = await startAdminRoutesServer();
  folder = mkdtempSync(path.join(tmpdir(), "nearfeed-"));
  said = [];
});
afterEach(() => server.close());

function anImport(file: string, changes: Partial<FileImport> = {}): FileImport {
  return {
    file,
    kind: itemKind,
    map: new Map(),
    options: { tenant: "acme", url: server.url, shiftToNow: false, restart: false },
    client: adminClient({ url: server.url, adminKey: ADMIN_KEY, firstWaitMs: 1, retries: 3 }),
    checkpoints: path.join(folder, "imports"),
    batching: { batchRows: 10, concurrency: 3 },
    progressOf: () => ({
      update: () => undefined,
      say: (line) => said.push(line),
      end: () => undefined,
    }),
    ...changes,
  };
}

async function run(job: FileImport, freshTenant = false) {
  const records = await checkFile(job);
  return importFile(job, records, { freshTenant, appendRejects: false });
}

function aFileOf(rows: readonly unknown[]): string {
  const file = path.join(folder, "rows.ndjson");
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  return file;
}

const manyItems = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: `item-${at}`, views: at }));

describe("an import", () => {
  it("puts every row in, in batches", async ({ expect }) => {
    const outcome = await run(anImport(aFileOf(manyItems(95))));
    expect(outcome).toMatchObject({ accepted: 95, rejected: 0 });
    expect(server.items.size).toBe(95);
    expect(server.batches).toBe(10);
  });

  it("reports bad rows with their lines, from both sides, and takes the rest", async ({
    expect,
  }) => {
    server.rejectIds("item-2");
    const rejects = path.join(folder, "rejects.ndjson");
    const rows = [...manyItems(4), { id: "no good" }, { id: "last" }];
    const job = anImport(aFileOf(rows));
    const outcome = await run({ ...job, options: { ...job.options, rejects } });
    expect(outcome).toMatchObject({ accepted: 4, rejected: 2 });
    const written = readFileSync(rejects, "utf8").trim().split("\n");
    expect(written.map((line) => JSON.parse(line) as unknown)).toEqual([
      { line: 3, reason: "id: refused by the server", row: { id: "item-2", views: 2 } },
      { line: 5, reason: expect.stringContaining("id:"), row: { id: "no good" } },
    ]);
    expect(said.some((line) => line.includes("rows.ndjson:5"))).toBe(true);
  });

  it("outlives a store that is busy and a connection that breaks", async ({ expect }) => {
    const job = anImport(aFileOf(manyItems(30)));
    await job.client.postRows("acme", "items", "");
    server.failNext(2, 503);
    expect(await run(job)).toMatchObject({ accepted: 30 });
    server.failNext(2, "hang-up");
    expect(await run(anImport(aFileOf(manyItems(31))))).toMatchObject({ accepted: 31 });
  });

  it("lets the later row win although batches travel together", async ({ expect }) => {
    // The batch with the first row of the id takes longest.
    server.onRows((rows) => sleep(rows.some((row) => row["views"] === 1) ? 40 : 0));
    const rows = [{ id: "same", views: 1 }, ...manyItems(9), { id: "same", views: 2 }];
    await run(anImport(aFileOf(rows)));
    expect(server.items.get("same")?.["views"]).toBe(2);
  });

  it("gives up on a refusal in the words of the Worker", async ({ expect }) => {
    server.refuse(true);
    await expect(run(anImport(aFileOf(manyItems(5))))).rejects.toThrow("400: Told to fail.");
  });

  it("moves all times by one offset, so that the newest is now", async ({ expect }) => {
    const beforeMs = Date.now();
    const rows = [
      { id: "old", published_at: "2017-11-01T00:00:00Z" },
      { id: "new", published_at: "2017-11-02T00:00:00Z" },
      { id: "timeless" },
    ];
    const job = anImport(aFileOf(rows));
    await run({ ...job, options: { ...job.options, shiftToNow: true } });
    const newest = Number(server.items.get("new")?.["published_at"]);
    expect(newest).toBeGreaterThanOrEqual(beforeMs);
    expect(newest - Number(server.items.get("old")?.["published_at"])).toBe(86_400_000);
    expect(server.items.get("timeless")).not.toHaveProperty("published_at");
  });

  it("takes watch history too", async ({ expect }) => {
    const rows = [{ user_id: "ana", video_id: "a", watched_at: "2026-01-01" }, { user_id: "ben" }];
    const outcome = await run(anImport(aFileOf(rows), { kind: watchedKind }));
    expect(outcome).toMatchObject({ accepted: 1, rejected: 1 });
    expect(server.watched).toEqual([
      { user_id: "ana", video_id: "a", watched_at: Date.UTC(2026, 0, 1) },
    ]);
  });
});

describe("an interrupted import", () => {
  async function interrupt(file: string): Promise<void> {
    let requests = 0;
    server.onRows(() => {
      requests += 1;
      if (requests === 5) server.refuse(true);
      return Promise.resolve();
    });
    await run(anImport(file, { batching: { batchRows: 10, concurrency: 1 } })).catch(
      () => undefined,
    );
    server.onRows(() => Promise.resolve());
    server.refuse(false);
  }

  it("continues after the last row without a gap, and says so", async ({ expect }) => {
    const file = aFileOf(manyItems(100));
    await interrupt(file);
    expect(server.items.size).toBe(40);
    const outcome = await run(anImport(file));
    expect(server.batches).toBe(10);
    expect(outcome).toMatchObject({ accepted: 100, rejected: 0 });
    expect(said.some((line) => line.includes("continuing after the first 40 rows"))).toBe(true);
  });

  it("goes on with the offset of its first part", async ({ expect }) => {
    const rows = manyItems(100).map((row) => ({ ...row, published_at: "2017-11-01T00:00:00Z" }));
    const file = aFileOf(rows);
    const job = anImport(file, { batching: { batchRows: 10, concurrency: 1 } });
    const shifted = { ...job, options: { ...job.options, shiftToNow: true } };
    let requests = 0;
    server.onRows(() => {
      requests += 1;
      server.refuse(requests === 5);
      return Promise.resolve();
    });
    await run(shifted).catch(() => undefined);
    await sleep(5);
    await run(shifted);
    const times = [...server.items.values()].map((row) => row["published_at"]);
    expect(times).toHaveLength(100);
    expect(new Set(times).size).toBe(1);
  });

  it("begins anew in a tenant that was made again", async ({ expect }) => {
    const file = aFileOf(manyItems(100));
    await interrupt(file);
    await run(anImport(file), true);
    expect(server.batches).toBe(4 + 10);
  });

  it("begins anew when the file has changed", async ({ expect }) => {
    await interrupt(aFileOf(manyItems(100)));
    await run(anImport(aFileOf(manyItems(101))));
    expect(server.batches).toBe(4 + 11);
  });

  it("leaves nothing behind once all is done", async ({ expect }) => {
    const file = aFileOf(manyItems(100));
    await interrupt(file);
    const outcome = await run(anImport(file));
    outcome.complete();
    expect(readdirSync(path.join(folder, "imports"))).toEqual([]);
  });
});

const absent = !existsSync(YOUTUBE_CSV) || !existsSync(YOUTUBE_JSONL);

describe.skipIf(absent)("real data (skipped where ../shared/data is absent)", () => {
  it("takes the YouTube CSV as published", async ({ expect }) => {
    const map = new Map([
      ["id", "video_id"],
      ["channel", "channel_title"],
      ["published_at", "publish_time"],
      ["comments", "comment_count"],
      ["category", "category_id"],
    ]);
    const outcome = await run(anImport(YOUTUBE_CSV, { map, batching: {} }));
    expect(outcome).toMatchObject({ accepted: 3_000, rejected: 0 });
    expect(server.items.size).toBe(791);
    expect(server.items.get("2kyS6SvSYSE")).toMatchObject({
      title: "WE WANT TO TALK ABOUT OUR MARRIAGE",
      channel: "CaseyNeistat",
      published_at: Date.UTC(2017, 10, 13, 17, 13, 1),
      tags: ["SHANtell martin"],
    });
  });

  it("takes the catalogue of one object a line", async ({ expect }) => {
    const map = new Map([["published_at", "publish_time"]]);
    const outcome = await run(anImport(YOUTUBE_JSONL, { map, batching: {} }));
    expect(outcome).toMatchObject({ accepted: 3_034, rejected: 0 });
  });
});
