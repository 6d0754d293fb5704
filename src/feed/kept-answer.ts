/** An answer of videos as caches keep it: the body as it is sent, and what it shows while nobody was served it. */
import type { Codec } from "../cache/codec.ts";
import type { ShownVideo } from "../profiles/profile.ts";

export interface KeptAnswer {
  readonly bytes: Uint8Array;
  /** Undefined: noted. Whoever serves the answer notes them, and then clears this in their memory. */
  unseen: readonly ShownVideo[] | undefined;
}

const LENGTH_BYTES = 4;
/** Of a row, as an object with its texts. */
const ROW_BYTES = 450;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The length of the rows as four bytes (the highest first), the rows as JSON, the body. No rows: a length of 0. */
export const keptAnswerCodec: Codec<KeptAnswer> = {
  encode({ bytes, unseen }) {
    const rows = unseen === undefined ? new Uint8Array() : encoder.encode(JSON.stringify(unseen));
    const whole = new Uint8Array(LENGTH_BYTES + rows.byteLength + bytes.byteLength);
    new DataView(whole.buffer).setUint32(0, rows.byteLength);
    whole.set(rows, LENGTH_BYTES);
    whole.set(bytes, LENGTH_BYTES + rows.byteLength);
    return whole;
  },
  decode(whole) {
    const { buffer, byteOffset, byteLength } = whole;
    const length = new DataView(buffer, byteOffset, byteLength).getUint32(0);
    const bodyAt = LENGTH_BYTES + length;
    if (bodyAt >= byteLength) throw new RangeError("not an answer of videos");
    const bytes = whole.subarray(bodyAt);
    return { bytes, unseen: readRows(whole.subarray(LENGTH_BYTES, bodyAt)) };
  },
  sizeBytes: ({ bytes, unseen = [] }) => bytes.byteLength + unseen.length * ROW_BYTES,
};

/** Rows that cannot be read are not worth the answer: their videos may come again. */
function readRows(bytes: Uint8Array): readonly ShownVideo[] | undefined {
  if (bytes.byteLength === 0) return undefined;
  try {
    const rows: unknown = JSON.parse(decoder.decode(bytes));
    const read = Array.isArray(rows) ? rows.filter((row: unknown) => isShownVideo(row)) : [];
    return read.length === 0 ? undefined : read;
  } catch {
    // As if they were noted.
    return undefined;
  }
}

function isShownVideo(row: unknown): row is ShownVideo {
  const { video, valueKey } = (row ?? {}) as Partial<ShownVideo>;
  return typeof video === "string" && typeof valueKey === "string";
}
