/** Opens a file or stdin as plain bytes, whatever it is called: gzip is recognised by its first bytes. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { ImportError } from "./import-error.ts";

export const STDIN = "-";
const READ_BYTES = 256 * 1024;
/** Enough to see a header and a format. */
const HEAD_BYTES = 64 * 1024;

export interface Source {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The beginning of `bytes`, which still delivers it. */
  readonly head: Uint8Array;
  /** Of the file as it is stored; undefined for stdin. */
  readonly sizeBytes?: number;
  /** How much of `sizeBytes` has been read. */
  readBytes(): number;
}

export async function openSource(file: string): Promise<Source> {
  const sizeBytes = file === STDIN ? undefined : await sizeOf(file);
  let readBytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    const stream =
      file === STDIN ? process.stdin : createReadStream(file, { highWaterMark: READ_BYTES });
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      readBytes += chunk.length;
      yield chunk;
    }
  }
  const stored = await withHead(counted(), 2);
  const zipped = stored.head[0] === 0x1f && stored.head[1] === 0x8b;
  const { head, bytes } = await withHead(
    zipped ? unzipped(stored.bytes, file) : stored.bytes,
    HEAD_BYTES,
  );
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) {
    throw new ImportError(`${file} is UTF-16 text; save it as UTF-8 and import that.`);
  }
  return {
    bytes,
    head,
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    readBytes: () => readBytes,
  };
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new ImportError(
      error.code === "ENOENT"
        ? `There is no file ${file}.`
        : `${file} cannot be read (${error.code}).`,
    );
  });
  if (found.isDirectory()) throw new ImportError(`${file} is a folder.`);
  return found.size;
}

async function* unzipped(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip({ chunkSize: READ_BYTES });
  // A failure of either end reaches the loop below.
  pipeline(Readable.from(bytes), gunzip, () => undefined);
  try {
    for await (const chunk of gunzip as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "";
    if (!code.startsWith("Z_")) throw error;
    throw new ImportError(`${file} is a damaged gzip file: ${(error as Error).message}.`);
  }
}

/** Reads ahead until `wanted` bytes are there, and gives them back with what follows. */
async function withHead(
  bytes: AsyncIterable<Uint8Array>,
  wanted: number,
): Promise<{ readonly head: Uint8Array; readonly bytes: AsyncIterable<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < wanted) {
    const next = await iterator.next();
    if (next.done === true) break;
    chunks.push(next.value);
    length += next.value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
      chunks.length = 0;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head: Buffer.concat(chunks), bytes: all() };
}
