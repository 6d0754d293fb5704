/**
 * Fills the columns of {@link ItemFacts}, one item after the other. Pure but for what it has been given: an item
 * of three tags costs about 80 bytes until it is built, whatever the catalogue knows of it.
 */
import type { KnownFacts } from "../catalogue/known-facts.ts";
import { DISCOVERIES, type Discovery, discoveryCode } from "../domain/discovery.ts";
import { MATURITIES } from "../domain/maturity.ts";
import type { GeographyRule, ItemFacts } from "./item-facts.ts";

export interface DatedFacts extends KnownFacts {
  readonly publishedAtMs?: number | undefined;
  readonly discovery?: Discovery | undefined;
}

const IN_STOCK = 1;
const OUT_OF_STOCK = 2;
/** Length of a quantised vector: the largest value of an `Int8Array`. */
const UNIT = 127;

export class FactsBuilder {
  readonly #publishedAtSeconds: number[] = [];
  readonly #creators: number[] = [];
  readonly #creatorNames = new Map<string, number>();
  readonly #tagStarts: number[] = [0];
  readonly #tags: number[] = [];
  readonly #tagNames = new Map<string, number>();
  readonly #maturities: number[] = [];
  readonly #stock: number[] = [];
  readonly #geographies: number[] = [];
  readonly #geographyNames = new Map<string, number>();
  readonly #geographyRules: GeographyRule[] = [];
  readonly #discoveries: number[] = [];
  /** As many as the first vector has; vectors of another length cannot be compared with it, and say nothing. */
  #dimensions = 0;
  #vectors = new Int8Array(0);

  add(item: DatedFacts): void {
    const { publishedAtMs, creator, tags, maturity, inStock } = item;
    this.#setVector(this.#creators.length, item.vector);
    // The first second of 1970 is given up: 0 says that nothing is known.
    this.#publishedAtSeconds.push(
      publishedAtMs === undefined ? 0 : Math.max(1, Math.floor(publishedAtMs / 1000)),
    );
    this.#creators.push(creator === undefined ? 0 : indexIn(this.#creatorNames, creator) + 1);
    for (const tag of new Set(tags)) this.#tags.push(indexIn(this.#tagNames, tag));
    this.#tagStarts.push(this.#tags.length);
    this.#maturities.push(maturity === undefined ? 0 : MATURITIES.indexOf(maturity) + 1);
    this.#stock.push(inStock === undefined ? 0 : inStock ? IN_STOCK : OUT_OF_STOCK);
    this.#geographies.push(this.#geographyOf(item));
    this.#discoveries.push(discoveryCode(item.discovery));
  }

  build(): ItemFacts {
    const count = this.#creators.length;
    const values = new Int8Array(count * this.#dimensions);
    values.set(this.#vectors.subarray(0, values.length));
    return {
      count,
      publishedAtSeconds: new Uint32Array(this.#publishedAtSeconds),
      creators: new Uint32Array(this.#creators),
      creatorNames: [...this.#creatorNames.keys()],
      tagStarts: new Uint32Array(this.#tagStarts),
      tags: new Uint32Array(this.#tags),
      tagNames: [...this.#tagNames.keys()],
      maturities: new Uint8Array(this.#maturities),
      stock: new Uint8Array(this.#stock),
      geographies: new Uint32Array(this.#geographies),
      geographyRules: [...this.#geographyRules],
      discoveries: new Uint8Array(this.#discoveries),
      ...(this.#dimensions === 0 ? {} : { vectors: { dimensions: this.#dimensions, values } }),
    };
  }

  #geographyOf({ countries: allowed, blockedCountries: blocked }: KnownFacts): number {
    if (allowed === undefined && blocked === undefined) return 0;
    const index = indexIn(this.#geographyNames, `${allowed?.join()}|${blocked?.join()}`);
    this.#geographyRules[index] ??= {
      ...(allowed === undefined ? {} : { allowed }),
      ...(blocked === undefined ? {} : { blocked }),
    };
    return index + 1;
  }

  #setVector(index: number, vector: ArrayLike<number> | undefined): void {
    if (vector === undefined || vector.length === 0) return;
    if (this.#dimensions === 0) this.#dimensions = vector.length;
    if (vector.length !== this.#dimensions) return;
    const start = index * this.#dimensions;
    const end = start + this.#dimensions;
    if (end > this.#vectors.length) {
      const larger = new Int8Array(end * 2);
      larger.set(this.#vectors);
      this.#vectors = larger;
    }
    this.#vectors.set(vector instanceof Int8Array ? vector : quantised(vector), start);
  }
}

/** Facts that say nothing, of a version that was stored before there were any. */
export const noFacts = (count: number): ItemFacts => ({
  count,
  publishedAtSeconds: new Uint32Array(count),
  creators: new Uint32Array(count),
  creatorNames: [],
  tagStarts: new Uint32Array(count + 1),
  tags: new Uint32Array(0),
  tagNames: [],
  maturities: new Uint8Array(count),
  stock: new Uint8Array(count),
  geographies: new Uint32Array(count),
  geographyRules: [],
  discoveries: new Uint8Array(count),
});

/** What the columns say of one item. */
export function factsAt(facts: ItemFacts, index: number): DatedFacts {
  const { vectors } = facts;
  const seconds = facts.publishedAtSeconds[index] ?? 0;
  const stock = facts.stock[index] ?? 0;
  const geography = facts.geographyRules[(facts.geographies[index] ?? 0) - 1];
  const tags = facts.tags.subarray(facts.tagStarts[index], facts.tagStarts[index + 1]);
  return {
    publishedAtMs: seconds === 0 ? undefined : seconds * 1000,
    creator: facts.creatorNames[(facts.creators[index] ?? 0) - 1],
    tags: Array.from(tags, (tag) => facts.tagNames[tag] ?? ""),
    maturity: MATURITIES[(facts.maturities[index] ?? 0) - 1],
    inStock: stock === 0 ? undefined : stock === IN_STOCK,
    countries: geography?.allowed,
    blockedCountries: geography?.blocked,
    discovery: DISCOVERIES[(facts.discoveries[index] ?? 0) - 1],
    vector: vectors?.values.subarray(index * vectors.dimensions, (index + 1) * vectors.dimensions),
  };
}

/** Rough memory of the columns and their names. */
export function factsBytes(facts: ItemFacts): number {
  const wide = [facts.publishedAtSeconds, facts.creators, facts.tagStarts, facts.tags];
  const names = facts.creatorNames.length + facts.tagNames.length;
  return (
    [...wide, facts.geographies].reduce((sum, column) => sum + column.byteLength, 0) +
    facts.maturities.length +
    facts.stock.length +
    facts.discoveries.length +
    (facts.vectors?.values.length ?? 0) +
    names * 40
  );
}

/** The direction of a vector in as many bytes; all zeros where it has none. */
function quantised(vector: ArrayLike<number>): Int8Array {
  const values = Float64Array.from(vector);
  const length = Math.hypot(...values);
  return Int8Array.from(values, (value) =>
    length === 0 ? 0 : Math.round((value / length) * UNIT),
  );
}

/** The index of a name, in the order in which names were first met. */
function indexIn(names: Map<string, number>, name: string): number {
  const known = names.get(name);
  if (known !== undefined) return known;
  names.set(name, names.size);
  return names.size - 1;
}
