/** The authority behind a guard: while it is down nobody waits for it. What became of a lease is told all the same. */
import type { TenantId } from "../domain/ids.ts";
import type { Guard } from "../platform/guard.ts";
import type { Allowance } from "./permits.ts";
import type { LeaseAnswer, LeaseReport, LeaseRequest, QuotaAuthority } from "./quota-authority.ts";
import type { QuotaView, ViewRequest } from "./quota-view.ts";

export class GuardedQuotaAuthority implements QuotaAuthority {
  readonly #authority: QuotaAuthority;
  readonly #guardOf: (tenant?: TenantId) => Guard;

  constructor(authority: QuotaAuthority, guardOf: (tenant?: TenantId) => Guard) {
    this.#authority = authority;
    this.#guardOf = guardOf;
  }

  lease(request: LeaseRequest): Promise<LeaseAnswer> {
    return this.#guardOf(request.tenant).call(() => this.#authority.lease(request));
  }

  settle(reports: readonly LeaseReport[]): Promise<void> {
    return this.#guardOf().insist(() => this.#authority.settle(reports));
  }

  exhausted(allowance: Allowance, dateMs: number | undefined): Promise<void> {
    return this.#guardOf().insist(() => this.#authority.exhausted(allowance, dateMs));
  }

  view(request: ViewRequest): Promise<QuotaView> {
    return this.#guardOf(request.tenant).call(() => this.#authority.view(request));
  }
}
