/**
 * Which sources the next slot of a page is owed to, and which are closed to it. Shares become whole items once a page,
 * to the nearest, and are spread over it: after every slot each source has had its share of the slots so far, to within
 * one item, as in the blend.
 */
import type { CandidateSource } from "../candidate.ts";
import type { Quota } from "../rules/compile-rules.ts";

const ALL_SOURCES = [
  "popularity",
  "freshness",
  "exploration",
  "pin",
  "fallback",
  "slate",
] as const satisfies readonly CandidateSource[];

/** Sources as a bit set: one test a candidate. */
export type SourceBits = number;
export const EVERY_SOURCE: SourceBits = 2 ** ALL_SOURCES.length - 1;
const bitOf: Readonly<Record<CandidateSource, SourceBits>> = {
  popularity: 1,
  freshness: 2,
  exploration: 4,
  pin: 8,
  fallback: 16,
  slate: 32,
};
export const sourceBit = (source: CandidateSource): SourceBits => bitOf[source];

interface Ledger {
  readonly bit: SourceBits;
  readonly minShare: number;
  readonly maxShare: number;
  least: number;
  most: number;
  taken: number;
}

export class PageQuotas {
  readonly #ledgers: readonly Ledger[];
  #length = 0;

  /** Of several quotas for one source the strictest hold; where they contradict each other, the maximum does. */
  constructor(quotas: readonly Quota[]) {
    this.#ledgers = ALL_SOURCES.flatMap((source) => {
      const own = quotas.filter((quota) => quota.source === source);
      if (own.length === 0) return [];
      const maxShare = Math.min(...own.map((quota) => quota.maxShare));
      const minShare = Math.min(maxShare, Math.max(...own.map((quota) => quota.minShare)));
      return [{ bit: bitOf[source], minShare, maxShare, least: 0, most: 0, taken: 0 }];
    });
  }

  startPage(length: number): void {
    this.#length = length;
    for (const ledger of this.#ledgers) {
      ledger.least = Math.round(ledger.minShare * length);
      ledger.most = Math.round(ledger.maxShare * length);
      ledger.taken = 0;
    }
  }

  add(source: SourceBits): void {
    for (const ledger of this.#ledgers) if (ledger.bit === source) ledger.taken += 1;
  }

  /**
   * The source that is furthest behind its minimum at this slot, or 0. When no more than `freeSlots` are left for what
   * all sources together are owed, one of them is owed this slot even if it is not behind.
   */
  owed(slot: number, freeSlots: number): SourceBits {
    let debt = 0;
    for (const { least, taken } of this.#ledgers) debt += Math.max(0, least - taken);
    const urgent = debt >= freeSlots;
    let owed: SourceBits = 0;
    let furthest = -Infinity;
    for (const { bit, least, taken } of this.#ledgers) {
      if (taken >= least) continue;
      const behind = ((slot + 1) * least) / this.#length - taken;
      if ((urgent || behind >= 0.5) && behind > furthest) {
        owed = bit;
        furthest = behind;
      }
    }
    return owed;
  }

  /** The source has nothing for this page any more: others make up for it. */
  forgive(source: SourceBits): void {
    for (const ledger of this.#ledgers) {
      if (ledger.bit === source) ledger.least = Math.min(ledger.least, ledger.taken);
    }
  }

  /** The sources that are below their maximum at this slot. */
  open(slot: number): SourceBits {
    let open = EVERY_SOURCE;
    for (const { bit, most, taken } of this.#ledgers) {
      if (taken >= Math.ceil(((slot + 1) * most) / this.#length)) open &= ~bit;
    }
    return open;
  }
}
