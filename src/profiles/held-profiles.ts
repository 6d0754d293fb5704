/** Profiles in the memory of this isolate, bounded by bytes: those that were not asked for the longest go first. */
import { CODE_WIDTH, codeCount } from "../domain/item-code.ts";
import type { Profile } from "./profile.ts";

export interface HeldProfile {
  readonly version: number;
  /** Undefined when the profile is not exactly what the store has at any revision. */
  readonly revision: number | undefined;
  readonly profile: Profile;
  /** False when the store never sent it: it holds what was told to this isolate alone. */
  readonly sent: boolean;
}

/** Of an object with its texts, in memory: a row of history or of what was shown; an id; a learned value. */
const ROW_BYTES = 450;
const ID_BYTES = 60;
const VALUE_BYTES = 120;
const REST_BYTES = 1_000;

const sizeOf = (table: Readonly<Record<string, number>>): number => Object.keys(table).length;

/** As much as matters for a bound: a full profile comes to about 650 KB. */
function profileBytes(profile: Profile): number {
  const { history, shown, liked, disliked, saidAt, learned, served, taste } = profile;
  const named = sizeOf(taste.tags) + sizeOf(taste.creators) + sizeOf(taste.categories);
  return (
    REST_BYTES +
    (history.length + shown.length) * ROW_BYTES +
    // The id of `saidAt` is the same text twice: read from JSON, it is another one.
    (liked.length + disliked.length + saidAt.length * 2) * ID_BYTES +
    (sizeOf(learned.values) + named) * VALUE_BYTES +
    (codeCount(served) + codeCount(taste.applied)) * CODE_WIDTH
  );
}

export class HeldProfiles {
  readonly #limitBytes: number;
  /** Least recently used first. */
  readonly #held = new Map<string, HeldProfile & { readonly bytes: number }>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  find(name: string): HeldProfile | undefined {
    const held = this.#held.get(name);
    if (held === undefined) return undefined;
    this.#held.delete(name);
    this.#held.set(name, held);
    return held;
  }

  keep(name: string, held: HeldProfile): void {
    this.drop(name);
    const bytes = profileBytes(held.profile);
    this.#held.set(name, { ...held, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= this.#limitBytes) return;
      this.drop(oldest);
    }
  }

  drop(name: string): void {
    const held = this.#held.get(name);
    if (held === undefined) return;
    this.#held.delete(name);
    this.#bytes -= held.bytes;
  }
}
