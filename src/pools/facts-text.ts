/**
 * Facts as text, for every place that keeps a version: base64, so that it is ASCII wherever names are not, of
 *
 *     length of the head (uint32) · head (JSON, UTF-8) · columns
 *
 * each padded to four bytes, numbers in little-endian order. A column is stored in the narrowest of 1, 2 or 4 bytes
 * a number that holds its largest one, and not at all when it is all zeros; items without facts cost nothing. What there
 * is to discover stands behind the vectors, where releases that do not know of it do not read. Tags
 * are counted an item in place of the positions at which they start. 100,000 items of three tags are 2.6 MB of text, read in 20 ms.
 */
import type { GeographyRule, ItemFacts } from "./item-facts.ts";

type Column = Uint8Array | Uint16Array | Uint32Array;

interface Head {
  readonly count: number;
  /** Entries of the column of tags. */
  readonly tags: number;
  readonly creatorNames: readonly string[];
  readonly tagNames: readonly string[];
  readonly geographyRules: readonly GeographyRule[];
  /** Bytes a number of each column, in their order. */
  readonly widths: readonly number[];
  /** Of a vector; absent when there are none. */
  readonly dimensions?: number;
}

const ALIGNMENT = 4;
/** Text of one call to `btoa`: a multiple of three bytes, and few enough to be arguments of a function. */
const BASE64_CHUNK = 24_576;

export function factsText(facts: ItemFacts): string {
  const { count, creatorNames, tagNames, geographyRules, vectors } = facts;
  const columns = [
    facts.publishedAtSeconds,
    facts.creators,
    tagCounts(facts.tagStarts),
    facts.tags,
    facts.maturities,
    facts.stock,
    facts.geographies,
    facts.discoveries,
  ].map(narrowed);
  const head: Head = {
    count,
    tags: facts.tags.length,
    creatorNames,
    tagNames,
    geographyRules,
    widths: columns.map((column) => (column.length === 0 ? 0 : column.BYTES_PER_ELEMENT)),
    ...(vectors === undefined ? {} : { dimensions: vectors.dimensions }),
  };
  const headBytes = new TextEncoder().encode(JSON.stringify(head));
  const known = columns.slice(0, -1);
  const added = columns.slice(-1);
  const values = vectors === undefined ? [] : [vectors.values];
  return toBase64(
    joined([Uint32Array.of(headBytes.length), headBytes, ...known, ...values, ...added]),
  );
}

/** Throws when the text is not one that {@link factsText} wrote. */
export function parseFactsText(text: string): ItemFacts {
  const { buffer } = fromBase64(text);
  const [headLength = 0] = new Uint32Array(buffer, 0, 1);
  const headBytes = new Uint8Array(buffer, ALIGNMENT, headLength);
  const head = JSON.parse(new TextDecoder().decode(headBytes)) as Head;
  const { count, creatorNames, tagNames, geographyRules, dimensions } = head;
  let at = ALIGNMENT + aligned(headLength);
  let column = 0;
  const read = (length: number): Column => {
    const width = head.widths[column];
    column += 1;
    // A text of an earlier release has fewer columns.
    if (width === 0 || width === undefined) return new Uint8Array(length);
    const view =
      width === 1
        ? new Uint8Array(buffer, at, length)
        : new (width === 2 ? Uint16Array : Uint32Array)(buffer, at, length);
    at += aligned(view.byteLength);
    return view;
  };
  // Each is a copy: a view would keep the whole text's bytes alive.
  const columns = {
    publishedAtSeconds: new Uint32Array(read(count)),
    creators: new Uint32Array(read(count)),
    tagStarts: startsOf(read(count)),
    tags: new Uint32Array(read(head.tags)),
    maturities: new Uint8Array(read(count)),
    stock: new Uint8Array(read(count)),
    geographies: new Uint32Array(read(count)),
  };
  const values = new Int8Array(buffer, at, count * (dimensions ?? 0)).slice();
  at += aligned(values.byteLength);
  const discoveries = new Uint8Array(read(count));
  const facts = { count, creatorNames, tagNames, geographyRules, ...columns, discoveries };
  return dimensions === undefined ? facts : { ...facts, vectors: { dimensions, values } };
}

function tagCounts(starts: Uint32Array): Uint32Array {
  return Uint32Array.from({ length: starts.length - 1 }, (_, item) => {
    return (starts[item + 1] ?? 0) - (starts[item] ?? 0);
  });
}

function startsOf(counts: Column): Uint32Array {
  const starts = new Uint32Array(counts.length + 1);
  let start = 0;
  for (let item = 0; item < counts.length; item += 1) {
    start += counts[item] ?? 0;
    starts[item + 1] = start;
  }
  return starts;
}

function narrowed(column: Column): Column {
  let largest = 0;
  for (const value of column) if (value > largest) largest = value;
  if (largest === 0) return new Uint8Array(0);
  if (largest < 2 ** 8) return new Uint8Array(column);
  return largest < 2 ** 16 ? new Uint16Array(column) : new Uint32Array(column);
}

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

function joined(parts: readonly (Column | Int8Array)[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + aligned(part.byteLength), 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += aligned(part.byteLength);
  }
  return bytes;
}

function toBase64(bytes: Uint8Array): string {
  const chunks: string[] = [];
  for (let at = 0; at < bytes.length; at += BASE64_CHUNK) {
    chunks.push(btoa(String.fromCharCode(...bytes.subarray(at, at + BASE64_CHUNK))));
  }
  return chunks.join("");
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
