/**
 * What ranking and policy need to know of every item in the pools, in columns: one entry an item, in order of rank.
 * 100,000 items with three tags each are about 4 MB.
 *
 * Inside a column 0 means "the catalogue does not say"; indexes into the name lists therefore start at 1.
 */
export interface ItemFacts {
  readonly count: number;
  /** Epoch seconds. */
  readonly publishedAtSeconds: Uint32Array;
  /** Index + 1 into `creatorNames`. */
  readonly creators: Uint32Array;
  readonly creatorNames: readonly string[];
  /** Tags of item `i`: `tags[tagStarts[i]]` up to, not including, `tags[tagStarts[i + 1]]`; indexes into `tagNames`. */
  readonly tagStarts: Uint32Array;
  readonly tags: Uint32Array;
  readonly tagNames: readonly string[];
  /** Position + 1 in `MATURITIES`. */
  readonly maturities: Uint8Array;
  /** 1: in stock. 2: out of stock. */
  readonly stock: Uint8Array;
  /** Index + 1 into `geographies`; 0: everywhere. */
  readonly geographies: Uint32Array;
  readonly geographyRules: readonly GeographyRule[];
  /** Position + 1 in `DISCOVERIES`. */
  readonly discoveries: Uint8Array;
  /** Quantised vectors of unit length, `dimensions` bytes an item, or none at all. An unknown vector is all zeros. */
  readonly vectors?: { readonly dimensions: number; readonly values: Int8Array };
}

/** ISO 3166 alpha-2 codes, upper case. Both lists may be given; blocked wins. */
export interface GeographyRule {
  readonly allowed?: readonly string[];
  readonly blocked?: readonly string[];
}
