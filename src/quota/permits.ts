/**
 * The port for permission to call an API whose quota is counted: one permit a call. A permit is had at once or not
 * at all; nobody waits in a queue.
 */
import type { TenantId, UserId } from "../domain/ids.ts";
import type { Eventually } from "../pipeline/stages.ts";
import type { Background } from "../platform/background.ts";

/** YouTube counts `search.list` calls apart from the units of everything else. */
export type Allowance = "search" | "units";

export interface PermitRequest {
  readonly allowance: Allowance;
  /** Tokens of the allowance that the call costs. */
  readonly cost: number;
  readonly tenant: TenantId;
  /** On whose behalf; undefined for jobs, which have the tenant's budget alone. */
  readonly user: UserId | undefined;
  readonly nowMs: number;
  readonly background: Background;
}

export type RefusalReason =
  /** The day's tokens are spent or held back for others. */
  | "quota_exhausted"
  /** Too many calls in this second or minute. */
  | "rate_limited"
  /** This user, or this tenant, has had its share. */
  | "budget_exhausted"
  /** The authority does not answer. */
  | "quota_unavailable";

export type PermitAnswer =
  | { readonly granted: true; readonly permit: Permit }
  | {
      readonly granted: false;
      readonly reason: RefusalReason;
      readonly retryAfterSeconds: number;
    };

/** Exactly one of the three is called, once, for every permit. */
export interface Permit {
  /** The call must have been sent before then, in this isolate's clock; afterwards the permit is void. */
  readonly untilMs: number;
  /** The call was answered; `serverDateMs` is the answer's `Date` header where it had one. */
  answered(serverDateMs: number | undefined): void;
  /** The call was sent and no answer came: it may have been counted. */
  lost(): void;
  /** The call was never sent: the tokens go back. */
  unused(): void;
}

export interface Permits {
  /** Synchronous while this isolate holds tokens. Never throws. */
  ask(request: PermitRequest): Eventually<PermitAnswer>;
  /** The API itself says that the quota is used up: nobody is granted anything of this allowance until it resets. */
  exhausted(allowance: Allowance, serverDateMs: number | undefined, background: Background): void;
}
