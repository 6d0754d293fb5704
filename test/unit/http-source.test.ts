import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, it } from "vitest";
import type { ItemId } from "../../src/domain/ids.ts";
import { httpSource } from "../../src/sources/http-source.ts";
import type { ReadSource } from "../../src/sources/source-batch.ts";
import { aSource, type SourceWorld } from "../support/source-fixture.ts";

type Answer = (response: ServerResponse, headers: Record<string, unknown>) => void;

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

/** Answers requests in turn; the last answer is given again. */
async function aServer(...answers: readonly Answer[]): Promise<{ url: string; asked: unknown[] }> {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(request.headers);
    answer?.(response, request.headers);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const read = httpSource({
  fetch,
  pause: () => Promise.resolve(),
  allowLocalHttp: true,
  secretOf: (name) => `secret of ${name}`,
}) as ReadSource;

const aFile = (url: string, more: object = {}): SourceWorld =>
  aSource({ kind: "http", url: `${url}/items.ndjson`, ...more }, read);

const lines = (rows: readonly unknown[]): string =>
  rows.map((row) => (typeof row === "string" ? row : JSON.stringify(row))).join("\n");

/** A file whose state has a tag: what it had is not sent again. */
const file =
  (body: string | Uint8Array, etag: string): Answer =>
  (response, headers) => {
    response.setHeader("ETag", etag);
    response.statusCode = headers["if-none-match"] === etag ? 304 : 200;
    response.end(response.statusCode === 304 ? undefined : body);
  };

const AB = lines([{ id: "a", title: "A" }, { id: "b" }]);

describe("a file over HTTP", () => {
  it("is read once for each state of it", async ({ expect }) => {
    const { url, asked } = await aServer(file(AB, '"1"'));
    const source = aFile(url);
    const first = await source.run();
    expect(first).toMatchObject({ outcome: "succeeded", counts: { added: 2, rows: 2 } });
    expect([...source.items.keys()]).toEqual(["a", "b"]);
    const second = await source.run();
    expect(second.outcome).toBe("unchanged");
    expect(asked[1]).toMatchObject({ "if-none-match": '"1"' });
    expect(source.writes.upserts).toBe(2);
  });

  it("writes what changed and takes out what it no longer has", async ({ expect }) => {
    const later = lines([{ id: "a", title: "A2" }, { id: "c" }]);
    const { url } = await aServer(file(AB, '"1"'), file(later, '"2"'));
    const source = aFile(url);
    await source.run();
    const { counts, samples } = await source.run();
    expect(counts).toMatchObject({ added: 1, changed: 1, removed: 1 });
    expect(samples).toEqual({ added: ["c"], changed: ["a"], removed: ["b"] });
    expect([...source.items.keys()]).toEqual(["a", "c"]);
    expect(source.items.get("a" as ItemId)?.metadata).toEqual({ title: "A2" });
  });

  it("changes nothing in a dry run, and says what would change", async ({ expect }) => {
    const { url } = await aServer(file(AB, '"1"'));
    const source = aFile(url);
    const report = await source.run({ dryRun: true });
    expect(report).toMatchObject({ counts: { added: 2 }, samples: { added: ["a", "b"] } });
    expect(source.items.size).toBe(0);
    expect(source.record().cursor).toBeUndefined();
    expect((await source.run()).counts["added"]).toBe(2);
  });

  it("keeps its items where it only holds changes", async ({ expect }) => {
    const { url } = await aServer(file(AB, '"1"'), file(lines([{ id: "c" }]), '"2"'));
    const source = aFile(url, { holds: "changes" });
    await source.run();
    await source.run();
    expect([...source.items.keys()]).toEqual(["a", "b", "c"]);
  });

  it("takes nothing out where too much is missing", async ({ expect }) => {
    const { url } = await aServer(file(AB, '"1"'), file("", '"2"'));
    const source = aFile(url);
    await source.run();
    const report = await source.run();
    expect(report.outcome).toBe("failed");
    expect(report.error).toContain("2 of 2 items are missing");
    expect(source.items.size).toBe(2);
    expect(source.record().cursor).toEqual({ etag: '"1"' });
  });

  it("may be packed, and its columns may have other names", async ({ expect }) => {
    const csv = "sku;name;amount\na;A mug;3,5\n;nothing;1\n";
    const { url } = await aServer(file(gzipSync(csv), '"1"'));
    const source = aFile(url, {
      format: "csv",
      delimiter: ";",
      columns: { id: "sku", title: "name" },
    });
    const report = await source.run();
    expect(source.items.get("a" as ItemId)?.metadata).toEqual({ title: "A mug", amount: "3,5" });
    expect(report.counts["faults"]).toBe(1);
    expect(report.faults[0]).toMatch(/^id: /);
  });

  it("costs a row at fault only that row", async ({ expect }) => {
    const { url } = await aServer(file(lines(["{", { id: "a" }, { id: "x y" }]), '"1"'));
    const source = aFile(url);
    const report = await source.run();
    expect(report).toMatchObject({ outcome: "succeeded", counts: { added: 1, faults: 2 } });
    expect(report.faults[0]).toBe("line 1: is no JSON");
  });

  it("ends at a limit, by what is unpacked", async ({ expect }) => {
    const rows = Array.from({ length: 3_000 }, (_, at) => ({ id: `i${at}`, title: "x" }));
    const { url } = await aServer(file(gzipSync(lines(rows)), '"1"'));
    const tooLong = await aFile(url, { limits: { rows: 2_500 } }).run();
    expect(tooLong).toMatchObject({
      outcome: "failed",
      error: "The source has more than 2500 rows.",
    });
    const tooBig = await aFile(url, { limits: { bytes: 50_000 } }).run();
    expect(tooBig.error).toBe("The source has more than 50000 bytes.");
  });

  it("is asked for again after a failure that may pass, and not after another", async ({
    expect,
  }) => {
    const failing =
      (status: number): Answer =>
      (response) => {
        response.statusCode = status;
        response.end("no");
      };
    const passing = await aServer(failing(503), failing(429), file(AB, '"1"'));
    expect((await aFile(passing.url).run()).counts["added"]).toBe(2);
    const missing = await aServer(failing(404));
    const report = await aFile(missing.url).run();
    expect(report.error).toBe("The server answered with 404.");
    expect(missing.asked).toHaveLength(1);
  });

  it("gives its secret to its own server alone, and leads nowhere private", async ({ expect }) => {
    const other = await aServer(file(AB, '"1"'));
    const redirect: Answer = (response) => {
      response.writeHead(302, { Location: `${other.url}/elsewhere.ndjson` }).end();
    };
    const first = await aServer(redirect);
    await aFile(first.url, { authorization: "SOURCE_SECRET_A" }).run();
    expect(first.asked[0]).toMatchObject({ authorization: "secret of SOURCE_SECRET_A" });
    expect(other.asked[0]).not.toHaveProperty("authorization");
    const inward: Answer = (response) => {
      response.writeHead(302, { Location: "https://169.254.169.254/latest" }).end();
    };
    const report = await aFile((await aServer(inward)).url).run();
    expect(report.error).toBe("The address is not a public one.");
  });
});
