import { type CacheNamespace, cacheShelf } from "../cache/durable-tier.ts";
import type { UserKey } from "../users/user-store.ts";
import type { Holding } from "./holding.ts";

export interface DurableAnswersSettings {
  readonly namespace: CacheNamespace;
  readonly shards: number;
  /** Whose answer a key names. */
  readonly userOf: (key: string) => string | undefined;
}

/** Answers kept in the cache objects of a tenant. */
export function durableAnswersHolding({
  namespace,
  shards,
  userOf,
}: DurableAnswersSettings): Holding {
  const shelves = ({ tenant }: UserKey) =>
    Array.from({ length: shards }, (_, shard) => cacheShelf(namespace, tenant, shard));
  const eachKey = async (key: UserKey, work: (shelf: Shelf, name: string) => Promise<void>) => {
    const counts = await Promise.all(
      shelves(key).map(async (shelf) => {
        const names = (await shelf.keysWith(key.user)).filter((name) => userOf(name) === key.user);
        for (const name of names) await work(shelf, name);
        return names.length;
      }),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };
  type Shelf = ReturnType<typeof shelves>[number];
  return {
    store: "cached_answers_embedded",
    erase: (key) =>
      eachKey(key, async (shelf, name) => {
        await shelf.drop(name);
      }),
    count: (key) => eachKey(key, () => Promise.resolve()),
    async read(key) {
      const names: string[] = [];
      await eachKey(key, async (_, name) => {
        names.push(name);
      });
      return names.length === 0 ? undefined : names;
    },
  };
}
