/** Cached values in Durable Objects: the embedded L2. Keys of one owner share `shards` objects. */
import { hash32 } from "../domain/hash.ts";
import { ownerOf } from "./cache-key.ts";
import { type CacheEntry, type CacheTier, EntryRefusedError } from "./tier.ts";

/** What a cache object answers over RPC. */
export interface CacheShelf {
  find(key: string): CacheEntry | undefined;
  keep(key: string, entry: CacheEntry): Promise<void>;
  drop(key: string): void;
  /** Keys that hold this text. Reads every key of the object: for what nobody waits for. */
  keysWith(text: string): readonly string[];
}

export type CacheNamespace = DurableObjectNamespace<CacheShelf & Rpc.DurableObjectBranded>;

/** A row of SQLite holds 2 MB at most, with its key and times. */
const VALUE_LIMIT_BYTES = 2_000_000;

/** One object of the shards of an owner. */
export const cacheShelf = (namespace: CacheNamespace, owner: string, shard: number) =>
  namespace.get(namespace.idFromName(`${owner}/${shard}`));

export class DurableTier implements CacheTier {
  readonly name = "l2";
  readonly #namespace: CacheNamespace;
  readonly #shards: number;

  constructor(settings: { readonly namespace: CacheNamespace; readonly shards: number }) {
    this.#namespace = settings.namespace;
    this.#shards = settings.shards;
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    const entry = await this.#shelf(key).find(key);
    return entry === undefined ? undefined : { ...entry, bytes: new Uint8Array(entry.bytes) };
  }

  async put(key: string, entry: CacheEntry): Promise<void> {
    if (entry.bytes.byteLength > VALUE_LIMIT_BYTES) {
      throw new EntryRefusedError(`${entry.bytes.byteLength} bytes are too many for a row`);
    }
    await this.#shelf(key).keep(key, entry);
  }

  async drop(key: string): Promise<void> {
    await this.#shelf(key).drop(key);
  }

  #shelf(key: string): ReturnType<CacheNamespace["get"]> {
    return cacheShelf(this.#namespace, ownerOf(key), hash32(key) % this.#shards);
  }
}
