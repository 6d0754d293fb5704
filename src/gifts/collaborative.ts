/**
 * What goes together with what a user liked, and what users like this one liked, as one order. Pure. Each side is taken
 * relative to its best, since weights of items and of users have no common scale; neighbours of the user's own likes
 * count twice as much, as they are made of every user's likes and not of twenty's.
 */
import type { SimilarItems } from "../similar/similar-items.ts";
import type { Scored } from "./content-scores.ts";
import type { ItemTest } from "./eligible-items.ts";
import type { GiftSnapshot } from "./gift-snapshot.ts";

const COLLABORATIVE_LIMIT = 500;
/** Newest first: what an artefact is asked for at once. */
export const COLLABORATIVE_LIKES = 50;
const USERS_SHARE = 0.5;

type Neighbours = Awaited<ReturnType<SimilarItems["neighboursOf"]>>;
type ByUsers = Awaited<ReturnType<SimilarItems["byUsersLike"]>>;

/** Best first. */
export function collaborativeItems(
  { indexOf }: GiftSnapshot,
  neighbours: Neighbours,
  byUsers: ByUsers,
  eligible: ItemTest,
): readonly Scored[] {
  const scores = new Map<number, number>();
  const add = (
    found: Iterable<{ readonly item: Scored["index"]; readonly weight: number }>,
    share: number,
  ) => {
    const own = new Map<number, number>();
    for (const { item, weight } of found) own.set(item, (own.get(item) ?? 0) + weight);
    const best = Math.max(0, ...own.values());
    if (best === 0) return;
    for (const [index, weight] of own) {
      scores.set(index, (scores.get(index) ?? 0) + (share * weight) / best);
    }
  };
  const known = (list: NonNullable<ByUsers>) =>
    list.flatMap(({ item, weight }) => {
      const index = indexOf(item);
      return index === undefined || weight <= 0 || !eligible(index)
        ? []
        : [{ item: index, weight }];
    });
  add(known([...(neighbours?.values() ?? [])].flat()), 1);
  add(known(byUsers ?? []), USERS_SHARE);
  return Array.from(scores, ([index, score]) => ({ index, score }))
    .toSorted((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, COLLABORATIVE_LIMIT);
}
