/**
 * The port of the one authority over a key's quota. Desks in isolates lease permission for a few calls from it and
 * report what became of them.
 */
import type { TenantId, UserId } from "../domain/ids.ts";
import type { Allowance, RefusalReason } from "./permits.ts";
import type { QuotaLimits } from "./quota-limits.ts";
import type { QuotaView, ViewRequest } from "./quota-view.ts";

/** For whom calls are made: a tenant's user, or its jobs. */
export interface Consumer {
  readonly tenant: TenantId;
  readonly user: UserId | undefined;
}

export interface LeaseRequest extends Consumer {
  /** A name of the caller's choice: a lease whose answer got lost can still be given back. */
  readonly lease: string;
  readonly allowance: Allowance;
  /** Tokens that each call costs. */
  readonly cost: number;
  /** At most so many calls; a block of the authority's choice when left out. */
  readonly most?: number;
  /** Whether other tenants use the key: then something is held back for them. */
  readonly shared: boolean;
  readonly limits: QuotaLimits;
}

/** Whom a refusal concerns: whoever belongs to it would be refused as well. */
export type RefusalScope = "key" | "allowance" | "tenant" | "user";

export interface LeaseRefusal {
  readonly granted: false;
  readonly reason: RefusalReason;
  readonly scope: RefusalScope;
  readonly retryAfterSeconds: number;
}

export type LeaseAnswer =
  | {
      readonly granted: true;
      readonly calls: number;
      /** How long calls may be sent; counted from before the lease was asked for. */
      readonly forMs: number;
    }
  | LeaseRefusal;

/** All that became of a lease so far: sums, so that a report may come twice, or late, or stand for those before it. */
export interface LeaseReport {
  readonly lease: string;
  /** Calls whose answer had a `Date`. */
  readonly dated: number;
  /** Calls whose answer had none. */
  readonly undated: number;
  readonly lost: number;
  /** Calls that were never sent and never will be. */
  readonly unused: number;
  /** The newest `Date` among the answers; undefined when there is none. */
  readonly dateMs: number | undefined;
}

export interface QuotaAuthority {
  lease(request: LeaseRequest): Promise<LeaseAnswer>;
  settle(reports: readonly LeaseReport[]): Promise<void>;
  /** Google said that the allowance is used up. */
  exhausted(allowance: Allowance, dateMs: number | undefined): Promise<void>;
  view(request: ViewRequest): Promise<QuotaView>;
}
