/** What stands behind the memory of isolates in a simulation: a cache for each data centre, KV, and an L2. */
import type { CacheEntry, CacheTier, TierName } from "../../src/cache/tier.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** Forgets what is over, and the oldest when it is full, as the Cache API and Redis do. */
export class BoundedTier implements CacheTier {
  readonly name: TierName;
  readonly #clock: VirtualClock;
  readonly #roundTripMs: number;
  readonly #limitBytes: number;
  readonly #entries = new Map<string, CacheEntry>();
  #bytes = 0;

  constructor(
    name: TierName,
    clock: VirtualClock,
    { roundTripMs, limitBytes }: { readonly roundTripMs: number; readonly limitBytes: number },
  ) {
    this.name = name;
    this.#clock = clock;
    this.#roundTripMs = roundTripMs;
    this.#limitBytes = limitBytes;
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    await this.#clock.sleep(this.#roundTripMs);
    const entry = this.#entries.get(key);
    if (entry === undefined || this.#clock.nowMs < entry.keepUntilMs) return entry;
    this.#forget(key);
    return undefined;
  }

  async put(key: string, entry: CacheEntry): Promise<void> {
    await this.#clock.sleep(this.#roundTripMs);
    this.#forget(key);
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes.byteLength;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#limitBytes) break;
      this.#forget(oldest);
    }
  }

  async drop(key: string): Promise<void> {
    await this.#clock.sleep(this.#roundTripMs);
    this.#forget(key);
  }

  #forget(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes.byteLength ?? 0;
    this.#entries.delete(key);
  }
}

interface Written {
  readonly atMs: number;
  readonly place: number;
  /** Null: deleted. */
  readonly value: Uint8Array | null;
  readonly metadata: unknown;
}

/** Seen where it was written at once, and a minute later everywhere else. */
const SEEN_ELSEWHERE_MS = 60_000;
const WRITE_EVERY_MS = 1_000;
const ROUND_TRIP_MS = 15;

export class SimulatedKv {
  readonly #clock: VirtualClock;
  /** Newest first. */
  readonly #written = new Map<string, Written[]>();
  /** Writes that came within a second of another one of their key. */
  refused = 0;
  writes = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** KV as one data centre sees it, with the methods that `KvTier` uses. */
  at(place: number): KVNamespace {
    const namespace: Partial<KVNamespace> = {
      getWithMetadata: (async (key: string) => {
        await this.#clock.sleep(ROUND_TRIP_MS);
        const seen = this.#seenAt(place, key);
        if (seen === undefined) return { value: null, metadata: null, cacheStatus: null };
        const value = seen.value === null ? null : seen.value.slice().buffer;
        return { value, metadata: seen.metadata, cacheStatus: null };
      }) as unknown as KVNamespace["getWithMetadata"],
      put: async (key, value, options) => {
        await this.#clock.sleep(ROUND_TRIP_MS);
        this.#write(key, place, value as Uint8Array, options?.metadata);
      },
      delete: async (key) => {
        await this.#clock.sleep(ROUND_TRIP_MS);
        this.#write(key, place, null, undefined);
      },
    };
    return namespace as KVNamespace;
  }

  #seenAt(place: number, key: string): Written | undefined {
    const nowMs = this.#clock.nowMs;
    return this.#written
      .get(key)
      ?.find((write) => write.place === place || nowMs >= write.atMs + SEEN_ELSEWHERE_MS);
  }

  #write(key: string, place: number, value: Uint8Array | null, metadata: unknown): void {
    const atMs = this.#clock.nowMs;
    const written = this.#written.get(key) ?? [];
    const [last] = written;
    if (last !== undefined && atMs < last.atMs + WRITE_EVERY_MS) {
      this.refused += 1;
      throw new Error("KV PUT failed: 429 Too Many Requests");
    }
    this.writes += 1;
    const settled = written.findIndex((write) => atMs >= write.atMs + SEEN_ELSEWHERE_MS);
    const current = settled < 0 ? written : written.slice(0, settled + 1);
    this.#written.set(key, [{ atMs, place, value, metadata }, ...current]);
  }
}
