/** When a delivery that failed is tried again, and when a webhook is given up. */
import type { Webhook } from "./webhook.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/**
 * After the first attempt: Standard Webhooks' schedule, but for its last steps, since a Queue delays a message by 12 h at
 * most. 65 hours from the first attempt to the last.
 */
const DELAYS_SECONDS = [
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  12 * HOUR,
  12 * HOUR,
  12 * HOUR,
  12 * HOUR,
] as const;
const LONGEST_SECONDS = 12 * HOUR;

export const ATTEMPTS = DELAYS_SECONDS.length + 1;

/** Up to a fifth sooner or later, so that what failed together does not come back together. */
const JITTER = 0.2;

/**
 * Whole seconds until the attempt after this one (from 1); undefined when it was the last. A receiver that says when to
 * come back is believed when that is later. `random` is in [0, 1).
 */
export function delaySeconds(
  attempt: number,
  random: number,
  retryAfterSeconds = 0,
): number | undefined {
  const planned = DELAYS_SECONDS[attempt - 1];
  if (planned === undefined) return undefined;
  const jittered = planned * (1 - JITTER + 2 * JITTER * random);
  return Math.min(LONGEST_SECONDS, Math.ceil(Math.max(jittered, retryAfterSeconds)));
}

const FAILING_DAYS = 5;
const FAILING_MS = FAILING_DAYS * 24 * HOUR * 1_000;
/** One after another, each of them over 65 hours. */
const GIVEN_UP_LIMIT = 50;

/**
 * Why a webhook is disabled after this failure; undefined while it is not. Attempts are no measure: a busy tenant
 * makes fifty in a second, and an outage of a second is none.
 */
export function disabledReason(
  { failingSinceMs, givenUp }: Pick<Webhook, "failingSinceMs" | "givenUp">,
  status: number | undefined,
  nowMs: number,
): string | undefined {
  if (status === 410) return "the receiver answered 410 Gone";
  if (givenUp >= GIVEN_UP_LIMIT) return `${GIVEN_UP_LIMIT} events in a row could not be delivered`;
  if (failingSinceMs !== undefined && nowMs - failingSinceMs >= FAILING_MS) {
    return `no delivery succeeded for ${FAILING_DAYS} days`;
  }
  return undefined;
}
