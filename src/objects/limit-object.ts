/**
 * A Durable Object that counts the requests of one shard of a tenant's users, in memory: a minute's count is not
 * worth a write. When the object is restarted by a deployment the running minute starts anew.
 */
import { DurableObject } from "cloudflare:workers";
import type { LimitCounter } from "../access/durable-rate-limits.ts";
import { MinuteCounts } from "../access/minute-counts.ts";
import { type TokenBlock, MINUTE_MS } from "../access/rate-limits.ts";

export class LimitObject extends DurableObject implements LimitCounter {
  readonly #counts = new MinuteCounts();
  #keeping = false;
  #lastTakenMs = 0;

  take(name: string, limit: number): TokenBlock {
    this.#lastTakenMs = Date.now();
    if (!this.#keeping) this.#keepInMemory();
    return this.#counts.take(name, limit, this.#lastTakenMs);
  }

  /** An idle object may be dropped after 10 s, and its counts with it, unless a timer is pending. */
  #keepInMemory(): void {
    this.#keeping = true;
    setTimeout(() => {
      this.#keeping = false;
      if (Date.now() - this.#lastTakenMs < MINUTE_MS) this.#keepInMemory();
    }, MINUTE_MS);
  }
}
