/** The log in R2: one object a file, never changed but by what a user's rights demand. */
import type { EventLog } from "./event-desk.ts";

export class R2EventLog implements EventLog {
  readonly #bucket: R2Bucket;

  constructor(bucket: R2Bucket) {
    this.#bucket = bucket;
  }

  async put(name: string, text: string): Promise<void> {
    await this.#bucket.put(name, text, { httpMetadata: { contentType: "application/x-ndjson" } });
  }

  async read(name: string): Promise<string | undefined> {
    const object = await this.#bucket.get(name);
    return object === null ? undefined : object.text();
  }
}
