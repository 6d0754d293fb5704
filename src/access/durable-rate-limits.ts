/** Rate limits counted by Durable Objects: users of a tenant share 16 of them, all together have one. */
import { FailureError } from "../domain/failure.ts";
import { hash32 } from "../domain/hash.ts";
import { withDeadline } from "../platform/deadline.ts";
import type { LimitKey, RateLimits, TokenBlock } from "./rate-limits.ts";

/** What a limit object answers over RPC. */
export interface LimitCounter {
  take(name: string, limit: number): TokenBlock;
}

export type LimitNamespace = DurableObjectNamespace<LimitCounter & Rpc.DurableObjectBranded>;

/** An object takes about 1,000 calls a second, a block is a twentieth of a limit: 16 serve 300,000 requests a second. */
const USER_SHARDS = 16;

export class DurableRateLimits implements RateLimits {
  readonly #namespace: LimitNamespace;
  readonly #deadlineMs: number;

  constructor(settings: { readonly namespace: LimitNamespace; readonly deadlineMs: number }) {
    this.#namespace = settings.namespace;
    this.#deadlineMs = settings.deadlineMs;
  }

  async take({ tenant, user }: LimitKey, limit: number): Promise<TokenBlock> {
    const shard = user === undefined ? "all" : `users/${hash32(user) % USER_SHARDS}`;
    const counter = this.#namespace.get(this.#namespace.idFromName(`${tenant}/${shard}`));
    try {
      return await withDeadline(counter.take(user ?? "", limit), this.#deadlineMs);
    } catch (error) {
      throw new FailureError("LIMITS_UNAVAILABLE", "The request counter did not answer.", {
        cause: error,
      });
    }
  }
}
