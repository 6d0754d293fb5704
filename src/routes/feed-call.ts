/** What the feed needs to know of a request, whichever surface it came in by. */
import type { UserId } from "../domain/ids.ts";
import type { DegradedReason } from "../feed/degradation.ts";
import type { FeedCall } from "../feed/feed-call.ts";
import type { AppContext } from "./context.ts";

export function feedCallOf(c: AppContext, user: UserId): FeedCall {
  const { services, tenant, startedMs, background } = c.get("call");
  return services.feedCallOf(tenant, {
    user,
    nowMs: startedMs,
    background,
    country: () => countryOf(c),
  });
}

/** The one reason that an answer names, of several: the one that says most of its items. */
export function degradedReasonOf(
  c: AppContext,
  page: DegradedReason | undefined,
  metadataMissing: boolean,
): DegradedReason | undefined {
  if (page !== undefined) return page;
  const { services, admission } = c.get("call");
  if (services.tenants.stale) return "registry_stale";
  if (metadataMissing) return "metadata_unavailable";
  return admission?.degraded === true ? "limits_unavailable" : undefined;
}

/** As Cloudflare found it; nothing that a client can send. The runtime parses it when it is first asked: 12 µs. */
export function countryOf(c: AppContext): string | undefined {
  const country = c.req.raw.cf?.["country"];
  return typeof country === "string" ? country : undefined;
}
