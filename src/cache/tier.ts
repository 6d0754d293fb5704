/** The port of one cache tier. Losing an entry is no failure; a tier that fails is asked again later. */

/** From nearest to farthest: this isolate, this data centre, every data centre (a minute late), the tenant's L2. */
export type TierName = "memory" | "edge" | "kv" | "l2";

/** All times are epoch milliseconds, none before the one above it. */
export interface Times {
  readonly storedAtMs: number;
  /** Served without another thought until then. */
  readonly freshUntilMs: number;
  /** Served until then while a newer one is made behind the answer. */
  readonly staleUntilMs: number;
  /** Served until then when a newer one cannot be made; tiers may forget the entry afterwards. */
  readonly keepUntilMs: number;
  /** The source said that there is nothing: the entry has no value and is never served stale. */
  readonly negative: boolean;
}

/** What a tier keeps: bytes, and until when they are good for what. All times are epoch milliseconds. */
export interface CacheEntry extends Times {
  readonly bytes: Uint8Array;
}

/** The tier cannot hold this entry (too big, too often): no failure of the tier. */
export class EntryRefusedError extends Error {
  override readonly name = "EntryRefusedError";
}

/** Keys are those of `cacheKey`: ASCII without braces, spaces or control characters, 200 characters at most. */
export interface CacheTier {
  readonly name: TierName;
  /** May answer with an entry that is past its windows: who asks judges them. */
  get(key: string): Promise<CacheEntry | undefined>;
  /** Replaces what was there. Throws {@link EntryRefusedError} for what does not fit. */
  put(key: string, entry: CacheEntry): Promise<void>;
  drop(key: string): Promise<void>;
}
