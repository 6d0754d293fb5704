/** Headers that every answer of the Worker carries, errors included; the pages have theirs in `_headers`. */
import { MINUTE_MS } from "../access/rate-limits.ts";
import type { Admission } from "../access/token-blocks.ts";
import type { Call } from "./context.ts";
import { sharingHeaders } from "./cors.ts";

/** Answers are data: nothing in them may run, load or be framed. */
const SECURITY_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
} as const;
const SECURITY_HEADERS_OVER_TLS = {
  ...SECURITY_HEADERS,
  "Strict-Transport-Security": "max-age=31536000",
} as const;

/** What of a call is seen in the headers of its answer. */
export type Answering = Pick<Call, "requestId" | "secure" | "sharing" | "admission">;

export const answerHeaders = (call: Answering): Record<string, string> => ({
  ...(call.secure ? SECURITY_HEADERS_OVER_TLS : SECURITY_HEADERS),
  "X-Request-Id": call.requestId,
  ...sharingHeaders(call.sharing),
  ...admissionHeaders(call.admission),
});

function admissionHeaders(admission: Admission | undefined): Record<string, string> {
  if (admission === undefined) return {};
  const { limit, remaining, resetSeconds } = admission;
  return {
    "RateLimit-Limit": String(limit),
    "RateLimit-Remaining": String(remaining),
    "RateLimit-Reset": String(resetSeconds),
    "RateLimit-Policy": `${limit};w=${MINUTE_MS / 1_000}`,
  };
}
