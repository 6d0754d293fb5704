/**
 * Builds one version of a tenant's global pools from its catalogue. Pure: the same items and time give the
 * same pools.
 */
import { DAY_MS } from "../domain/epoch-time.ts";
import type { RankedItem } from "../catalogue/catalogue.ts";
import type { ItemId } from "../domain/ids.ts";
import { itemCode } from "../domain/item-code.ts";
import { bucketOfRank, type SliceName, windowOfAge } from "../domain/slices.ts";
import { FactsBuilder } from "./facts-builder.ts";
import type { PoolSnapshot } from "./pool-store.ts";
import { bySlice } from "./slice-text.ts";

/**
 * The fallback pool: the most popular items, whatever their age. Six pages of 500 for a user whose queues
 * have run dry.
 */
const FALLBACK_ITEMS = 3_000;

export interface BuiltPools {
  readonly snapshot: PoolSnapshot;
  /** Items left out because a more popular one has the same code. */
  readonly collisions: readonly ItemId[];
  /** Items left out because their time of publication is still to come. */
  readonly unpublished: number;
}

/** Takes the catalogue page by page, so that nothing of an item stays in memory but its id and its facts. */
export class PoolBuilder {
  readonly #nowMs: number;
  /** By falling popularity. */
  readonly #ids: ItemId[] = [];
  readonly #slices: Record<SliceName, ItemId[]> = bySlice(() => []);
  readonly #codes = new Set<string>();
  readonly #facts = new FactsBuilder();
  readonly #collisions: ItemId[] = [];
  #unpublished = 0;

  /** Windows measure age from `nowMs`, which is also the version. */
  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** `ranked` is ordered by falling popularity, and nothing in it is more popular than what came before. */
  add(ranked: readonly RankedItem[]): void {
    for (const item of ranked) {
      if (item.publishedAtMs !== undefined && item.publishedAtMs > this.#nowMs) {
        this.#unpublished += 1;
        continue;
      }
      const code = itemCode(item.id);
      if (this.#codes.has(code)) this.#collisions.push(item.id);
      else this.#rank(item);
      this.#codes.add(code);
    }
  }

  /** Once, when everything is in. */
  build(): BuiltPools {
    const slices = this.#slices;
    const items = this.#ids.length;
    this.#ids.forEach((id, rank) => slices[bucketOfRank(rank, items)].push(id));
    return {
      snapshot: {
        manifest: { version: this.#nowMs, items, sizes: bySlice((slice) => slices[slice].length) },
        slices,
        facts: this.#facts.build(),
      },
      collisions: this.#collisions,
      unpublished: this.#unpublished,
    };
  }

  #rank(item: RankedItem): void {
    if (this.#ids.length < FALLBACK_ITEMS) this.#slices.fallback.push(item.id);
    this.#ids.push(item.id);
    this.#facts.add(item);
    if (item.publishedAtMs === undefined) return;
    const window = windowOfAge((this.#nowMs - item.publishedAtMs) / DAY_MS);
    if (window !== undefined) this.#slices[window].push(item.id);
  }
}

/** Of items that are all at hand. */
export function buildPools(ranked: readonly RankedItem[], nowMs: number): BuiltPools {
  const builder = new PoolBuilder(nowMs);
  builder.add(ranked);
  return builder.build();
}
