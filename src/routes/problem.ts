/** Failures as RFC 9457 problem JSON: the one place that turns a failure into a status. */
import type { FailureCode, FailureError, FieldFault } from "../domain/failure.ts";

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: FailureCode;
  readonly detail: string;
  readonly errors: readonly FieldFault[];
  readonly request_id: string;
}

function statusOf(code: FailureCode): 400 | 401 | 404 | 409 | 413 | 500 | 503 {
  switch (code) {
    case "BAD_REQUEST":
      return 400;
    case "UNAUTHENTICATED":
      return 401;
    case "UNKNOWN_TENANT":
    case "UNKNOWN_JOB":
    case "UNKNOWN_ROUTE":
      return 404;
    case "JOB_RUNNING":
      return 409;
    case "BODY_TOO_LARGE":
      return 413;
    case "INTERNAL":
      return 500;
    case "ADMIN_DISABLED":
    case "USER_STATE_UNAVAILABLE":
    case "POOLS_UNAVAILABLE":
    case "REGISTRY_UNAVAILABLE":
      return 503;
  }
}

const titleOf = (code: FailureCode): string =>
  code.charAt(0) + code.slice(1).toLowerCase().replaceAll("_", " ");

export function problemResponse(failure: FailureError, requestId: string): Response {
  const status = statusOf(failure.code);
  const problem: Problem = {
    type: `urn:nearfeed:problem:${failure.code.toLowerCase().replaceAll("_", "-")}`,
    title: titleOf(failure.code),
    status,
    code: failure.code,
    detail: failure.message,
    errors: failure.faults,
    request_id: requestId,
  };
  return new Response(JSON.stringify(problem), {
    status,
    headers: {
      "Content-Type": "application/problem+json",
      "Cache-Control": "no-store",
      "X-Request-Id": requestId,
      ...(status === 401 ? { "WWW-Authenticate": 'Bearer realm="nearfeed"' } : {}),
      ...(status === 503 ? { "Retry-After": "5" } : {}),
    },
  });
}
