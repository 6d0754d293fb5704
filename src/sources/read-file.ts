/** A file of items, wherever it comes from: unpacked, cut into rows, and its columns renamed. */
import { FailureError } from "../domain/failure.ts";
import { readCsv } from "./read-csv.ts";
import type { SourceBatch, SourceCursor } from "./source-batch.ts";
import type { FileSource } from "./source-config.ts";

export interface OpenFile {
  readonly body: ReadableStream<Uint8Array>;
  /** Guesses the format by its end. */
  readonly name: string;
  /** Of this state of the file. */
  readonly etag: string | undefined;
}

const BATCH_ROWS = 2_000;
const LINE_LIMIT_CHARACTERS = 1_000_000;
const GZIP = [0x1f, 0x8b] as const;

type Row = { readonly row: unknown } | { readonly fault: string };

export async function* readFile(config: FileSource, file: OpenFile): AsyncGenerator<SourceBatch> {
  const bytes = { read: 0 };
  const text = decode(unpacked(file.body), bytes);
  const plainName = file.name.replace(/\.gz$/, "");
  const csv = config.format === "csv" || (config.format === "auto" && plainName.endsWith(".csv"));
  const rows = csv ? readCsv(text, config.delimiter) : readLines(text);
  let items: unknown[] = [];
  let faults: string[] = [];
  let taken = 0;
  const cut = (): SourceBatch => {
    const batch = { items, faults, bytes: bytes.read - taken };
    taken = bytes.read;
    items = [];
    faults = [];
    return batch;
  };
  try {
    for await (const read of rows) {
      if ("fault" in read) faults.push(read.fault);
      else items.push(renamed(read.row, config.columns));
      if (items.length + faults.length >= BATCH_ROWS) yield cut();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : "it ended early";
    throw new FailureError("SOURCE_UNAVAILABLE", `The file cannot be read: ${why}.`, {
      cause: error,
    });
  }
  // Only a file that was read to its end need not be read again.
  const cursor: SourceCursor = file.etag === undefined ? {} : { etag: file.etag };
  yield { ...cut(), cursor, whole: config.holds === "snapshot" };
}

/** A mapped column gives way to the mapping; what is not mapped keeps its name. */
export function renamed(row: unknown, columns: Readonly<Record<string, string>>): unknown {
  const entries = Object.entries(columns);
  if (entries.length === 0 || typeof row !== "object" || row === null) return row;
  const values = row as Readonly<Record<string, unknown>>;
  const sources = new Set(Object.values(columns));
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (!sources.has(name) && !(name in columns)) result[name] = value;
  }
  for (const [field, column] of entries) {
    if (values[column] !== undefined) result[field] = values[column];
  }
  return result;
}

/** Unpacks what begins as gzip does, whatever it is called: a transfer encoding is undone before. */
async function* unpacked(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  const first = await reader.read();
  if (first.done) return;
  const rest = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(first.value),
    async pull(controller) {
      const next = await reader.read();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const packed = GZIP.every((byte, at) => first.value[at] === byte);
  yield* packed
    ? rest.pipeThrough(
        new DecompressionStream("gzip") as unknown as TransformStream<Uint8Array, Uint8Array>,
      )
    : rest;
}

/** Counts what is unpacked: a small file can hold a big one. */
async function* decode(
  pieces: AsyncIterable<Uint8Array>,
  bytes: { read: number },
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const piece of pieces) {
    bytes.read += piece.byteLength;
    yield decoder.decode(piece, { stream: true });
  }
  yield decoder.decode();
}

async function* readLines(pieces: AsyncIterable<string>): AsyncGenerator<Row> {
  let rest = "";
  let line = 0;
  const parse = (text: string): Row | undefined => {
    line += 1;
    if (text.trim() === "") return undefined;
    try {
      return { row: JSON.parse(text) as unknown };
    } catch {
      return { fault: `line ${line}: is no JSON` };
    }
  };
  for await (const piece of pieces) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_LIMIT_CHARACTERS) throw new Error(`line ${line + 1} is too long`);
    for (const text of lines) {
      const row = parse(text);
      if (row !== undefined) yield row;
    }
  }
  const row = parse(rest);
  if (row !== undefined) yield row;
}
