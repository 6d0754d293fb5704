/** Failures as RFC 9457 problem JSON: the one place that turns a failure into a status. */
import { type SystemCError, systemCError } from "./system-c-error.ts";
import type { FailureCode, FailureError, FieldFault } from "../domain/failure.ts";

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: FailureCode;
  readonly detail: string;
  readonly errors: readonly FieldFault[];
  readonly request_id: string;
  readonly error?: SystemCError;
}

function statusOf(code: FailureCode): 400 | 401 | 403 | 404 | 409 | 412 | 413 | 429 | 500 | 503 {
  switch (code) {
    case "BAD_REQUEST":
    case "INVALID_CURSOR":
    case "TENANT_REQUIRED":
      return 400;
    case "UNAUTHENTICATED":
      return 401;
    case "FORBIDDEN":
      return 403;
    case "UNKNOWN_TENANT":
    case "UNKNOWN_VERSION":
    case "UNKNOWN_KEY":
    case "UNKNOWN_WEBHOOK":
    case "UNKNOWN_RECEIPT":
    case "UNKNOWN_JOB":
    case "UNKNOWN_ITEM":
    case "UNKNOWN_SOURCE":
    case "UNKNOWN_ROUTE":
      return 404;
    case "JOB_RUNNING":
      return 409;
    case "VERSION_CONFLICT":
      return 412;
    case "BODY_TOO_LARGE":
      return 413;
    case "RATE_LIMITED":
      return 429;
    case "INTERNAL":
      return 500;
    case "ADMIN_DISABLED":
    case "USER_STATE_UNAVAILABLE":
    case "POOLS_UNAVAILABLE":
    case "REGISTRY_UNAVAILABLE":
    case "CATALOGUE_UNAVAILABLE":
    case "LIMITS_UNAVAILABLE":
    case "COPIES_UNAVAILABLE":
    case "ISSUER_UNAVAILABLE":
    case "PROFILES_UNAVAILABLE":
    case "QUOTA_UNAVAILABLE":
    case "EVENTS_UNAVAILABLE":
    case "YOUTUBE_UNAVAILABLE":
    case "SOURCE_UNAVAILABLE":
      return 503;
  }
}

const titleOf = (code: FailureCode): string =>
  code.charAt(0) + code.slice(1).toLowerCase().replaceAll("_", " ");

/** What is said to a caller who offered nothing. */
export const NO_CREDENTIAL = "This route needs a credential: send a bearer token or an API key.";

/** RFC 6750: why a credential was refused is said to whoever offered one. */
function challengeOf({ message }: FailureError): string {
  const realm = 'Bearer realm="nearfeed"';
  if (message === NO_CREDENTIAL) return realm;
  const description = message.replaceAll(/[^ !#-[\]-~]/g, "");
  return `${realm}, error="invalid_token", error_description="${description}"`;
}

/**
 * `surface` names the system whose clients will read the answer, when they know an envelope of their own: it comes as
 * one member more.
 */
export function problemResponse(
  failure: FailureError,
  requestId: string,
  surface?: "system_c",
): Response {
  const status = statusOf(failure.code);
  const retryAfterSeconds = failure.retryAfterSeconds ?? (status === 503 ? 5 : undefined);
  const problem: Problem = {
    type: `urn:nearfeed:problem:${failure.code.toLowerCase().replaceAll("_", "-")}`,
    title: titleOf(failure.code),
    status,
    code: failure.code,
    detail: failure.message,
    errors: failure.faults,
    request_id: requestId,
    ...(surface === "system_c" ? { error: systemCError(failure) } : {}),
  };
  return new Response(JSON.stringify(problem), {
    status,
    headers: {
      "Content-Type": "application/problem+json",
      ...(status === 401 ? { "WWW-Authenticate": challengeOf(failure) } : {}),
      ...(retryAfterSeconds === undefined ? {} : { "Retry-After": String(retryAfterSeconds) }),
    },
  });
}
