/**
 * Failures: what went wrong and who can mend it. Thrown, and mapped to HTTP in one place
 * (`routes/problem.ts`). Outcomes that a caller must branch on are returned instead, tagged.
 */
export type FailureCode =
  | "BAD_REQUEST"
  | "BODY_TOO_LARGE"
  | "UNAUTHENTICATED"
  | "UNKNOWN_TENANT"
  | "UNKNOWN_JOB"
  | "UNKNOWN_ROUTE"
  | "ADMIN_DISABLED"
  | "JOB_RUNNING"
  | "USER_STATE_UNAVAILABLE"
  | "POOLS_UNAVAILABLE"
  | "REGISTRY_UNAVAILABLE"
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

  /** `message` is shown to the caller: no internals, no ids of other users. The cause goes to the log. */
  constructor(
    code: FailureCode,
    message: string,
    options: { cause?: unknown; faults?: readonly FieldFault[] } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.party = partyOf(code);
    this.faults = options.faults ?? [];
  }
}

function partyOf(code: FailureCode): FailureParty {
  switch (code) {
    case "BAD_REQUEST":
    case "BODY_TOO_LARGE":
    case "UNAUTHENTICATED":
    case "UNKNOWN_TENANT":
    case "UNKNOWN_JOB":
    case "UNKNOWN_ROUTE":
    case "JOB_RUNNING":
      return "client";
    case "USER_STATE_UNAVAILABLE":
    case "POOLS_UNAVAILABLE":
    case "REGISTRY_UNAVAILABLE":
      return "upstream";
    case "ADMIN_DISABLED":
    case "INTERNAL":
      return "server";
  }
}
