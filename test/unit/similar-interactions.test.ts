import fc from "fast-check";
import { describe, it } from "vitest";
import { readPairs, writePairs } from "../../src/similar/interaction-text.ts";
import {
  add,
  type Interactions,
  ITEMS_PER_USER,
  joined,
  liking,
  type Pair,
  prune,
  since,
  wordOf,
} from "../../src/similar/interactions.ts";
import { STRENGTH_OF_LIKE } from "../../src/similar/interaction-matrix.ts";
import type { WeighedEvent } from "../../src/similar/log-files.ts";
import { anEvent, NOW_MS } from "../support/similar-fixture.ts";

const DAY_MS = 86_400_000;
const NOTHING: Pair = { said: 0, saidAtMs: 0, done: 0, doneAtMs: 0 };
const likingAfter = (...events: readonly WeighedEvent[]): number =>
  liking(events.reduce((pair, event) => joined(pair, wordOf(event) ?? NOTHING), NOTHING));
const at = (atMs: number, type: Parameters<typeof anEvent>[1], rest = {}): WeighedEvent =>
  anEvent("u", type, "i", { atMs, ...rest });

const aWord = fc.record({
  type: fc.constantFrom("like", "unlike", "dislike", "watch", "purchase", "rate", "watchlist"),
  atMs: fc.integer({ min: 1, max: 5 }),
  rating: fc.integer({ min: 1, max: 5 }),
  removed: fc.constantFrom(undefined, true as const),
});
const eventOf = ({ type, atMs, rating, removed }: Record<string, unknown>): WeighedEvent =>
  anEvent("u", type as "like", "i", {
    atMs: atMs as number,
    rating: rating as number,
    ...(removed === true ? { removed } : {}),
  });

describe("what a user did with an item", () => {
  it("comes to the same in any order, however often each event is read", ({ expect }) => {
    fc.assert(
      fc.property(
        fc
          .array(aWord, { minLength: 1 })
          .chain((words) =>
            fc.tuple(
              fc.constant(words),
              fc.shuffledSubarray([...words, ...words], { minLength: words.length * 2 }),
            ),
          ),
        ([words, shuffled]) => {
          expect(likingAfter(...shuffled.map(eventOf))).toBe(likingAfter(...words.map(eventOf)));
        },
      ),
    );
  });

  it("ends with the last word", ({ expect }) => {
    expect(likingAfter(at(1, "like"))).toBe(STRENGTH_OF_LIKE);
    expect(likingAfter(at(1, "like"), at(2, "unlike"))).toBe(0);
    expect(likingAfter(at(1, "unlike"), at(2, "like"))).toBe(STRENGTH_OF_LIKE);
    expect(likingAfter(at(1, "like"), at(2, "dislike"), at(3, "watch"))).toBe(0);
    expect(likingAfter(at(1, "like"), at(2, "unlike"), at(3, "watch"))).toBeGreaterThan(0);
    expect(likingAfter(at(1, "rate", { rating: 5 }))).toBe(STRENGTH_OF_LIKE);
    expect(likingAfter(at(1, "like"), at(2, "rate", { rating: 1 }))).toBe(0);
  });

  it("is nothing for what says nothing of liking", ({ expect }) => {
    const glance = { watchedSeconds: 1, totalSeconds: 100 };
    expect(likingAfter(at(1, "impression"), at(2, "click"), at(3, "skip"))).toBe(0);
    expect(likingAfter(at(1, "watch", glance))).toBe(0);
    expect(likingAfter(at(1, "like", { weight: 0 }))).toBe(0);
  });

  it("forgets what came before a removal, and no more", ({ expect }) => {
    const pair = { said: 64, saidAtMs: 10, done: 40, doneAtMs: 20 };
    expect(since(pair, 9)).toEqual(pair);
    expect(since(pair, 10)).toEqual({ said: 0, saidAtMs: 0, done: 40, doneAtMs: 20 });
    expect(since(pair, 20)).toBeUndefined();
  });

  it("remembers a word taken back for as long as a late like may come", ({ expect }) => {
    const interactions: Interactions = new Map();
    const taken = { ...NOTHING, saidAtMs: NOW_MS - 7 * DAY_MS };
    add(interactions, "u", "late", taken);
    add(interactions, "u", "over", { ...taken, saidAtMs: NOW_MS - 9 * DAY_MS });
    add(interactions, "u", "never", { ...taken, said: -1, saidAtMs: NOW_MS - 99 * DAY_MS });
    prune(interactions, NOW_MS);
    expect([...(interactions.get("u")?.keys() ?? [])]).toEqual(["late", "never"]);
  });

  it("keeps the newest items of a user who has too many", ({ expect }) => {
    const interactions: Interactions = new Map();
    for (let item = 0; item < ITEMS_PER_USER + 5; item += 1)
      add(interactions, "u", `i${item}`, { ...NOTHING, said: 1, saidAtMs: item + 1 });
    prune(interactions, NOW_MS);
    expect(interactions.get("u")?.size).toBe(ITEMS_PER_USER);
    expect(interactions.get("u")?.has("i4")).toBe(false);
    expect(interactions.get("u")?.has("i5")).toBe(true);
  });

  it("is read back from its text", ({ expect }) => {
    const interactions: Interactions = new Map();
    // More than one piece of a megabyte.
    for (let user = 0; user < 30_000; user += 1)
      add(interactions, `user-${user}`, `item-${user % 7}`, {
        said: -1,
        saidAtMs: NOW_MS + user,
        done: 255,
        doneAtMs: NOW_MS,
      });
    const read: Interactions = new Map();
    readPairs(writePairs(interactions), read);
    expect(read).toEqual(interactions);
  });
});
