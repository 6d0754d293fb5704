/**
 * Which browsers may read answers: those of the tenant's `allowed_origins`. No cookie is ever used, so credentials
 * are never allowed, and a page can do nothing here that its script could not do without a browser.
 */
import type { AppContext, Sharing } from "./context.ts";

const ALLOWED_HEADERS =
  "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Admin-Key, X-Tenant-ID";
const EXPOSED_HEADERS =
  "ETag, RateLimit-Limit, RateLimit-Policy, RateLimit-Remaining, RateLimit-Reset, Retry-After, " +
  "X-Degraded, X-Feed-Type, X-Personalized, X-Request-Id";
const ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
/** Long enough that a page does not ask before each call; the answers themselves say no sooner. */
const PREFLIGHT_LIFE_SECONDS = "600";

/** Undefined where no browser is allowed at all: then no answer depends on who asks. */
export function sharingOf(c: AppContext, origins: readonly string[]): Sharing | undefined {
  if (origins.length === 0) return undefined;
  const origin = c.req.raw.headers.get("Origin") ?? undefined;
  const allowed = origin !== undefined && (origins.includes("*") || origins.includes(origin));
  return { origin: allowed ? origin : undefined };
}

export function setSharingHeaders(headers: Headers, { origin }: Sharing): void {
  // A route that names what else its answer varies by names the origin, too.
  if (!headers.has("Vary")) headers.set("Vary", "Origin");
  if (origin === undefined) return;
  headers.set("Access-Control-Allow-Origin", origin);
  headers.set("Access-Control-Expose-Headers", EXPOSED_HEADERS);
}

export const askedByBrowser = (c: AppContext): boolean =>
  c.req.method === "OPTIONS" && c.req.raw.headers.has("Access-Control-Request-Method");

/** The answer to "may I ask": it carries no data, so nobody has to prove anything for it. */
export function preflightAnswer(sharing: Sharing | undefined): Response {
  return new Response(null, {
    status: 204,
    headers:
      sharing?.origin === undefined
        ? { Vary: "Origin" }
        : {
            Vary: "Origin",
            "Access-Control-Allow-Origin": sharing.origin,
            "Access-Control-Allow-Methods": ALLOWED_METHODS,
            "Access-Control-Allow-Headers": ALLOWED_HEADERS,
            "Access-Control-Max-Age": PREFLIGHT_LIFE_SECONDS,
          },
  });
}
