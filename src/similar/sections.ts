/** Several byte arrays as one object of R2, each at a multiple of 8: typed arrays are read in place, without a copy. */
const ALIGN = 8;
const aligned = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN;

/** Layout: how many, the length of each (32 bits, little endian), then the sections. */
export function packSections(sections: readonly ArrayBufferView[]): Uint8Array {
  const head = aligned(4 * (1 + sections.length));
  const total = sections.reduce((sum, { byteLength }) => sum + aligned(byteLength), head);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, sections.length, true);
  let at = head;
  for (const [index, section] of sections.entries()) {
    view.setUint32(4 * (index + 1), section.byteLength, true);
    bytes.set(new Uint8Array(section.buffer, section.byteOffset, section.byteLength), at);
    at += aligned(section.byteLength);
  }
  return bytes;
}

export interface Sections {
  bytes(index: number): Uint8Array;
  words(index: number): Uint32Array;
  floats(index: number): Float32Array;
}

/** Throws for what {@link packSections} did not write. `bytes` must start at a multiple of 8 of its buffer. */
export function unpackSections(bytes: Uint8Array): Sections {
  const places: { at: number; length: number }[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.byteLength < 4 ? 0 : view.getUint32(0, true);
  let at = aligned(4 * (1 + count));
  for (let index = 0; index < count && at <= bytes.byteLength; index += 1) {
    const length = view.getUint32(4 * (index + 1), true);
    places.push({ at: bytes.byteOffset + at, length });
    at += aligned(length);
  }
  if (count === 0 || at !== bytes.byteLength) throw new Error("these are no sections");
  const place = (index: number): { at: number; length: number } => {
    const found = places[index];
    if (found === undefined) throw new Error(`there is no section ${index}`);
    return found;
  };
  return {
    bytes: (index) => new Uint8Array(bytes.buffer, place(index).at, place(index).length),
    words: (index) => new Uint32Array(bytes.buffer, place(index).at, place(index).length / 4),
    floats: (index) => new Float32Array(bytes.buffer, place(index).at, place(index).length / 4),
  };
}
