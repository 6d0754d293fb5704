import { mkdtempSync, existsSync, readFileSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeEach, describe, it } from "vitest";
import type { JobName, JobRun } from "../../scripts/admin/admin-client.ts";
import { parseExportOptions } from "../../scripts/export/options.ts";
import { computeAgain, putBack } from "../../scripts/export/put-back.ts";
import { takeOut } from "../../scripts/export/take-out.ts";

let file: string;
beforeEach(() => {
  file = path.join(mkdtempSync(path.join(tmpdir(), "nearfeed-")), "acme.ndjson.gz");
});

const PAGES = 5;
const ROWS = 3;
const CONFIG = { name: "Acme" };
const url = "http://127.0.0.1:1";

const rowOf = (page: number, row: number) => ({ kind: "item", row: { id: `i-${page}-${row}` } });

/** A Worker with five pages, that fails at chosen calls, and remembers what it was sent. */
function aWorker(fails: { page?: number; batch?: number } = {}) {
  const asked: string[] = [];
  const received: string[] = [];
  const records: unknown[] = [];
  let batches = 0;
  return {
    asked,
    received,
    records,
    client: {
      ask: async <Answer>(method: string, _: string, options?: { body?: unknown }) => {
        if (method === "PUT") records.push(options?.body);
        return { config: CONFIG } as Answer;
      },
      askText: async (_: string, place: string) => {
        const page = Number(new URL(place, url).searchParams.get("after") ?? 0);
        asked.push(String(page));
        if (page === fails.page) throw new Error("away");
        const rows = Array.from({ length: ROWS }, (__, row) => JSON.stringify(rowOf(page, row)));
        const last = page + 1 < PAGES ? { kind: "next", after: String(page + 1) } : { kind: "end" };
        return `${[...rows, JSON.stringify(last)].join("\n")}\n`;
      },
      postRows: async (_: string, __: string, body: string) => {
        batches += 1;
        if (batches === fails.batch) throw new Error("away");
        received.push(...body.split("\n"));
        return { accepted: 0, rejected: [] };
      },
    },
  };
}

const run = (client: ReturnType<typeof aWorker>["client"], more = {}) => ({
  client,
  tenant: "acme",
  url,
  file,
  restart: false,
  say: () => undefined,
  ...more,
});

const linesOf = (): readonly unknown[] =>
  gunzipSync(readFileSync(file))
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);

const ALL = Array.from({ length: PAGES }, (_, page) =>
  Array.from({ length: ROWS }, (__, row) => rowOf(page, row)),
).flat();

describe("an export", () => {
  it("is the record and every row, once and in order", async ({ expect }) => {
    const { client } = aWorker();
    expect(await takeOut(run(client))).toBe(1 + ALL.length);
    expect(linesOf()).toEqual([{ kind: "record", tenant: "acme", config: CONFIG }, ...ALL]);
    expect(existsSync(`${file}.progress`)).toBe(false);
  });

  it("goes on where it was interrupted, after a page that was torn", async ({ expect }) => {
    const broken = aWorker({ page: 3 });
    await expect(takeOut(run(broken.client))).rejects.toThrow("away");
    // As if the process had died in the middle of a page.
    appendFileSync(file, "half a member");
    const mended = aWorker();
    await takeOut(run(mended.client));
    expect(mended.asked).toEqual(["3", "4"]);
    expect(linesOf().slice(1)).toEqual(ALL);
  });

  it("begins anew for another tenant, and when it is told to", async ({ expect }) => {
    const broken = aWorker({ page: 3 });
    await expect(takeOut(run(broken.client))).rejects.toThrow("away");
    const mended = aWorker();
    await takeOut(run(mended.client, { restart: true }));
    expect(mended.asked).toEqual(["0", "1", "2", "3", "4"]);
    expect(linesOf().slice(1)).toEqual(ALL);
  });
});

describe("a restore", () => {
  it("puts the record first, then every row", async ({ expect }) => {
    await takeOut(run(aWorker().client));
    const { client, received, records } = aWorker();
    expect(await putBack(run(client))).toBe(1 + ALL.length);
    expect(records).toEqual([CONFIG]);
    expect(received.map((line) => JSON.parse(line) as unknown)).toEqual(ALL);
    expect(existsSync(`${file}.restore-progress`)).toBe(false);
  });

  it("leaves its rows to the next run when the Worker goes away", async ({ expect }) => {
    await takeOut(run(aWorker().client));
    const broken = aWorker({ batch: 1 });
    await expect(putBack(run(broken.client))).rejects.toThrow("away");
    const mended = aWorker();
    await putBack(run(mended.client));
    expect(mended.received.length).toBe(ALL.length);
  });
});

describe("what jobs compute again after a restore", () => {
  const aRun = (job: JobName, outcome: JobRun["outcome"]): JobRun => ({
    id: "run",
    job,
    outcome,
    duration_ms: 5,
    counts: { items: 3 },
    error: outcome === "failed" ? "away" : null,
  });

  it("are pools, lists of gifts and watched filters", async ({ expect }) => {
    const ran: string[] = [];
    const said: string[] = [];
    const runJob = async (_: string, job: JobName) => {
      ran.push(job);
      // The second comes upon a run that began before the rows were in.
      return aRun(job, ran.length === 2 ? "skipped" : "succeeded");
    };
    await computeAgain({ runJob }, "acme", (line) => said.push(line));
    expect(ran).toEqual([
      "refresh-pools",
      "update-popularity",
      "sync-watched",
      "update-popularity",
    ]);
    expect(said).toHaveLength(3);
  });

  it("say so when one fails", async ({ expect }) => {
    const runJob = async (_: string, job: JobName) => aRun(job, "failed");
    const computed = computeAgain({ runJob }, "acme", () => undefined);
    await expect(computed).rejects.toThrow("refresh-pools failed: away");
  });
});

describe("the options of an export", () => {
  it("need a tenant, and one direction", ({ expect }) => {
    expect(() => parseExportOptions([])).toThrow("Which tenant");
    expect(() => parseExportOptions(["--tenant", "Not One"])).toThrow("Which tenant");
    const both = ["--tenant", "acme", "--out", "a", "--restore", "b"];
    expect(() => parseExportOptions(both)).toThrow("one of them");
    expect(parseExportOptions(["--help"])).toBeUndefined();
    expect(parseExportOptions(["--tenant", "acme"])).toMatchObject({
      file: "acme.ndjson.gz",
      restore: false,
    });
  });
});
