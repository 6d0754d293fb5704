/**
 * Columns as bytes: `magic · length of the head · head (JSON, UTF-8) · columns`, each padded to eight bytes, numbers in
 * little-endian order, as every machine that runs this has them. What is read are views of the bytes, not copies.
 */
const TYPES = {
  u1: Uint8Array,
  u4: Uint32Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;
type TypeName = keyof typeof TYPES;
export type Column = Uint8Array | Uint32Array | Float32Array | Float64Array;

interface Packed {
  readonly head: unknown;
  readonly columns: readonly (readonly [name: string, type: TypeName, length: number])[];
}

export interface Unpacked {
  readonly head: unknown;
  /** The column of that name. Throws a `RangeError` when there is none of that type. */
  readonly column: <Type extends TypeName>(
    name: string,
    type: Type,
  ) => InstanceType<(typeof TYPES)[Type]>;
}

/** Of this form: another one has another number. */
const MAGIC = 0x4e46_0001;
const ALIGNMENT = 8;

const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

const typeOf = (column: Column): TypeName => {
  if (column instanceof Float64Array) return "f8";
  if (column instanceof Float32Array) return "f4";
  return column instanceof Uint32Array ? "u4" : "u1";
};

export function packColumns(head: unknown, columns: ReadonlyMap<string, Column>): Uint8Array {
  const packed: Packed = {
    head,
    columns: Array.from(columns, ([name, column]) => [name, typeOf(column), column.length]),
  };
  const headBytes = new TextEncoder().encode(JSON.stringify(packed));
  const start = ALIGNMENT + aligned(headBytes.length);
  const length = [...columns.values()].reduce(
    (sum, { byteLength }) => sum + aligned(byteLength),
    start,
  );
  const bytes = new Uint8Array(length);
  new Uint32Array(bytes.buffer, 0, 2).set([MAGIC, headBytes.length]);
  bytes.set(headBytes, ALIGNMENT);
  let at = start;
  for (const { buffer, byteOffset, byteLength } of columns.values()) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  return bytes;
}

/** Throws for bytes that {@link packColumns} did not write. */
export function unpackColumns(given: Uint8Array): Unpacked {
  // Views want an offset of their own width.
  const bytes = given.byteOffset % ALIGNMENT === 0 ? given : given.slice();
  const { buffer, byteOffset } = bytes;
  const [magic, headLength = 0] = new Uint32Array(buffer, byteOffset, 2);
  if (magic !== MAGIC) throw new RangeError("not packed columns");
  const text = new TextDecoder().decode(bytes.subarray(ALIGNMENT, ALIGNMENT + headLength));
  const { head, columns } = JSON.parse(text) as Packed;
  const places = new Map<string, { type: TypeName; at: number; length: number }>();
  let at = byteOffset + ALIGNMENT + aligned(headLength);
  for (const [name, type, length] of columns) {
    places.set(name, { type, at, length });
    at += aligned(length * TYPES[type].BYTES_PER_ELEMENT);
  }
  if (at !== byteOffset + bytes.byteLength) throw new RangeError("not all of the columns");
  return {
    head,
    column: <Type extends TypeName>(name: string, type: Type) => {
      const place = places.get(name);
      if (place?.type !== type) throw new RangeError(`no column ${name}`);
      return new TYPES[type](buffer as ArrayBuffer, place.at, place.length) as InstanceType<
        (typeof TYPES)[Type]
      >;
    },
  };
}
