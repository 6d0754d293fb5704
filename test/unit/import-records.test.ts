import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, it } from "vitest";
import { detectDelimiter, detectFormat } from "../../scripts/import/detect-format.ts";
import { openRecords } from "../../scripts/import/open-records.ts";
import { readCsv } from "../../scripts/import/read-csv.ts";
import { readNdjson } from "../../scripts/import/read-ndjson.ts";
import type { SourceRecord } from "../../scripts/import/source-record.ts";

/** Bytes in chunks of a few, so that every border between chunks is somewhere inside a row. */
async function* inChunks(text: string, size = 3): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function recordsOf(records: AsyncIterable<SourceRecord>): Promise<SourceRecord[]> {
  const all: SourceRecord[] = [];
  for await (const record of records) all.push(record);
  return all;
}

function aFile(content: string | Uint8Array): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "nearfeed-")), "rows.dat");
  writeFileSync(file, content);
  return file;
}

describe("CSV", () => {
  it("numbers a record by the line where it starts, after fields with newlines", async ({
    expect,
  }) => {
    const text = 'id,title\na,"one\ntwo\nthree"\n\nb,plain\nc,"x\r\ny"\nd,last';
    const records = await recordsOf(readCsv(inChunks(text), ","));
    expect(records.map(({ line, value }) => [line, value?.["id"]])).toEqual([
      [2, "a"],
      [6, "b"],
      [7, "c"],
      [9, "d"],
    ]);
    expect(records[0]?.value?.["title"]).toBe("one\ntwo\nthree");
  });

  it("counts lines that end in CR LF once, also inside of quotes", async ({ expect }) => {
    const text = '\uFEFFid,title\r\na,"é\r\ntwo"\r\n\r\nb,"x\r\n\r\ny"\r\nc,last';
    const records = await recordsOf(readCsv(inChunks(text), ","));
    expect(records.map(({ line }) => line)).toEqual([2, 5, 8]);
  });

  it("reports a record with too few or too many fields and reads on", async ({ expect }) => {
    const records = await recordsOf(readCsv(inChunks("id,title\na\nb,two,three\nc,fine\n"), ","));
    expect(records).toEqual([
      { line: 2, fault: "row: 1 fields, but the header has 2" },
      { line: 3, fault: "row: 3 fields, but the header has 2" },
      { line: 4, value: { id: "c", title: "fine" } },
    ]);
  });

  it("keeps quotes inside of fields, doubled or plain", async ({ expect }) => {
    const text = 'id,title\na,"she said ""hi"""\nb,a 5" screen\n';
    const titles = (await recordsOf(readCsv(inChunks(text), ","))).map((r) => r.value?.["title"]);
    expect(titles).toEqual(['she said "hi"', 'a 5" screen']);
  });

  it("leaves empty fields out", async ({ expect }) => {
    const [record] = await recordsOf(readCsv(inChunks("id,title,views\na,,3\n"), ","));
    expect(record?.value).toEqual({ id: "a", views: "3" });
  });

  it("reports a quote that is never closed where its record starts", async ({ expect }) => {
    const records = await recordsOf(readCsv(inChunks('id,title\na,b\nc,"open\nstill open\n'), ","));
    expect(records.map(({ line, fault }) => [line, fault?.includes("not closed")])).toEqual([
      [2, undefined],
      [3, true],
    ]);
  });

  it("refuses a header that names a column twice", async ({ expect }) => {
    await expect(recordsOf(readCsv(inChunks("id,id\na,b\n"), ","))).rejects.toThrow('named "id"');
  });
});

describe("NDJSON", () => {
  it("counts empty lines and reports bad ones", async ({ expect }) => {
    const records = await recordsOf(readNdjson(inChunks('{"id":"é"}\n\n[1]\n{"id":\n{"id":"b"}')));
    expect(records.map(({ line }) => line)).toEqual([1, 3, 4, 5]);
    expect(records[0]?.value).toEqual({ id: "é" });
    expect(records[1]?.fault).toBe("row: not a JSON object");
    expect(records[2]?.fault).toContain("not JSON");
  });

  it("drops a line that would fill the memory and reads on", async ({ expect }) => {
    const text = `{"id":"a"}\n"${"x".repeat(1_100_000)}"\n{"id":"b"}\n`;
    const records = await recordsOf(readNdjson(inChunks(text, 200_000)));
    expect(records.map(({ line, fault }) => [line, fault])).toEqual([
      [1, undefined],
      [2, "row: longer than 1,000,000 characters"],
      [3, undefined],
    ]);
  });
});

describe("a file", () => {
  it("is unzipped by what it contains, not by its name", async ({ expect }) => {
    const { records } = await openRecords(aFile(gzipSync('{"id":"a"}\n{"id":"b"}\n')));
    expect(await recordsOf(records)).toHaveLength(2);
  });

  it("may begin with a byte order mark", async ({ expect }) => {
    const { columns } = await openRecords(aFile("\uFEFFid;title\na;b\n"));
    expect([...columns]).toEqual(["id", "title"]);
  });

  it("that was cut short while zipped fails in words", async ({ expect }) => {
    const zipped = gzipSync(Array.from({ length: 5_000 }, (_, at) => `{"id":"${at}"}`).join("\n"));
    const opening = openRecords(aFile(zipped.subarray(0, zipped.length / 2)));
    const reading = opening.then(({ records }) => recordsOf(records));
    await expect(reading).rejects.toThrow("damaged gzip file");
  });

  it("that does not exist fails in words", async ({ expect }) => {
    await expect(openRecords("/nowhere/rows.csv")).rejects.toThrow("There is no file");
  });

  it("knows a CSV column that no row fills", async ({ expect }) => {
    const { columns } = await openRecords(aFile("id,channel\na,\nb,\n"));
    expect(columns.has("channel")).toBe(true);
  });
});

describe("the format", () => {
  const formatOf = (text: string) => detectFormat(new TextEncoder().encode(text), "rows");

  it("is told from the first character", ({ expect }) => {
    expect(formatOf(' {"id":1}')).toEqual({ kind: "ndjson" });
    expect(formatOf("id\ttitle\n1\ta")).toEqual({ kind: "csv", delimiter: "\t" });
  });

  it("is refused with advice when the file is one JSON array", ({ expect }) => {
    expect(() => formatOf('[{"id":1}]')).toThrow("one object a line");
  });

  it("takes the delimiter from outside of the quotes of the header", ({ expect }) => {
    expect(detectDelimiter('"a,b,c";id;title\n1,2,3,4,5')).toBe(";");
  });
});
