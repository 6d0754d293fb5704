/**
 * Failures: what went wrong and who can mend it. Thrown, and mapped to HTTP in one place
 * (`routes/problem.ts`). Outcomes that a caller must branch on are returned instead, tagged.
 */
export type FailureCode =
  | "BAD_REQUEST"
  | "BODY_TOO_LARGE"
  | "INVALID_CURSOR"
  | "TENANT_REQUIRED"
  | "UNAUTHENTICATED"
  | "FORBIDDEN"
  | "RATE_LIMITED"
  | "VERSION_CONFLICT"
  | "UNKNOWN_VERSION"
  | "UNKNOWN_KEY"
  | "UNKNOWN_WEBHOOK"
  | "UNKNOWN_RECEIPT"
  | "UNKNOWN_TENANT"
  | "UNKNOWN_JOB"
  | "UNKNOWN_ITEM"
  | "UNKNOWN_SOURCE"
  | "UNKNOWN_ROUTE"
  | "ADMIN_DISABLED"
  | "JOB_RUNNING"
  | "USER_STATE_UNAVAILABLE"
  | "POOLS_UNAVAILABLE"
  | "REGISTRY_UNAVAILABLE"
  | "CATALOGUE_UNAVAILABLE"
  | "LIMITS_UNAVAILABLE"
  | "COPIES_UNAVAILABLE"
  | "ISSUER_UNAVAILABLE"
  | "PROFILES_UNAVAILABLE"
  | "QUOTA_UNAVAILABLE"
  | "EVENTS_UNAVAILABLE"
  | "YOUTUBE_UNAVAILABLE"
  | "SOURCE_UNAVAILABLE"
  | "INTERNAL";

/** Who can mend it: the caller, a store we depend on, or us. */
export type FailureParty = "client" | "upstream" | "server";

/** One fault of the input: where it is and what was wrong there. */
export interface FieldFault {
  /** A path such as `query.count` or `body.video_ids[3]`. */
  readonly path: string;
  readonly message: string;
}

export class FailureError extends Error {
  override readonly name = "FailureError";
  readonly code: FailureCode;
  readonly party: FailureParty;
  readonly faults: readonly FieldFault[];
  readonly retryAfterSeconds: number | undefined;

  /** `message` is shown to the caller: no internals, no ids of other users. The cause goes to the log. */
  constructor(
    code: FailureCode,
    message: string,
    options: {
      cause?: unknown;
      faults?: readonly FieldFault[];
      /** When another attempt may succeed. */
      retryAfterSeconds?: number;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.party = partyOf(code);
    this.faults = options.faults ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** A dependency failed: the one kind of failure that a feed may go on without. */
export const isOutage = (error: unknown): error is FailureError =>
  error instanceof FailureError && error.party === "upstream";

function partyOf(code: FailureCode): FailureParty {
  switch (code) {
    case "BAD_REQUEST":
    case "BODY_TOO_LARGE":
    case "INVALID_CURSOR":
    case "TENANT_REQUIRED":
    case "UNAUTHENTICATED":
    case "FORBIDDEN":
    case "RATE_LIMITED":
    case "VERSION_CONFLICT":
    case "UNKNOWN_VERSION":
    case "UNKNOWN_KEY":
    case "UNKNOWN_WEBHOOK":
    case "UNKNOWN_RECEIPT":
    case "UNKNOWN_TENANT":
    case "UNKNOWN_JOB":
    case "UNKNOWN_ITEM":
    case "UNKNOWN_SOURCE":
    case "UNKNOWN_ROUTE":
    case "JOB_RUNNING":
      return "client";
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
      return "upstream";
    case "ADMIN_DISABLED":
    case "INTERNAL":
      return "server";
  }
}
