/** Feedback changes its user at once; behind the answer it goes where events go, so that it is counted as they are. */
import { digestOf } from "../domain/digest.ts";
import type { ItemId, UserId } from "../domain/ids.ts";
import type { EventIntake } from "../events/event-intake.ts";
import type { EventType, UserEvent } from "../events/user-event.ts";
import type { Background } from "../platform/background.ts";
import { retrying } from "../platform/retrying.ts";
import type { Tenant } from "../tenants/tenant-registry.ts";

/** As many as names of events have that no sender gave. */
const ID_DIGITS = 32;

/**
 * `name` is the client's own name of the request (its idempotency key) or one that nobody else has. The user is a part of
 * the id: nobody can use up the names of another user's events.
 */
export const feedbackId = (user: UserId, name: string, type: EventType, item: ItemId): string =>
  digestOf(JSON.stringify(["feedback", user, name, type, item])).slice(0, ID_DIGITS);

/** Safe to repeat. What neither the queue nor the shards take within 15 s is lost to the counts, and counted as a failure. */
export function logFeedback(
  intake: Pick<EventIntake, "take">,
  tenant: Tenant,
  events: readonly UserEvent[],
  { nowMs, background }: { readonly nowMs: number; readonly background: Background },
): void {
  background.run("feedback-events", () => retrying(() => intake.take(tenant, events, nowMs)));
}
