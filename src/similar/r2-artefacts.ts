/** Objects in an R2 bucket. */
import type { Artefacts } from "./artefacts.ts";

export class R2Artefacts implements Artefacts {
  readonly #bucket: R2Bucket;

  constructor(bucket: R2Bucket) {
    this.#bucket = bucket;
  }

  async read(name: string): Promise<Uint8Array | undefined> {
    const object = await this.#bucket.get(name);
    return object === null ? undefined : new Uint8Array(await object.arrayBuffer());
  }

  async readRange(name: string, offset: number, length: number): Promise<Uint8Array | undefined> {
    if (length === 0) return new Uint8Array();
    const object = await this.#bucket.get(name, { range: { offset, length } });
    return object === null ? undefined : new Uint8Array(await object.arrayBuffer());
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    await this.#bucket.put(name, bytes);
  }

  /** A page of a listing is 1,000 names, as is a removal. */
  async removeAll(prefix: string): Promise<number> {
    let removed = 0;
    for (;;) {
      const { objects, truncated } = await this.#bucket.list({ prefix });
      if (objects.length > 0) await this.#bucket.delete(objects.map(({ key }) => key));
      removed += objects.length;
      if (!truncated) return removed;
    }
  }
}
