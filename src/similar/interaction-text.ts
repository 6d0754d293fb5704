/** Interactions as text, one pair a line: ids hold no tab (`src/domain/ids.ts`). */
import { add, type Interactions, type Pair } from "./interactions.ts";

export const pairLine = (user: string, item: string, pair: Pair): string =>
  `${user}\t${item}\t${pair.said}\t${pair.saidAtMs}\t${pair.done}\t${pair.doneAtMs}\n`;

const decoder = new TextDecoder();
/** Pieces of this size become strings one after another: a part of 10 MB is never one string. */
const PIECE_BYTES = 1 << 20;
const LINE_FEED = 10;

/** Adds every line to what is known. */
export function readPairs(bytes: Uint8Array, interactions: Interactions): void {
  let at = 0;
  while (at < bytes.length) {
    let end = Math.min(bytes.length, at + PIECE_BYTES);
    if (end < bytes.length) end = bytes.lastIndexOf(LINE_FEED, end) + 1;
    if (end <= at) end = bytes.length;
    for (const line of decoder.decode(bytes.subarray(at, end)).split("\n")) {
      if (line === "") continue;
      const [user = "", item = "", said, saidAtMs, done, doneAtMs] = line.split("\t");
      add(interactions, user, item, {
        said: Number(said),
        saidAtMs: Number(saidAtMs),
        done: Number(done),
        doneAtMs: Number(doneAtMs),
      });
    }
    at = end;
  }
}

/** Sorted by nothing: the order in which pairs were first met. */
export function writePairs(interactions: Interactions): Uint8Array {
  return writeLines(function* lines() {
    for (const [user, items] of interactions)
      for (const [item, pair] of items) yield pairLine(user, item, pair);
  });
}

/** Encodes lines in pieces, so that they are never one string. */
export function writeLines(lines: () => Iterable<string>): Uint8Array {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let piece: string[] = [];
  let size = 0;
  const flush = (): void => {
    pieces.push(encoder.encode(piece.join("")));
    piece = [];
    size = 0;
  };
  for (const line of lines()) {
    piece.push(line);
    size += line.length;
    if (size >= PIECE_BYTES) flush();
  }
  flush();
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of pieces) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
