/**
 * The list of one user. Pure: what is known of the user goes in. Interactions are likes:
 *
 *   0    what is popular with the user's demographics
 *   1-2  content: what is like the liked items
 *   3-   collaborative: what goes together with them; without anything of the kind content, and says so
 *
 * Whatever ranks first, the list goes on with content and then with what is popular, each item once, so that its length
 * is the total and pages fit together. What was liked or disliked is not in it.
 */
import type { ItemId } from "../domain/ids.ts";
import type { Demographics } from "../popularity/groups.ts";
import { COLLABORATIVE_FROM } from "../similar/defaults.ts";
import type { Scored } from "./content-scores.ts";
import { contentItems } from "./content-scores.ts";
import type { ItemTest } from "./eligible-items.ts";
import type { GiftSnapshot } from "./gift-snapshot.ts";
import { type Audience, popularList } from "./popular-list.ts";

export type Algorithm =
  | "popular"
  | "content_based"
  | "collaborative"
  /** Collaborative was due and had nothing: content. */
  | "collaborative_fallback_content"
  /** Content had nothing either. */
  | "popular_fallback";

export interface PersonalState {
  readonly liked: readonly ItemId[];
  readonly disliked: readonly ItemId[];
  readonly who: Demographics;
  /** What goes together with the likes, of the items that are eligible. */
  readonly collaborative: (eligible: ItemTest) => readonly Scored[];
}

export interface PersonalList {
  readonly items: Uint32Array;
  readonly algorithm: Algorithm;
  readonly audience: Audience;
}

export function personalList(
  snapshot: GiftSnapshot,
  allowed: ItemTest,
  state: PersonalState,
  country: string,
  nowMs: number,
): PersonalList {
  const indexes = (ids: readonly ItemId[]) => ids.flatMap((id) => snapshot.indexOf(id) ?? []);
  const liked = indexes(state.liked);
  const judged = new Set([...liked, ...indexes(state.disliked)]);
  const eligible: ItemTest = (index) => !judged.has(index) && allowed(index);
  const popular = popularList(snapshot, eligible, state.who, country);
  const due = state.liked.length;
  if (due === 0) return { ...popular, algorithm: "popular" };
  const content = contentItems(snapshot, liked, eligible, popular.items, nowMs);
  const together = due < COLLABORATIVE_FROM ? [] : state.collaborative(eligible);
  const items = new Set<number>();
  for (const { index } of together) items.add(index);
  for (const { index } of content) items.add(index);
  for (const index of popular.items) items.add(index);
  return {
    items: Uint32Array.from(items),
    algorithm: algorithmOf(due, together.length, content.length),
    audience: popular.audience,
  };
}

function algorithmOf(due: number, together: number, content: number): Algorithm {
  if (together > 0) return "collaborative";
  if (content === 0) return "popular_fallback";
  return due < COLLABORATIVE_FROM ? "content_based" : "collaborative_fallback_content";
}
