/**
 * How like an item is to what a user liked, by system E's later weights: category .30, recipient's age .15, relationship
 * .15, recipient's gender .10, platform .15, price .10 · max(0, 1 - |price - mean| / mean), and how new it is
 * .05 · max(0, 1 - days / 365). Each weight is multiplied by the share of the user's likes that say the value; for a
 * gender that only suits because either says "any" it is halved. Pure.
 */
import { DAY_MS } from "../domain/epoch-time.ts";
import type { ItemTest } from "./eligible-items.ts";
import type { Attribute, GiftSnapshot } from "./gift-snapshot.ts";

/** What a taste is made of: the last ones. */
const TASTE_LIKES = 50;
/** What is less alike is no reason to show an item. */
const LEAST_SCORE = 0.05;
/** Best first; a list goes on with what is popular. */
const CONTENT_LIMIT = 500;

const WEIGHTS: Partial<Readonly<Record<Attribute, number>>> = {
  category: 0.3,
  age: 0.15,
  suitable_for: 0.15,
  gender: 0.1,
  platform: 0.15,
};
const PRICE_WEIGHT = 0.1;
const NEWNESS_WEIGHT = 0.05;
const NEW_DAYS = 365;
const ANY = "any";
/** By which scores are told apart before the best are sorted. */
const STEPS = 4_096;

export interface Scored {
  readonly index: number;
  readonly score: number;
}

/**
 * Best first; what is as like as another is ordered as in `popular`, and behind it where that has it not. `liked` are
 * indexes, newest first; without any that is known there is nothing to be like.
 */
export function contentItems(
  snapshot: GiftSnapshot,
  liked: readonly number[],
  eligible: ItemTest,
  popular: Uint32Array,
  nowMs: number,
): readonly Scored[] {
  const recent = liked.slice(0, TASTE_LIKES);
  if (recent.length === 0) return [];
  const parts = Object.entries(WEIGHTS).map(([name, weight]) =>
    partOf(snapshot, name as Attribute, weight, recent),
  );
  const { prices, facts, ids } = snapshot;
  const known = recent.map((index) => prices[index] ?? Number.NaN).filter((price) => price > 0);
  const mean = known.reduce((sum, price) => sum + price, 0) / known.length;
  const scores = new Float64Array(ids.length);
  const steps = new Uint32Array(STEPS + 1);
  for (let index = 0; index < ids.length; index += 1) {
    if (!eligible(index)) continue;
    let score = 0;
    for (const { codes, worth } of parts) score += worth[codes[index] ?? 0] ?? 0;
    const nearness = 1 - Math.abs((prices[index] ?? Number.NaN) - mean) / mean;
    if (nearness > 0) score += PRICE_WEIGHT * nearness;
    // Newness alone is no likeness.
    if (score === 0) continue;
    const seconds = facts.publishedAtSeconds[index] ?? 0;
    const days = (nowMs - seconds * 1_000) / DAY_MS;
    if (seconds > 0) score += NEWNESS_WEIGHT * Math.min(1, Math.max(0, 1 - days / NEW_DAYS));
    if (score <= LEAST_SCORE) continue;
    scores[index] = score;
    const step = stepOf(score);
    steps[step] = (steps[step] ?? 0) + 1;
  }
  // Of 100,000 items most have some score, and only the best are sorted.
  let enough = 0;
  let least = STEPS;
  for (; least > 0 && enough < CONTENT_LIMIT; least -= 1) enough += steps[least] ?? 0;
  const found: Scored[] = [];
  scores.forEach((score, index) => {
    if (score > 0 && stepOf(score) >= least) found.push({ index, score });
  });
  const ranks = new Uint32Array(ids.length).fill(ids.length);
  popular.forEach((index, rank) => {
    ranks[index] = rank;
  });
  const rankOf = ({ index }: Scored): number => ranks[index] ?? ids.length;
  return found
    .toSorted((a, b) => b.score - a.score || rankOf(a) - rankOf(b))
    .slice(0, CONTENT_LIMIT);
}

/** Weights add up to 1. */
const stepOf = (score: number): number => Math.min(STEPS, Math.floor(score * STEPS));

/** What each set of values is worth, by code. */
function partOf(
  { attributes }: GiftSnapshot,
  name: Attribute,
  weight: number,
  liked: readonly number[],
) {
  const { codes, values } = attributes[name];
  const shares = new Map<string, number>();
  for (const index of liked) {
    for (const value of values[(codes[index] ?? 0) - 1] ?? []) {
      shares.set(value, (shares.get(value) ?? 0) + 1 / liked.length);
    }
  }
  const halves = name === "gender";
  const worth = [
    0,
    ...values.map((own) => {
      const share = Math.max(0, ...own.map((value) => shares.get(value) ?? 0));
      if (share > 0 && !(halves && own.includes(ANY))) return weight * share;
      return halves && shares.size > 0 && (own.includes(ANY) || shares.has(ANY)) ? weight / 2 : 0;
    }),
  ];
  return { codes, worth };
}
