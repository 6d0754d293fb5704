/**
 * Calls a second and a minute. Every call has a slot of each window from its grant until one window after it was
 * over, so that however Google aligns its windows, none sees more calls than there are slots.
 */
import { type GoogleTime, hasPassed } from "./google-time.ts";
import type { Consumer } from "./quota-authority.ts";
import type { QuotaLimits } from "./quota-limits.ts";
import { mostWithin, TENANTS_FACTOR, USERS_FACTOR } from "./shares.ts";

/** Calls that are over. */
export interface Hold extends Consumer {
  readonly calls: number;
  /** Elapsed time. */
  readonly overAtMs: number;
}

interface Calls extends Consumer {
  readonly calls: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

export const isOver = (hold: Hold, time: GoogleTime): boolean =>
  hasPassed(time, hold.overAtMs, MINUTE_MS);

export interface SlotRequest extends Consumer {
  readonly shared: boolean;
  readonly limits: QuotaLimits;
}

export interface SlotsTaken {
  readonly second: number;
  readonly minute: number;
}

export interface SlotAnswer {
  /** At most so many calls may be granted. */
  readonly calls: number;
  /** What keeps it from being more. */
  readonly scope: "key" | "tenant" | "user";
  readonly retryAfterSeconds: number;
}

/** `open` are calls that may still be under way, or still be sent. */
export function slotsFor(
  request: SlotRequest,
  open: Iterable<Calls>,
  holds: Iterable<Hold>,
  time: GoogleTime,
): SlotAnswer {
  const { callsPerSecond, callsPerMinute } = request.limits;
  const inMinute = [...open, ...holds];
  const inSecond = inMinute.filter((calls) => !isSpentSecond(calls, time));
  const second = { ...answerFor(request, callsPerSecond, inSecond), retryAfterSeconds: 1 };
  const minute = { ...answerFor(request, callsPerMinute, inMinute), retryAfterSeconds: 10 };
  return minute.calls <= second.calls ? minute : second;
}

const isSpentSecond = (calls: Calls | Hold, time: GoogleTime): boolean =>
  "overAtMs" in calls && hasPassed(time, calls.overAtMs, SECOND_MS);

function answerFor(
  { tenant, user, shared }: SlotRequest,
  limit: number,
  taken: readonly Calls[],
): Pick<SlotAnswer, "calls" | "scope"> {
  const ofTenant = taken.filter((calls) => calls.tenant === tenant);
  const ofUser = ofTenant.filter((calls) => calls.user === user);
  const free = limit - sumOf(taken);
  if (free < 1) return { calls: 0, scope: "key" };
  const forTenant = shared ? mostWithin(free, sumOf(ofTenant), TENANTS_FACTOR) : free;
  if (forTenant < 1) return { calls: 0, scope: "tenant" };
  const forUser = mostWithin(free, sumOf(ofUser), USERS_FACTOR);
  if (forUser < 1) return { calls: 0, scope: "user" };
  return { calls: Math.min(free, forTenant, forUser), scope: "key" };
}

const sumOf = (taken: readonly Calls[]): number => taken.reduce((sum, { calls }) => sum + calls, 0);

export function slotsTaken(
  open: Iterable<Calls>,
  holds: Iterable<Hold>,
  time: GoogleTime,
): SlotsTaken {
  const inMinute = [...open, ...holds];
  return {
    second: sumOf(inMinute.filter((calls) => !isSpentSecond(calls, time))),
    minute: sumOf(inMinute),
  };
}
