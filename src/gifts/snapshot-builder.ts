/**
 * Builds a snapshot of the pages of a catalogue and of scores. Pure but for what it has been given: some 300 bytes an
 * item until it is built. Items first, then scores.
 */
import type { DescribedItem } from "../catalogue/item-pages.ts";
import type { ItemId } from "../domain/ids.ts";
import { FactsBuilder } from "../pools/facts-builder.ts";
import { GROUP_COUNT } from "../popularity/groups.ts";
import type { ItemScores } from "../popularity/item-scores.ts";
import { CountryScores } from "./country-scores.ts";
import { giftFields } from "./gift-fields.ts";
import {
  type Attribute,
  ATTRIBUTES,
  type GiftSnapshot,
  type ValueColumn,
} from "./gift-snapshot.ts";
import { encodeSnapshot } from "./snapshot-codec.ts";

/** What a version holds at most; what has a higher id is left out and counted. */
const SNAPSHOT_ITEMS_LIMIT = 200_000;

export interface Rising {
  readonly trending: readonly ItemId[];
  readonly underExposed: readonly ItemId[];
}

/** Its bytes, and what is told of them. */
type BuiltSnapshot = Pick<GiftSnapshot, "version" | "ids" | "trending" | "underExposed" | "bytes">;

export class SnapshotBuilder {
  readonly #ids: ItemId[] = [];
  readonly #indexes = new Map<ItemId, number>();
  readonly #facts = new FactsBuilder();
  readonly #prices: number[] = [];
  readonly #bases: number[] = [];
  readonly #values: Readonly<Record<Attribute, Values>>;
  #countries: CountryScores | undefined;
  readonly #scores: (Float32Array | undefined)[] = Array.from({ length: GROUP_COUNT });
  privateItems = 0;
  tooMany = 0;

  constructor() {
    this.#values = Object.fromEntries(
      ATTRIBUTES.map((name) => [name, new Values()]),
    ) as unknown as Record<Attribute, Values>;
  }

  addItems(items: readonly DescribedItem[]): void {
    for (const item of items) {
      const { attributes, price, isPrivate } = giftFields(item.fields);
      if (isPrivate) this.privateItems += 1;
      else if (this.#ids.length === SNAPSHOT_ITEMS_LIMIT) this.tooMany += 1;
      else {
        this.#indexes.set(item.id, this.#ids.length);
        this.#ids.push(item.id);
        this.#facts.add({ ...item, vector: undefined });
        this.#prices.push(price);
        this.#bases.push(item.basePopularity);
        for (const name of ATTRIBUTES) this.#values[name].add(attributes[name]);
      }
    }
  }

  addScores(items: readonly ItemScores[]): void {
    this.#countries ??= new CountryScores(this.#ids.length);
    for (const { item, everywhere, countries } of items) {
      const index = this.#indexes.get(item);
      if (index === undefined) continue;
      everywhere.forEach((score, group) => {
        if (score > 0) this.#columnOf(group)[index] = score;
      });
      for (const [country, scores] of countries) this.#countries.add(country, index, scores);
    }
  }

  /** Once, when everything is in. What serves is read from the bytes, here as everywhere else. */
  build(version: number, rising: Rising): BuiltSnapshot {
    const indexes = (ids: readonly ItemId[]): Uint32Array =>
      Uint32Array.from(ids.flatMap((id) => this.#indexes.get(id) ?? []));
    const attributes = Object.fromEntries(
      ATTRIBUTES.map((name) => [name, this.#values[name].build()]),
    ) as Record<Attribute, ValueColumn>;
    const built = {
      version,
      ids: this.#ids,
      trending: indexes(rising.trending),
      underExposed: indexes(rising.underExposed),
    };
    const bytes = encodeSnapshot({
      ...built,
      facts: this.#facts.build(),
      prices: Float64Array.from(this.#prices),
      bases: Float64Array.from(this.#bases),
      byBase: this.#byBase(),
      attributes,
      scores: this.#scores,
      countries: this.#countries?.build() ?? new Map(),
    });
    return { ...built, bytes };
  }

  #byBase(): Uint32Array {
    const bases = this.#bases;
    return Uint32Array.from(bases.keys()).sort(
      (a, b) => (bases[b] ?? 0) - (bases[a] ?? 0) || a - b,
    );
  }

  #columnOf(group: number): Float32Array {
    const column = this.#scores[group] ?? new Float32Array(this.#ids.length);
    this.#scores[group] = column;
    return column;
  }
}

/** Many items say the same: each set of values is kept once. */
class Values {
  readonly #codes: number[] = [];
  readonly #known = new Map<string, number>();
  readonly #values: (readonly string[])[] = [];

  add(values: readonly string[]): void {
    if (values.length === 0) {
      this.#codes.push(0);
      return;
    }
    const name = JSON.stringify(values);
    let code = this.#known.get(name);
    if (code === undefined) {
      code = this.#values.push(values);
      this.#known.set(name, code);
    }
    this.#codes.push(code);
  }

  build(): ValueColumn {
    return { codes: Uint32Array.from(this.#codes), values: this.#values };
  }
}
