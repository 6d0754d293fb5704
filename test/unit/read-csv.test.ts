import * as fc from "fast-check";
import { describe, it } from "vitest";
import { type CsvRow, readCsv } from "../../src/sources/read-csv.ts";

async function* piecesOf(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

const rowsOf = async (text: string, size = 7): Promise<readonly CsvRow[]> => {
  const rows: CsvRow[] = [];
  for await (const row of readCsv(piecesOf(text, size), ",")) rows.push(row);
  return rows;
};

const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`;

describe("CSV", () => {
  it("gives back every field, wherever it is cut and whatever is in it", async ({ expect }) => {
    const field = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", "é", "x") });
    const input = fc.array(fc.tuple(field, field), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(input, fc.integer({ min: 1, max: 9 }), async (records, size) => {
        const text = ["a,b", ...records.map((pair) => pair.map(quoted).join(","))].join("\n");
        const expected = records.map(([a, b]) => ({
          row: { ...(a === "" ? {} : { a }), ...(b === "" ? {} : { b }) },
        }));
        expect(await rowsOf(text, size)).toEqual(expected);
      }),
    );
  });

  it("takes Windows ends of lines, a byte order mark and quotes in a bare field", async ({
    expect,
  }) => {
    const rows = await rowsOf('\uFEFFid,title\r\na,5" screen\r\n\r\nb,\r\n');
    expect(rows).toEqual([{ row: { id: "a", title: '5" screen' } }, { row: { id: "b" } }]);
  });

  it("says which record has too many fields, and goes on", async ({ expect }) => {
    const rows = await rowsOf("id,title\na,b,c\nd,e\n");
    expect(rows).toEqual([
      { fault: "record 2: 3 fields, but the header has 2" },
      { row: { id: "d", title: "e" } },
    ]);
  });
});
