/** Failures in the words of system C, whose clients read `error.code`. */
import type { FailureCode, FailureError } from "../domain/failure.ts";

export interface SystemCError {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export const systemCError = ({
  code,
  message,
  faults,
  retryAfterSeconds,
}: FailureError): SystemCError => ({
  code: codeOf(code),
  message,
  details: {
    ...(faults.length === 0 ? {} : { faults }),
    ...(retryAfterSeconds === undefined ? {} : { retry_after_seconds: retryAfterSeconds }),
  },
});

function codeOf(code: FailureCode): string {
  switch (code) {
    case "BAD_REQUEST":
    case "BODY_TOO_LARGE":
    case "INVALID_CURSOR":
    case "TENANT_REQUIRED":
      return "VALIDATION_ERROR";
    case "UNKNOWN_TENANT":
    case "UNKNOWN_ROUTE":
      return "NOT_FOUND";
    case "RATE_LIMITED":
      return "RATE_LIMIT_EXCEEDED";
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
      return "SERVICE_UNAVAILABLE";
    case "INTERNAL":
      return "INTERNAL_ERROR";
    // System C had no access control, versions or jobs: these keep our names.
    case "UNAUTHENTICATED":
    case "FORBIDDEN":
    case "ADMIN_DISABLED":
    case "VERSION_CONFLICT":
    case "UNKNOWN_VERSION":
    case "UNKNOWN_KEY":
    case "UNKNOWN_WEBHOOK":
    case "UNKNOWN_RECEIPT":
    case "UNKNOWN_JOB":
    case "UNKNOWN_ITEM":
    case "UNKNOWN_SOURCE":
    case "JOB_RUNNING":
      return code;
  }
}
