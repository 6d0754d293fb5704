/**
 * What a user said last of each item. Words count by the time when they were said and not by when they came, so that a
 * like and the unlike after it end the same in any order. Of each item there are two times: of the last like or dislike,
 * and of the last unlike, which takes likes back and no dislikes.
 */
import type { ItemId } from "../domain/ids.ts";
import type { Profile, SaidAt } from "./profile.ts";

export const LIKES_LIMIT = 1_000;
export const DISLIKES_LIMIT = 500;
/** Of items that are neither liked nor disliked any more: a like that comes late must not come back. */
const TAKEN_BACK_LIMIT = 250;
export const SAID_LIMIT = LIKES_LIMIT + DISLIKES_LIMIT + TAKEN_BACK_LIMIT;

export type Word = "like" | "unlike" | "dislike";

export interface Said {
  readonly item: ItemId;
  readonly word: Word;
  readonly atMs: number;
  /** Whoever says it is asking now: nothing that is known was said later. */
  readonly last?: boolean;
}

export type Opinions = Pick<Profile, "liked" | "disliked" | "saidAt">;

interface Opinion {
  readonly dislikes: boolean;
  readonly saidMs: number;
  readonly unlikedMs: number;
}

const NO_OPINION: Opinion = { dislikes: false, saidMs: -1, unlikedMs: -1 };

const isLiked = ({ dislikes, saidMs, unlikedMs }: Opinion): boolean =>
  !dislikes && saidMs > unlikedMs;

/** Later than this is when it counts. Of a like and a dislike of one millisecond, the dislike counts. */
function heard(old: Opinion, { word, atMs, last = false }: Said): Opinion {
  const nowMs = last ? Math.max(atMs, old.saidMs + 1, old.unlikedMs + 1) : atMs;
  if (word === "unlike") return { ...old, unlikedMs: Math.max(old.unlikedMs, nowMs) };
  const dislikes = word === "dislike";
  const counts = nowMs > old.saidMs || (nowMs === old.saidMs && dislikes);
  return counts ? { ...old, dislikes, saidMs: nowMs } : old;
}

export function withWords(before: Opinions, words: readonly Said[]): Opinions {
  if (words.length === 0) return before;
  const known = opinionsOf(before);
  for (const said of words) {
    known.set(said.item, heard(known.get(said.item) ?? NO_OPINION, said));
  }
  const newest = [...known].toSorted(([a, x], [b, y]) => {
    const [left, right] = [lastMs(x), lastMs(y)];
    if (left !== right) return right - left;
    // What was said before times were kept stays in its order.
    return left === 0 ? 0 : a < b ? -1 : 1;
  });
  const liked = newest.filter(([, opinion]) => isLiked(opinion)).slice(0, LIKES_LIMIT);
  const disliked = newest.filter(([, { dislikes }]) => dislikes).slice(0, DISLIKES_LIMIT);
  const takenBack = newest.filter(([, opinion]) => !isLiked(opinion) && !opinion.dislikes);
  const kept = [...liked, ...disliked, ...takenBack.slice(0, TAKEN_BACK_LIMIT)];
  return {
    liked: liked.map(([item]) => item),
    disliked: disliked.map(([item]) => item),
    saidAt: kept
      .filter(([, opinion]) => lastMs(opinion) > 0)
      .map(([item, { saidMs, unlikedMs }]) => [item, saidMs, unlikedMs]),
  };
}

/** When the opinion that holds was said. */
const lastMs = (opinion: Opinion): number =>
  isLiked(opinion) || opinion.dislikes
    ? opinion.saidMs
    : Math.max(opinion.saidMs, opinion.unlikedMs);

function opinionsOf({ liked, disliked, saidAt }: Opinions): Map<ItemId, Opinion> {
  const times = new Map<ItemId, SaidAt>(saidAt.map((row) => [row[0], row]));
  const known = new Map<ItemId, Opinion>();
  const keep = (item: ItemId, dislikes: boolean, otherwiseMs: number): void => {
    const [, saidMs = otherwiseMs, unlikedMs = -1] = times.get(item) ?? [];
    known.set(item, { dislikes, saidMs, unlikedMs });
  };
  for (const item of liked) keep(item, false, 0);
  for (const item of disliked) keep(item, true, 0);
  for (const [item] of saidAt) if (!known.has(item)) keep(item, false, -1);
  return known;
}
