import { pipeline, Readable } from "node:stream";
import { type CsvError, type Info, parse } from "csv-parse";
import { ImportError } from "./import-error.ts";
import type { SourceRecord } from "./source-record.ts";

/** A quote that is never closed makes one field of the rest of the file; this keeps it out of the memory. */
const LONGEST_RECORD_BYTES = 4_000_000;

const NEWLINE = 0x0a;

interface ParsedRecord {
  readonly record: readonly string[];
  readonly info: Info;
}

/** Empty fields count as absent: CSV has no other way to say so. */
export async function* readCsv(
  bytes: AsyncIterable<Uint8Array>,
  delimiter: string,
  onHeader: (columns: readonly string[]) => void = () => undefined,
): AsyncGenerator<SourceRecord> {
  let lastLine = 0;
  let skipped: CsvError | undefined;
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    // Real files have `5" screen` in fields without quotes.
    relax_quotes: true,
    // Counted below, where the line of the record is known.
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_RECORD_BYTES,
    skip_records_with_error: true,
    on_skip: (error) => {
      skipped ??= error;
      return undefined;
    },
  });
  const lines = new LineCounter();
  pipeline(Readable.from(lines.watching(bytes)), parser, () => undefined);
  let header: readonly string[] | undefined;
  for await (const { record, info } of parser as AsyncIterable<ParsedRecord>) {
    lastLine = lines.advanceTo(info.bytes);
    const line = lastLine - newlinesIn(record);
    if (header === undefined) {
      header = parseHeader(record);
      onHeader(header);
    } else if (record.length !== header.length) {
      yield { line, fault: `row: ${record.length} fields, but the header has ${header.length}` };
    } else {
      yield { line, value: toObject(header, record) };
    }
    if (skipped?.code === "CSV_MAX_RECORD_SIZE") break;
  }
  if (skipped !== undefined) yield unreadableRest(skipped, lastLine + 1);
}

/** Which line a byte is on. The parser counts lines too, but "\r\n" inside of quotes as two. */
class LineCounter {
  /** Offsets of newlines that have been read and lie ahead of the last record. */
  #ahead: number[] = [];
  #next = 0;
  #line = 1;

  async *watching(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let offset = 0;
    for await (const chunk of bytes) {
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) {
        this.#ahead.push(offset + at);
      }
      offset += chunk.length;
      yield chunk;
    }
  }

  /** The line on which a record ends that ends before `offset`, its own newline included. */
  advanceTo(offset: number): number {
    while ((this.#ahead[this.#next] ?? Infinity) < offset - 1) {
      this.#next += 1;
      this.#line += 1;
    }
    if (this.#next > 10_000) {
      this.#ahead = this.#ahead.slice(this.#next);
      this.#next = 0;
    }
    return this.#line;
  }
}

function unreadableRest(error: CsvError, line: number): SourceRecord {
  if (error.code !== "CSV_MAX_RECORD_SIZE") {
    return { line, fault: "row: a quote opens here and is not closed until the end of the file" };
  }
  throw new ImportError(
    `The record at line ${line} is longer than ${LONGEST_RECORD_BYTES / 1e6} MB: a quote that opens there ` +
      "is probably never closed. Rows before it are in; mend the line and import again.",
  );
}

function parseHeader(record: readonly string[]): readonly string[] {
  const names = record.map((name) => name.trim());
  const twice = names.find((name, at) => name !== "" && names.indexOf(name) !== at);
  if (twice !== undefined) throw new ImportError(`The header has two columns named "${twice}".`);
  return names;
}

function toObject(
  header: readonly string[],
  record: readonly string[],
): Readonly<Record<string, string>> {
  const value: Record<string, string> = {};
  header.forEach((name, at) => {
    const field = record[at];
    if (name !== "" && field !== undefined && field !== "") value[name] = field;
  });
  return value;
}

function newlinesIn(record: readonly string[]): number {
  let count = 0;
  for (const field of record) {
    for (let at = field.indexOf("\n"); at >= 0; at = field.indexOf("\n", at + 1)) count += 1;
  }
  return count;
}
