/** The request counter behind a guard: while it is down, nobody waits for it. */
import type { TenantId } from "../domain/ids.ts";
import type { Guard } from "../platform/guard.ts";
import type { LimitKey, RateLimits, TokenBlock } from "./rate-limits.ts";

export class GuardedRateLimits implements RateLimits {
  readonly #counter: RateLimits;
  readonly #guardOf: (tenant: TenantId) => Guard;

  constructor(counter: RateLimits, guardOf: (tenant: TenantId) => Guard) {
    this.#counter = counter;
    this.#guardOf = guardOf;
  }

  take(key: LimitKey, limit: number): Promise<TokenBlock> {
    return this.#guardOf(key.tenant).call(() => this.#counter.take(key, limit));
  }
}
