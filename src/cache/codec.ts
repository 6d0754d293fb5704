/** How values become the bytes of far tiers, and what they weigh in memory. */
export interface Codec<Value> {
  encode(value: Value): Uint8Array;
  /** Throws for bytes that another release wrote differently: the entry then counts as missing. */
  decode(bytes: Uint8Array): Value;
  /** About how much of the isolate's memory the decoded value takes. */
  sizeBytes(value: Value): number;
}

/** For what memory alone keeps: without far tiers nobody asks for bytes. */
export function weighedOnly<Value>(sizeBytes: (value: Value) => number): Codec<Value> {
  const noBytes = (): never => {
    throw new TypeError("kept in memory alone");
  };
  return { encode: noBytes, decode: noBytes, sizeBytes };
}
