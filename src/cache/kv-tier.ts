/**
 * Workers KV: every data centre sees a write within a minute or so, and a key takes one write a second. For what
 * changes seldom and is read widely, never for one user's values.
 *
 * This tier keeps an entry for ever when its times say `Infinity`. It has no metadata then, as the copies of earlier
 * releases have none; what it was stored at is not known.
 */
import { type CacheEntry, type CacheTier, EntryRefusedError } from "./tier.ts";
import { parseTimesText, timesOf, timesText } from "./windows.ts";

/** What KV takes as a value. */
const VALUE_LIMIT_BYTES = 25 * 1024 * 1024;
/** What KV takes as a life. */
const LIFE_MIN_SECONDS = 60;
const FOR_EVER = timesOf(0, { freshMs: Infinity, staleMs: 0, onErrorMs: 0 });
const WRITE_EVERY_MS = 1_000;
const WRITTEN_LIMIT = 10_000;

export interface KvTierSettings {
  readonly namespace: KVNamespace;
  /** Begins the name of each entry: `<name>:<key>`. */
  readonly name: string;
  readonly nowMs: () => number;
}

interface Metadata {
  /** As `timesText` writes them; 70 of the 1,024 bytes that metadata may take. */
  readonly times: string;
}

export class KvTier implements CacheTier {
  readonly name = "kv";
  readonly #settings: KvTierSettings;
  /** When this isolate wrote a key last. */
  readonly #writtenMs = new Map<string, number>();

  constructor(settings: KvTierSettings) {
    this.#settings = settings;
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    const { namespace } = this.#settings;
    const { value, metadata } = await namespace.getWithMetadata<Metadata>(
      this.#nameOf(key),
      "arrayBuffer",
    );
    const times = metadata === null ? FOR_EVER : parseTimesText(metadata.times);
    if (value === null || times === undefined) return undefined;
    return { ...times, bytes: new Uint8Array(value) };
  }

  async put(key: string, entry: CacheEntry): Promise<void> {
    const { namespace, nowMs } = this.#settings;
    const now = nowMs();
    const lifeSeconds = Math.ceil((entry.keepUntilMs - now) / 1_000);
    if (lifeSeconds <= 0) return;
    if (entry.bytes.byteLength > VALUE_LIMIT_BYTES) {
      throw new EntryRefusedError(`${entry.bytes.byteLength} bytes are too many for KV`);
    }
    if (now < (this.#writtenMs.get(key) ?? 0) + WRITE_EVERY_MS) {
      throw new EntryRefusedError("KV takes one write a second for a key");
    }
    if (this.#writtenMs.size >= WRITTEN_LIMIT) this.#writtenMs.clear();
    this.#writtenMs.set(key, now);
    const metadata: Metadata = { times: timesText(entry) };
    const expirationTtl = Math.max(LIFE_MIN_SECONDS, lifeSeconds);
    const ends = lifeSeconds === Infinity ? {} : { metadata, expirationTtl };
    await namespace.put(this.#nameOf(key), entry.bytes, ends);
  }

  async drop(key: string): Promise<void> {
    await this.#settings.namespace.delete(this.#nameOf(key));
  }

  #nameOf(key: string): string {
    return `${this.#settings.name}:${key}`;
  }
}
