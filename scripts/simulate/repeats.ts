/** Whether a new answer brought back what its user had seen, while its lists held videos that the user never saw. */
import type { ItemId } from "../../src/domain/ids.ts";
import { shownIn, type VideoBody } from "./video-body.ts";

interface Seen {
  /** When each video was first seen. */
  readonly atMs: Map<ItemId, number>;
  /** Watched or disliked. */
  readonly gone: Set<ItemId>;
  readonly answers: Set<number>;
}

export interface Serving {
  readonly madeMs: number;
  readonly seenMs: number;
  /** What the answer could have been made of; undefined where a category was asked for. */
  readonly candidates: readonly ItemId[] | undefined;
}

export class Repeats {
  readonly #users = new Map<string, Seen>();
  /** Answers that repeated something while there was something else. */
  avoidable = 0;
  /** Answers of one category that did: a chart and a few topics are all that there is of one. */
  inCategory = 0;
  /** Answers that repeated something because nothing else was left. */
  exhausted = 0;
  readonly examples: string[] = [];

  gone(user: string, video: ItemId): void {
    this.#of(user).gone.add(video);
  }

  /** An answer that is served again is no repetition. One that was made before another was seen could not know. */
  served(user: string, body: VideoBody, { madeMs, seenMs, candidates }: Serving): void {
    const seen = this.#of(user);
    const shown = shownIn(body);
    if (!seen.answers.has(madeMs)) {
      const before = (id: ItemId): boolean => (seen.atMs.get(id) ?? Infinity) < madeMs;
      const again = [...shown].filter(before);
      if (again.length > 0 && candidates === undefined) this.inCategory += 1;
      else if (again.length > 0 && candidates !== undefined) {
        const unseen = candidates.filter(
          (id) => !seen.atMs.has(id) && !seen.gone.has(id) && !shown.has(id),
        );
        if (unseen.length > 0) {
          this.avoidable += 1;
          this.examples.push(`${user} at ${new Date(madeMs).toISOString()}: ${again.join(" ")}`);
        } else this.exhausted += 1;
      }
    }
    seen.answers.add(madeMs);
    for (const id of shown) if (!seen.atMs.has(id)) seen.atMs.set(id, seenMs);
  }

  #of(user: string): Seen {
    const known = this.#users.get(user);
    if (known !== undefined) return known;
    const seen: Seen = {
      atMs: new Map(),
      gone: new Set(),
      answers: new Set(),
    };
    this.#users.set(user, seen);
    return seen;
  }
}
