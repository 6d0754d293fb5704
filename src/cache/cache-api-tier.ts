/**
 * The Cache API of this data centre. The body is the bytes alone, and the windows travel in a header, so that an
 * entry could be sent as it is.
 */
import type { CacheEntry, CacheTier } from "./tier.ts";
import { parseTimesText, timesText } from "./windows.ts";

const TIMES_HEADER = "Nearfeed-Times";

export interface CacheApiTierSettings {
  /** Parts the entries of one cache from those of others. */
  readonly name: string;
  readonly nowMs: () => number;
}

export class CacheApiTier implements CacheTier {
  readonly name = "edge";
  readonly #settings: CacheApiTierSettings;

  constructor(settings: CacheApiTierSettings) {
    this.#settings = settings;
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    const kept = await caches.default.match(this.#addressOf(key));
    const times = parseTimesText(kept?.headers.get(TIMES_HEADER) ?? "");
    if (kept === undefined || times === undefined) return undefined;
    return { ...times, bytes: new Uint8Array(await kept.arrayBuffer()) };
  }

  async put(key: string, entry: CacheEntry): Promise<void> {
    const lifeSeconds = Math.ceil((entry.keepUntilMs - this.#settings.nowMs()) / 1_000);
    if (lifeSeconds <= 0) return;
    const headers = {
      "Cache-Control": `public, max-age=${lifeSeconds}`,
      [TIMES_HEADER]: timesText(entry),
    };
    await caches.default.put(this.#addressOf(key), new Response(entry.bytes, { headers }));
  }

  async drop(key: string): Promise<void> {
    await caches.default.delete(this.#addressOf(key));
  }

  /** The host is ours alone: it never leaves the cache. */
  #addressOf(key: string): string {
    return `https://cache.nearfeed.internal/${this.#settings.name}/${encodeURIComponent(key)}`;
  }
}
