/** Headers of the ranked feed: the same for an answer and for the 304 that stands for it. */
import { isPersonal, type SlateKind } from "../feed/cursor.ts";
import type { AppContext } from "./context.ts";

/**
 * A default list may be kept for 2 s, and no longer than the isolate believes the records that it was made from: 4 s
 * from when they were asked for. So an exclusion shows everywhere within the promised 5 s, shared caches included;
 * system C's 30 s and 15 s of stale would break that.
 */
const DEFAULT_LIST_SECONDS = 2;

/** Everything that an answer depends on beside its URL. */
const VARY = "Accept-Encoding, Authorization, Origin, X-Admin-Key, X-Tenant-ID";

export interface Sent {
  readonly kind: SlateKind;
  readonly degraded: string | undefined;
  readonly tag: string;
  /** Whether every country gets the same. */
  readonly sameEverywhere: boolean;
  /** Of a list of its own. What a cursor brings may be the rest of a personal slate. */
  readonly firstPage: boolean;
}

export function feedHeaders(c: AppContext, sent: Sent): Record<string, string> {
  const { kind, degraded, tag } = sent;
  return {
    "Content-Type": "application/json",
    "Cache-Control": cacheControl(c, sent),
    ETag: tag,
    Vary: VARY,
    "X-Feed-Type": kind,
    "X-Degraded": degraded === undefined ? "false" : "true",
    ...(degraded === undefined ? {} : { "X-Degraded-Reason": degraded }),
    "X-Personalized": isPersonal(kind) ? "true" : "false",
  };
}

/**
 * Only the first page of a default list may be kept by shared caches, and only where anybody may read it and every
 * country sees the same. A personal page is its user's alone and is asked for again each time.
 */
function cacheControl(c: AppContext, { kind, sameEverywhere, firstPage }: Sent): string {
  if (kind !== "default") return "private, no-cache";
  const { identity, services, startedMs } = c.get("call");
  const believedSeconds = Math.floor(services.tenants.believedForMs(startedMs) / 1000);
  const seconds = Math.min(DEFAULT_LIST_SECONDS, believedSeconds);
  if (seconds === 0) return "private, no-cache";
  const everybodys = firstPage && sameEverywhere && identity.kind === "anonymous";
  return `${everybodys ? "public" : "private"}, max-age=${seconds}, must-revalidate`;
}
