/** How alike two items are, 0 to 1, by what a tenant wants its pages to differ in. */
import type { ItemFacts } from "../../pools/item-facts.ts";
import type { TenantConfig } from "../../tenants/tenant-config.ts";

type SimilarityTo = (index: number) => number;

/** Likeness to one chosen item. Only the last one returned may be used: they share their notes. */
export type Similarity = (chosen: number) => SimilarityTo;

type Vectors = NonNullable<ItemFacts["vectors"]>;

/** Rounding to a byte changes a length by some percent; measured once a version and item, it costs nothing. */
const knownLengths = new WeakMap<Vectors, Float32Array>();

/** Undefined when the items have nothing to compare. */
export function similarityBy(
  by: TenantConfig["diversity"]["by"],
  facts: ItemFacts,
): Similarity | undefined {
  switch (by) {
    case "tags":
      return byTags(facts);
    case "creators":
      return byCreators(facts);
    case "vectors":
      return facts.vectors === undefined ? undefined : byVectors(facts.vectors);
  }
}

/** Jaccard: tags in common ÷ tags of either. */
function byTags({ tagStarts, tags, tagNames }: ItemFacts): Similarity {
  const marked = new Uint8Array(tagNames.length);
  let first = 0;
  let end = 0;
  return (chosen) => {
    for (let at = first; at < end; at += 1) marked[tags[at] ?? 0] = 0;
    first = tagStarts[chosen] ?? 0;
    end = tagStarts[chosen + 1] ?? 0;
    for (let at = first; at < end; at += 1) marked[tags[at] ?? 0] = 1;
    const size = end - first;
    return (index) => {
      const from = tagStarts[index] ?? 0;
      const to = tagStarts[index + 1] ?? 0;
      let common = 0;
      for (let at = from; at < to; at += 1) common += marked[tags[at] ?? 0] ?? 0;
      return common === 0 ? 0 : common / (size + to - from - common);
    };
  };
}

function byCreators({ creators }: ItemFacts): Similarity {
  return (chosen) => {
    const creator = creators[chosen] ?? 0;
    return (index) => (creator !== 0 && creators[index] === creator ? 1 : 0);
  };
}

/** Cosine. Items that point away from each other, or have no vector, are not alike at all: 0. */
function byVectors(vectors: Vectors): Similarity {
  const { dimensions, values } = vectors;
  const lengths = knownLengths.get(vectors) ?? new Float32Array(values.length / dimensions);
  knownLengths.set(vectors, lengths);
  const dot = (one: number, other: number): number => {
    const start = one * dimensions;
    const offset = (other - one) * dimensions;
    let sum = 0;
    for (let at = start; at < start + dimensions; at += 1) {
      sum = (sum + Math.imul(values[at] ?? 0, values[at + offset] ?? 0)) | 0;
    }
    return sum;
  };
  const lengthOf = (index: number): number => {
    const known = lengths[index] ?? 0;
    if (known > 0) return known;
    // Rounded as it is kept, or the first look would differ from every later one.
    const length = Math.fround(Math.sqrt(dot(index, index)));
    lengths[index] = length;
    return length;
  };
  return (chosen) => {
    const chosenLength = lengthOf(chosen);
    return (index) => {
      const product = dot(chosen, index);
      return product <= 0 ? 0 : product / (chosenLength * lengthOf(index));
    };
  };
}
