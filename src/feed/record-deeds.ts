/** Deeds that come as system A's feedback: what they hide is its own matter, and the profile learns as from events. */
import type { Metadata } from "../catalogue/catalogue.ts";
import { isOutage } from "../domain/failure.ts";
import type { ItemId } from "../domain/ids.ts";
import type { UserEvent } from "../events/user-event.ts";
import type { BelievedProfiles } from "../profiles/believed-profiles.ts";
import type { UserKey } from "../users/user-store.ts";
import { appliedEvent, type Deed } from "./apply-events.ts";
import { feedbackId } from "./log-feedback.ts";

const TYPES = {
  watched: "watch",
  watch: "watch",
  like: "like",
  liked: "like",
  unlike: "unlike",
  unliked: "unlike",
  dislike: "dislike",
  disliked: "dislike",
} as const;
export type FeedbackDeed = (typeof TYPES)[keyof typeof TYPES];

/**
 * Of an interaction as clients name it; undefined for one that says nothing of taste. What is called watched and cooled
 * down only was not watched.
 */
export function deedOf(interaction: string, permanent: boolean): FeedbackDeed | undefined {
  const type = Object.hasOwn(TYPES, interaction)
    ? TYPES[interaction as keyof typeof TYPES]
    : undefined;
  return type === "watch" && !permanent ? undefined : type;
}

export interface DeedsRequest {
  readonly key: UserKey;
  /** Names the request among all others of the user. */
  readonly name: string;
  readonly type: FeedbackDeed;
  readonly items: readonly ItemId[];
  /** As far as the catalogue answers. */
  readonly known: ReadonlyMap<ItemId, Metadata>;
  readonly nowMs: number;
}

/**
 * Seen by the next request anywhere. Answers with the events for the log. Opinions need the profile; what was watched is
 * hidden without it, and taught by the consumer of events when it is back.
 */
export async function recordDeeds(
  ports: {
    readonly profiles: Pick<BelievedProfiles, "apply">;
    readonly weightOf: (event: UserEvent) => number;
  },
  { key, name, type, items, known, nowMs }: DeedsRequest,
): Promise<readonly UserEvent[]> {
  const deeds = Array.from(new Set(items), (item): Deed => {
    const id = feedbackId(key.user, name, type, item);
    return { id, type, user: key.user, item, atMs: nowMs };
  });
  const events = deeds.map((deed) => appliedEvent(deed, known.get(deed.item), ports.weightOf));
  try {
    await ports.profiles.apply(key, { kind: "events", events });
  } catch (error) {
    if (type !== "watch" || !isOutage(error)) throw error;
    return deeds;
  }
  return deeds.map((deed) => ({ ...deed, applied: true }));
}
