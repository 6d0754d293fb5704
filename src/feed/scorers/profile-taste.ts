/** What a user's deeds on every surface say of the items of these pools, and both tastes as one. */
import type { ItemFacts } from "../../pools/item-facts.ts";
import type { Sums, Taste as ProfileTaste } from "../../profiles/taste.ts";
import { NO_TASTE, rarityOf, type Taste } from "./taste.ts";

interface Names {
  readonly tags: ReadonlyMap<string, number>;
  /** By entry of `creators`: index + 1. */
  readonly creators: ReadonlyMap<string, number>;
}

const names = new WeakMap<ItemFacts, Names>();

/** Made once a version of the pools, for the first user who has a taste. */
function namesOf(facts: ItemFacts): Names {
  const known = names.get(facts);
  if (known !== undefined) return known;
  const made = {
    tags: new Map(facts.tagNames.map((name, index) => [name, index])),
    creators: new Map(facts.creatorNames.map((name, index) => [name, index + 1])),
  };
  names.set(facts, made);
  return made;
}

/**
 * Affinities from -1 to 1 by what the profile has summed, rare names more than common ones, as `tasteOf` weighs them. All
 * sums grow by the same factor with time, so that it falls out. Categories count where items have tags of the same name:
 * pools know no others.
 */
export function tasteOfProfile(
  { tags, creators, categories }: Pick<ProfileTaste, "tags" | "creators" | "categories">,
  facts: ItemFacts,
): Taste {
  const known = namesOf(facts);
  const rarity = rarityOf(facts);
  const taste = { tags: new Map<number, number>(), creators: new Map<number, number>() };
  const read = (
    sums: Sums,
    of: ReadonlyMap<string, number>,
    rare: Float32Array,
    into: Map<number, number>,
  ): void => {
    for (const [name, sum] of Object.entries(sums)) {
      const index = of.get(name);
      if (index !== undefined) into.set(index, (into.get(index) ?? 0) + sum * (rare[index] ?? 0));
    }
  };
  read(tags, known.tags, rarity.tags, taste.tags);
  read(categories, known.tags, rarity.tags, taste.tags);
  read(creators, known.creators, rarity.creators, taste.creators);
  return scaled(taste, Math.abs);
}

/** What was watched last and what all deeds say, with equal weight; 0 for what both together do not like. */
export function joinedTaste(one: Taste, other: Taste): Taste {
  if (isEmpty(other)) return one;
  const joined = scaled(
    { tags: sum(one.tags, other.tags), creators: sum(one.creators, other.creators) },
    (value) => value,
  );
  return { tags: liked(joined.tags), creators: liked(joined.creators) };
}

const isEmpty = ({ tags, creators }: Taste): boolean => tags.size + creators.size === 0;

type Values = ReadonlyMap<number, number>;

function sum(one: Values, other: Values): Values {
  const all = new Map(one);
  for (const [index, value] of other) all.set(index, (all.get(index) ?? 0) + value);
  return all;
}

const liked = (values: Values): Values => new Map([...values].filter(([, value]) => value > 0));

/** Divided by the greatest value; nothing when there is none above 0. */
function scaled({ tags, creators }: Taste, sizeOf: (value: number) => number): Taste {
  let greatest = 0;
  for (const value of tags.values()) greatest = Math.max(greatest, sizeOf(value));
  for (const value of creators.values()) greatest = Math.max(greatest, sizeOf(value));
  if (greatest === 0) return NO_TASTE;
  const divide = (values: Values): Values =>
    new Map(Array.from(values, ([index, value]) => [index, value / greatest]));
  return { tags: divide(tags), creators: divide(creators) };
}
