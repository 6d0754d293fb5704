import type { PeekRequest } from "./user-store.ts";

type Counted = Pick<PeekRequest, "nowSeconds" | "perSecond">;

/** Ten seconds of peeks of an object that answers 1,000 calls a second, which is what one object can do. */
const COUNTED_LIMIT = 10_000;

/** Counts the peeks of each user in each second. In memory: what is forgotten lets a user peek once more. */
export class PeekCounts {
  readonly #counts = new Map<string, number>();

  /** False when this is one peek more than `user` may make within this second. */
  admits(user: string, { nowSeconds, perSecond }: Counted): boolean {
    return perSecond === undefined || this.record(user, nowSeconds) <= perSecond;
  }

  /** Counts one peek; returns how many `user` has made within this second. */
  record(user: string, nowSeconds: number): number {
    const name = `${nowSeconds}/${user}`;
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    if (this.#counts.size > COUNTED_LIMIT) {
      const [oldest] = this.#counts.keys();
      if (oldest !== undefined) this.#counts.delete(oldest);
    }
    return count;
  }
}
