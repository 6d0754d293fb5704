/** Places that keep whole versions of the pools: the Cache API and KV, as tiers of the cache. */
import { type CacheTier, EntryRefusedError } from "../cache/tier.ts";
import { timesOf } from "../cache/windows.ts";
import type { PoolSnapshot } from "./pool-store.ts";
import { parseReplicaText, replicaText } from "./replica-text.ts";

/** Keys are `<tenant>/<version>`, or `<tenant>` where one version a tenant is kept: the latest. */
export interface ReplicaShelf {
  find(key: string): Promise<PoolSnapshot | undefined>;
  keep(key: string, snapshot: PoolSnapshot): Promise<void>;
}

export interface ReplicaShelfSettings {
  readonly tier: CacheTier;
  /** `Infinity`: until the next version takes its place. */
  readonly lifeMs: number;
  readonly nowMs: () => number;
}

export function replicaShelf({ tier, lifeMs, nowMs }: ReplicaShelfSettings): ReplicaShelf {
  const put = (key: string, snapshot: PoolSnapshot): Promise<void> => {
    const times = timesOf(nowMs(), { freshMs: lifeMs, staleMs: 0, onErrorMs: 0 });
    return tier.put(key, { ...times, bytes: new TextEncoder().encode(replicaText(snapshot)) });
  };
  return {
    async find(key) {
      const entry = await tier.get(key);
      return entry && parseReplicaText(new TextDecoder().decode(entry.bytes));
    },
    async keep(key, snapshot) {
      try {
        await put(key, snapshot);
      } catch (error) {
        const { vectors, ...facts } = snapshot.facts;
        if (!(error instanceof EntryRefusedError) || vectors === undefined) throw error;
        // Two thirds of the biggest versions are vectors, and a feed in an outage can do without.
        await put(key, { ...snapshot, facts });
      }
    },
  };
}

/** A shelf whose failures are counted, and no reason to fail: what it cannot give is looked for elsewhere. */
export function forgiving(shelf: ReplicaShelf, count: () => void): ReplicaShelf {
  const miss = (): undefined => {
    count();
  };
  return {
    find: (key) => shelf.find(key).catch(miss),
    keep: (key, snapshot) => shelf.keep(key, snapshot).catch(miss),
  };
}
