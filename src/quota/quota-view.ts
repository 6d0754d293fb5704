/** What operators see of a key's quota. */
import type { TenantId, UserId } from "../domain/ids.ts";
import type { QuotaLimits } from "./quota-limits.ts";

export interface ViewRequest {
  readonly limits: QuotaLimits;
  /** Whose users are named. */
  readonly tenant: TenantId;
}

export interface TenantShare {
  readonly tenant: TenantId;
  /** Tokens of today, leased ones included. */
  readonly tokens: number;
  /** Users that caused them; jobs are none. */
  readonly users: number;
}

export interface UserShare {
  /** Undefined: the tenant's jobs. */
  readonly user: UserId | undefined;
  readonly tokens: number;
}

export interface AllowanceView {
  readonly limit: number;
  /** `used`, `leased` and `left` add up to the limit, unless it was lowered today. */
  readonly used: number;
  readonly leased: number;
  readonly left: number;
  /** Google itself said that nothing is left, and nobody is granted anything before the reset. */
  readonly closed: boolean;
  /** Most first. */
  readonly tenants: readonly TenantShare[];
  /** Of the tenant that was asked for, most first, at most `USERS_SHOWN`. */
  readonly users: readonly UserShare[];
}

export interface RateView {
  readonly limit: number;
  /** Calls that may still count in the running window. */
  readonly taken: number;
}

export interface QuotaView {
  readonly search: AllowanceView;
  readonly units: AllowanceView;
  readonly second: RateView;
  readonly minute: RateView;
  /** The next midnight Pacific after Google's time, as far as it is known. */
  readonly resetsAtMs: number;
}

export const USERS_SHOWN = 20;
