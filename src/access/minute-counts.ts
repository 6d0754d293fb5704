/** The counts of one minute, for many callers: what a limit object keeps in memory. Pure but for what it keeps. */
import { type TokenBlock, MINUTE_MS } from "./rate-limits.ts";

/** At most one part in 20 of the limit (25 of 500), so that an idle isolate withholds little … */
const LARGEST_SHARE = 20;
/** … and one part in 8 of what is left, so that blocks shrink to single tokens where the limit is near. */
const LEFT_SHARE = 8;

export class MinuteCounts {
  #minute = 0;
  readonly #spent = new Map<string, number>();

  take(name: string, limit: number, nowMs: number): TokenBlock {
    const minute = Math.floor(nowMs / MINUTE_MS);
    // Never back: a clock that is set back must not open a minute again.
    if (minute > this.#minute) {
      this.#spent.clear();
      this.#minute = minute;
    }
    const spent = this.#spent.get(name) ?? 0;
    const left = Math.max(0, limit - spent);
    const tokens = blockSize(limit, left);
    this.#spent.set(name, spent + tokens);
    const endsInMs = Math.min(MINUTE_MS, (this.#minute + 1) * MINUTE_MS - nowMs);
    return { minute: this.#minute, tokens, left: left - tokens, endsInMs };
  }
}

function blockSize(limit: number, left: number): number {
  const largest = Math.ceil(limit / LARGEST_SHARE);
  return Math.min(left, largest, Math.ceil(left / LEFT_SHARE));
}
