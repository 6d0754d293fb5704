/** The port to where computed objects lie. Names are `similar/<tenant>/<version>/...`; a later write replaces. */
export interface Artefacts {
  read(name: string): Promise<Uint8Array | undefined>;
  /** `length` bytes from `offset` on. */
  readRange(name: string, offset: number, length: number): Promise<Uint8Array | undefined>;
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Removes every object whose name starts so. Returns how many. */
  removeAll(prefix: string): Promise<number>;
}
