/** Scores by country while a snapshot is built: as many countries as fit, those with the most points first. */
import { EVERYONE, isCrossed } from "../popularity/groups.ts";
import type { SparseScores } from "./gift-snapshot.ts";

/** 8 bytes each in the snapshot, so 4 MB at most, and 0.8 MB for 16,000 items. */
const ENTRIES_LIMIT = 500_000;
const ENTRIES_PER_ITEM = 6;
/** A tenant of few items is sold to many countries. */
const ENTRIES_AT_LEAST = 20_000;
/** Below it a country says too little to be told apart: 20 likes of this week. */
const LEAST_POINTS = 100;

interface Scored {
  readonly items: number[];
  readonly scores: number[];
}

interface Country {
  readonly groups: Map<number, Scored>;
  points: number;
  entries: number;
}

export class CountryScores {
  readonly #countries = new Map<string, Country>();
  /** Left out for their size: they do not come back with their later items alone. */
  readonly #dropped = new Set<string>();
  readonly #limit: number;
  #entries = 0;

  constructor(items: number) {
    this.#limit = Math.min(ENTRIES_LIMIT, Math.max(ENTRIES_AT_LEAST, items * ENTRIES_PER_ITEM));
  }

  /** `scores` by group. Of a gender and an age at once there is too little in one country. */
  add(code: string, item: number, scores: Float32Array): void {
    if (this.#dropped.has(code)) return;
    const country = this.#countries.get(code) ?? { groups: new Map(), points: 0, entries: 0 };
    this.#countries.set(code, country);
    scores.forEach((score, group) => {
      if (score === 0 || isCrossed(group)) return;
      const scored = country.groups.get(group) ?? { items: [], scores: [] };
      country.groups.set(group, scored);
      scored.items.push(item);
      scored.scores.push(score);
      country.entries += 1;
      this.#entries += 1;
      if (group === EVERYONE) country.points += score;
    });
    while (this.#entries > this.#limit) this.#dropLightest();
  }

  build(): ReadonlyMap<string, ReadonlyMap<number, SparseScores>> {
    const told = [...this.#countries].filter(([, { points }]) => points >= LEAST_POINTS);
    return new Map(
      told.map(([code, { groups }]) => [
        code,
        new Map(
          Array.from(groups, ([group, { items, scores }]) => [
            group,
            { items: Uint32Array.from(items), scores: Float32Array.from(scores) },
          ]),
        ),
      ]),
    );
  }

  #dropLightest(): void {
    const [lightest] = [...this.#countries].toSorted(([, a], [, b]) => a.points - b.points);
    if (lightest === undefined) return;
    const [code, { entries }] = lightest;
    this.#countries.delete(code);
    this.#dropped.add(code);
    this.#entries -= entries;
  }
}
