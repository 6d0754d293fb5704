/**
 * The candidates that still contend for a slot, best first, in columns: every slot of a slate asks them all.
 *
 * With diversity, a contender's worth is its marginal relevance (Carbonell & Goldstein 1998):
 *
 *     (1 − strength) × score, scaled to 0..1 over the window  −  strength × likeness to the likest item placed so far
 *
 * Likeness is kept up to date item by item, so a slot costs one comparison a contender and not one for each placed item.
 */
import type { ScoredCandidate } from "../candidate.ts";
import type { PageCaps } from "./page-caps.ts";
import { EVERY_SOURCE, type SourceBits, sourceBit } from "./page-quotas.ts";
import type { Similarity } from "./similarity.ts";

export interface Preferences {
  readonly caps: PageCaps | undefined;
  /** Undefined: by score alone. */
  readonly diversity: { readonly strength: number; readonly similarity: Similarity } | undefined;
  /** The best so many compete by marginal relevance; those behind them come by score, when the window has nothing. */
  readonly window: number;
}

/** One that was not taken. */
export interface Contender {
  readonly candidate: ScoredCandidate;
  /** By rank among all contenders. */
  readonly position: number;
  /** Was passed over because of a cap at least once. */
  readonly capped: boolean;
}

export class Contenders {
  readonly #ranked: readonly ScoredCandidate[];
  readonly #caps: PageCaps | undefined;
  readonly #diversity: Preferences["diversity"];
  /** Contenders before this position are not buried. */
  readonly #buriedFrom: number;
  readonly #window: number;
  readonly #indexes: Uint32Array;
  readonly #sources: Uint8Array;
  readonly #taken: Uint8Array;
  readonly #capped: Uint8Array;
  readonly #relevance: Float64Array;
  readonly #likeness: Float64Array;
  /** Everything before it is taken. */
  #first = 0;

  /** `ranked` is in order of rank and names no item twice. */
  constructor(ranked: readonly ScoredCandidate[], { caps, diversity, window }: Preferences) {
    const count = ranked.length;
    const buriedFrom = ranked.findIndex((candidate) => candidate.buried);
    this.#ranked = ranked;
    this.#caps = caps;
    this.#diversity = diversity;
    this.#buriedFrom = buriedFrom < 0 ? count : buriedFrom;
    this.#window = diversity === undefined ? 0 : Math.min(window, this.#buriedFrom);
    this.#indexes = new Uint32Array(count);
    this.#sources = new Uint8Array(count);
    this.#taken = new Uint8Array(count);
    this.#capped = new Uint8Array(count);
    this.#relevance = new Float64Array(this.#window);
    const top = ranked[0]?.score ?? 0;
    const span = top - (ranked[this.#window - 1]?.score ?? top);
    // By `from` with a function the same columns took as long as everything else about a slate of 200.
    for (const [position, { index, source, score }] of ranked.entries()) {
      this.#indexes[position] = index;
      this.#sources[position] = sourceBit(source);
      if (position < this.#window) {
        this.#relevance[position] = span === 0 ? 0 : 1 - (top - score) / span;
      }
    }
    this.#likeness = new Float64Array(this.#window);
  }

  startPage(): void {
    this.#caps?.startPage();
  }

  /** What stands on the page counts towards its caps, and what comes after it should differ from it. */
  place(index: number): void {
    this.#caps?.add(index);
    if (this.#diversity === undefined) return;
    const likenessTo = this.#diversity.similarity(index);
    for (let position = this.#first; position < this.#window; position += 1) {
      if (this.#taken[position] === 1) continue;
      const likeness = likenessTo(this.#indexes[position] ?? 0);
      if (likeness > (this.#likeness[position] ?? 0)) this.#likeness[position] = likeness;
    }
  }

  /** Takes and places the best of these sources that is not buried, if the page may have one. */
  takeBest(sources: SourceBits): ScoredCandidate | undefined {
    return this.#take(this.#best(this.#first, this.#buriedFrom, sources));
  }

  takeBuried(): ScoredCandidate | undefined {
    return this.#take(this.#best(this.#buriedFrom, this.#ranked.length, EVERY_SOURCE));
  }

  /** What was not taken, best first. */
  left(): Contender[] {
    return this.#ranked.flatMap((candidate, position) =>
      this.#taken[position] === 1
        ? []
        : [{ candidate, position, capped: this.#capped[position] === 1 }],
    );
  }

  #best(from: number, to: number, sources: SourceBits): number {
    const strength = this.#diversity?.strength ?? 0;
    let best = -1;
    let bestWorth = -Infinity;
    for (let position = from; position < to; position += 1) {
      const behindWindow = position >= this.#window;
      if (behindWindow && best >= 0) break;
      if (this.#taken[position] === 1) continue;
      if (((this.#sources[position] ?? 0) & sources) === 0) continue;
      if (this.#caps?.refuses(this.#indexes[position] ?? 0) === true) {
        this.#capped[position] = 1;
        continue;
      }
      if (behindWindow) return position;
      const worth =
        (1 - strength) * (this.#relevance[position] ?? 0) -
        strength * (this.#likeness[position] ?? 0);
      if (worth > bestWorth) {
        best = position;
        bestWorth = worth;
      }
    }
    return best;
  }

  #take(position: number): ScoredCandidate | undefined {
    const candidate = this.#ranked[position];
    if (candidate === undefined) return undefined;
    this.#taken[position] = 1;
    while (this.#taken[this.#first] === 1) this.#first += 1;
    this.place(candidate.index);
    return candidate;
  }
}
