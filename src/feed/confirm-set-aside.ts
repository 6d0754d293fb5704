/**
 * Whether a page in this isolate's memory is still good. Another isolate may have applied an event of its user since: the
 * profile's version tells, because every deed that is applied changes it after it has marked the user's items.
 */
import type { Eventually } from "../pipeline/stages.ts";
import { BELIEVE_MS } from "../profiles/believers.ts";
import type { KnownVersion } from "../profiles/known-profile.ts";
import type { FeedCall } from "./feed-call.ts";
import type { LeasedPage } from "./leased-pages.ts";

/** So long a version is believed unasked, too: either way an event is seen a second after it was applied. */
const UNCHECKED_MS = BELIEVE_MS;

/**
 * The version before a page is set aside; undefined where nobody's events come and nobody needs to look again. Asked
 * before the lease: an event in between makes it another one.
 */
export function versionBefore(call: FeedCall): Eventually<LeasedPage["profileVersion"]> {
  const { ports, key, nowMs, background } = call;
  if (!ports.recentEvents.receives(key.tenant, nowMs, background)) return undefined;
  const seen = ports.profiles.open(key, { nowMs });
  return seen instanceof Promise ? seen.then(versionOf) : versionOf(seen);
}

/** No round trip for a page of the last second, and while the version is believed. Where profiles are away: no. */
export function isConfirmed(
  { ports, key, nowMs }: FeedCall,
  { profileVersion, setAsideMs }: LeasedPage,
): Eventually<boolean> {
  if (profileVersion === undefined || nowMs - setAsideMs < UNCHECKED_MS) return true;
  if (profileVersion === "unknown") return false;
  const seen = ports.profiles.open(key, { nowMs });
  return seen instanceof Promise
    ? seen.then((told) => versionOf(told) === profileVersion)
    : versionOf(seen) === profileVersion;
}

const versionOf = ({ state, version }: KnownVersion): number | "unknown" =>
  state === "current" ? version : "unknown";
