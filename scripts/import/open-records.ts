/** A file as records, with its columns known before the first row goes anywhere. */
import { detectFormat } from "./detect-format.ts";
import { openSource, type Source } from "./open-source.ts";
import { readCsv } from "./read-csv.ts";
import { readNdjson } from "./read-ndjson.ts";
import type { SourceRecord } from "./source-record.ts";

/** NDJSON has no header; rows that leave a field out may come first. */
const ROWS_TO_KNOW_COLUMNS = 1_000;

export interface Records {
  readonly source: Source;
  readonly columns: ReadonlySet<string>;
  readonly records: AsyncIterable<SourceRecord>;
}

export async function openRecords(file: string): Promise<Records> {
  const source = await openSource(file);
  const format = detectFormat(source.head, file);
  const columns = new Set<string>();
  const addColumns = (names: readonly string[]): void => names.forEach((name) => columns.add(name));
  const iterator =
    format.kind === "csv"
      ? readCsv(source.bytes, format.delimiter, addColumns)
      : readNdjson(source.bytes);
  const first: SourceRecord[] = [];
  while (first.length < ROWS_TO_KNOW_COLUMNS) {
    const next = await iterator.next();
    if (next.done === true) break;
    first.push(next.value);
    addColumns(Object.keys(next.value.value ?? {}));
  }
  async function* records(): AsyncGenerator<SourceRecord> {
    yield* first;
    first.length = 0;
    yield* iterator;
  }
  return { source, columns, records: records() };
}
