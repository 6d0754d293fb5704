/**
 * What is left of all events of a user with an item: one pair. Folding is commutative and idempotent, so neither the order
 * of the log's files nor one that is read twice changes anything.
 */
import type { WeighedEvent } from "./log-files.ts";
import { STRENGTH_OF_LIKE } from "./interaction-matrix.ts";

export interface Pair {
  /** The last explicit word (like, unlike, dislike, rate, purchase): a strength, 0 taken back, below 0 disliked. */
  readonly said: number;
  /** When; 0: nothing was said. */
  readonly saidAtMs: number;
  /** The strongest of what was done without a word (watch, share, comment, watchlist). */
  readonly done: number;
  /** The last time. */
  readonly doneAtMs: number;
}

/** user -> item -> pair */
export type Interactions = Map<string, Map<string, Pair>>;

const NOTHING: Pair = { said: 0, saidAtMs: 0, done: 0, doneAtMs: 0 };
const DISLIKED = -1;
const STRENGTH_LIMIT = 255;
/** Weights of `src/events`, for logs that do not say what an event weighed: a like is 3. */
const WEIGHT_OF_LIKE = 3;
const WEIGHTS: Readonly<Record<string, number>> = {
  watch: 2,
  like: WEIGHT_OF_LIKE,
  watchlist: 2,
  share: 3,
  comment: 2,
  purchase: 5,
};
/** Less than a quarter of an item watched is no liking of it. */
const WATCHED_SHARE = 0.25;
/** Late events come up to 7 days late: what was taken back is remembered for longer than that. */
const FORGET_MS = 8 * 86_400_000;
/** Items of a user, the newest: a user of 100,000 would cost more than all others together. */
export const ITEMS_PER_USER = 1_000;

const strengthOf = (weight: number): number =>
  Math.max(1, Math.min(STRENGTH_LIMIT, Math.round((weight / WEIGHT_OF_LIKE) * STRENGTH_OF_LIKE)));

/** What the event says; undefined for what says nothing of liking (impressions, clicks, skips). */
export function wordOf(event: WeighedEvent): Pair | undefined {
  const { type, atMs } = event;
  const said = (strength: number): Pair => ({ ...NOTHING, said: strength, saidAtMs: atMs });
  const weight = event.weight ?? WEIGHTS[type] ?? 0;
  switch (type) {
    case "dislike":
      return said(DISLIKED);
    case "unlike":
      return said(0);
    case "rate": {
      const rating = event.rating ?? 3;
      if (rating < 3) return said(DISLIKED);
      return said(rating === 3 ? 0 : strengthOf((WEIGHT_OF_LIKE * (rating - 3)) / 2));
    }
    case "like":
    case "purchase":
      return weight > 0 ? said(strengthOf(weight)) : undefined;
    case "watchlist":
      if (event.removed === true) return said(0);
      break;
    case "watch":
      if (shareOf(event) < WATCHED_SHARE) return undefined;
      break;
    case "share":
    case "comment":
      break;
    case "impression":
    case "click":
    case "skip":
      return undefined;
  }
  return weight > 0 ? { ...NOTHING, done: strengthOf(weight), doneAtMs: atMs } : undefined;
}

/** One pair of what two say. Of words at the same time, the lesser holds. */
export function joined(a: Pair, b: Pair): Pair {
  const last = a.saidAtMs > b.saidAtMs || (a.saidAtMs === b.saidAtMs && a.said <= b.said) ? a : b;
  return {
    said: last.said,
    saidAtMs: last.saidAtMs,
    done: Math.max(a.done, b.done),
    doneAtMs: Math.max(a.doneAtMs, b.doneAtMs),
  };
}

/** 1 to 255; 0: the user does not like the item, or no longer. What is done later outlives a word taken back. */
export function liking({ said, saidAtMs, done, doneAtMs }: Pair): number {
  if (saidAtMs === 0) return done;
  if (said > 0) return Math.max(said, done);
  return said === 0 && doneAtMs > saidAtMs ? done : 0;
}

/** Users, and of them those whose likes are below that number. Likes are what was said (like, purchase, rating above 3). */
export function countUsers(
  interactions: Interactions,
  likesBelow: number,
): { readonly profiles: number; readonly content: number } {
  let content = 0;
  for (const items of interactions.values()) {
    let likes = 0;
    for (const { said } of items.values()) if (said > 0) likes += 1;
    if (likes > 0 && likes < likesBelow) content += 1;
  }
  return { profiles: interactions.size, content };
}

export function add(interactions: Interactions, user: string, item: string, pair: Pair): void {
  let items = interactions.get(user);
  if (items === undefined) interactions.set(user, (items = new Map()));
  const known = items.get(item);
  items.set(item, known === undefined ? pair : joined(known, pair));
}

/** Forgets what users who were removed did until then. */
export function forget(interactions: Interactions, removedAtMs: (user: string) => number): void {
  for (const [user, items] of interactions) {
    const untilMs = removedAtMs(user);
    if (untilMs === 0) continue;
    for (const [item, pair] of items) {
      const later = since(pair, untilMs);
      if (later === undefined) items.delete(item);
      else items.set(item, later);
    }
    if (items.size === 0) interactions.delete(user);
  }
}

/** What of a pair came after that time; undefined: nothing. */
export function since(pair: Pair, untilMs: number): Pair | undefined {
  if (lastOf(pair) <= untilMs) return undefined;
  return {
    ...(pair.saidAtMs > untilMs ? pair : { ...pair, said: 0, saidAtMs: 0 }),
    ...(pair.doneAtMs > untilMs ? {} : { done: 0, doneAtMs: 0 }),
  };
}

/** Drops what nobody needs any more: words that were taken back long ago, and the oldest beyond the limit. */
export function prune(interactions: Interactions, nowMs: number): void {
  for (const [user, items] of interactions) {
    for (const [item, pair] of items) {
      // A dislike stays: without it, a later watch would count.
      const over = pair.said === 0 && liking(pair) === 0;
      if (over && lastOf(pair) < nowMs - FORGET_MS) items.delete(item);
    }
    if (items.size > ITEMS_PER_USER) {
      const newest = [...items].toSorted(
        ([x, a], [y, b]) => lastOf(b) - lastOf(a) || (x < y ? -1 : 1),
      );
      for (const [item] of newest.slice(ITEMS_PER_USER)) items.delete(item);
    }
    if (items.size === 0) interactions.delete(user);
  }
}

const lastOf = ({ saidAtMs, doneAtMs }: Pair): number => Math.max(saidAtMs, doneAtMs);

const shareOf = ({ watchedSeconds, totalSeconds }: WeighedEvent): number =>
  watchedSeconds === undefined || totalSeconds === undefined || totalSeconds <= 0
    ? 1
    : Math.min(1, watchedSeconds / totalSeconds);
