/**
 * What a user likes, read from what they watched last. Nothing is stored or trained: 64 items are read at request time.
 */
import type { ItemFacts } from "../../pools/item-facts.ts";

/** Affinities, 0 to 1, by index into `tagNames` and by entry of `creators`. What is missing is 0. */
export interface Taste {
  readonly tags: ReadonlyMap<number, number>;
  readonly creators: ReadonlyMap<number, number>;
}

export const NO_TASTE: Taste = { tags: new Map(), creators: new Map() };

/** The items that user state remembers exactly (`src/users/user-policy.ts`). */
const HISTORY_LIMIT = 64;
/**
 * Items after which a watch counts half: the oldest of 64 still counts a sixteenth, so that one evening does not
 * replace a month. No evidence yet; a replay of real traffic should set it.
 */
const HALF_LIFE_ITEMS = 16;

interface Rarity {
  readonly tags: Float32Array;
  readonly creators: Float32Array;
}

const rarities = new WeakMap<ItemFacts, Rarity>();

/**
 * `watched` holds indexes, newest first. TF-IDF (Salton & Buckley 1988) with watched items as the document:
 *
 *     raw(t)      = Σ 0.5^(i / 16) over watched items i with t  ÷  Σ 0.5^(i / 16) over all of them
 *                   × ln(items ÷ items with t) ÷ ln(items)                       (Spärck Jones 1972, scaled to 0..1)
 *     affinity(t) = raw(t) ÷ the greatest raw value
 *
 * A tag that every item has is worth nothing, so "video" cannot win. Tags and creators share one greatest value: a
 * creator who was watched once among 64 must not weigh as much as the topic of all 64.
 */
export function tasteOf(watched: readonly number[], facts: ItemFacts): Taste {
  const history = watched.length > HISTORY_LIMIT ? watched.slice(0, HISTORY_LIMIT) : watched;
  if (history.length === 0) return NO_TASTE;
  const rarity = rarityOf(facts);
  const tags = new Map<number, number>();
  const creators = new Map<number, number>();
  history.forEach((index, age) => {
    const weight = 0.5 ** (age / HALF_LIFE_ITEMS);
    const end = facts.tagStarts[index + 1] ?? 0;
    for (let at = facts.tagStarts[index] ?? 0; at < end; at += 1) {
      const tag = facts.tags[at] ?? 0;
      tags.set(tag, (tags.get(tag) ?? 0) + weight * (rarity.tags[tag] ?? 0));
    }
    const creator = facts.creators[index] ?? 0;
    if (creator === 0) return;
    creators.set(creator, (creators.get(creator) ?? 0) + weight * (rarity.creators[creator] ?? 0));
  });
  // The share's divisor is the same for every name, so the greatest value takes it out.
  let greatest = 0;
  for (const raw of tags.values()) greatest = Math.max(greatest, raw);
  for (const raw of creators.values()) greatest = Math.max(greatest, raw);
  if (greatest === 0) return NO_TASTE;
  for (const [tag, raw] of tags) tags.set(tag, raw / greatest);
  for (const [creator, raw] of creators) creators.set(creator, raw / greatest);
  return { tags, creators };
}

/** Counted once a version of the pools, not once a request. */
export function rarityOf(facts: ItemFacts): Rarity {
  const known = rarities.get(facts);
  if (known !== undefined) return known;
  const tags = new Float32Array(facts.tagNames.length);
  const creators = new Float32Array(facts.creatorNames.length + 1);
  for (const tag of facts.tags) tags[tag] = (tags[tag] ?? 0) + 1;
  for (const creator of facts.creators) creators[creator] = (creators[creator] ?? 0) + 1;
  const scale = Math.log(Math.max(2, facts.count));
  const rare = (items: number): number =>
    items === 0 ? 0 : Math.max(0, Math.log(facts.count / items) / scale);
  const rarity = { tags: tags.map(rare), creators: creators.map(rare) };
  rarities.set(facts, rarity);
  return rarity;
}
