/** How many items of one creator, or with one tag, the page that is being filled may still take. */
import type { ItemFacts } from "../../pools/item-facts.ts";
import type { Cap } from "../rules/compile-rules.ts";

/** Counts of one kind. `full` is asked for every candidate at every slot, so it is one byte a name. */
class Counts {
  readonly #most: number;
  readonly #mostOf = new Map<number, number>();
  readonly #counts = new Map<number, number>();
  readonly #full: Uint8Array;

  constructor(caps: readonly Cap[], entries: number) {
    let most = Infinity;
    for (const { entry, maxPerPage } of caps) {
      if (entry === undefined) most = Math.min(most, maxPerPage);
      else this.#mostOf.set(entry, Math.min(maxPerPage, this.#mostOf.get(entry) ?? Infinity));
    }
    this.#most = most;
    this.#full = new Uint8Array(entries);
  }

  full(entry: number): boolean {
    return this.#full[entry] === 1;
  }

  add(entry: number): void {
    const count = (this.#counts.get(entry) ?? 0) + 1;
    this.#counts.set(entry, count);
    if (count >= Math.min(this.#most, this.#mostOf.get(entry) ?? Infinity)) this.#full[entry] = 1;
  }

  clear(): void {
    for (const entry of this.#counts.keys()) this.#full[entry] = 0;
    this.#counts.clear();
  }
}

export class PageCaps {
  readonly #facts: ItemFacts;
  readonly #creators: Counts | undefined;
  readonly #tags: Counts | undefined;

  constructor(caps: readonly Cap[], facts: ItemFacts) {
    const counts = (by: Cap["by"], entries: number): Counts | undefined => {
      const ofKind = caps.filter((cap) => cap.by === by);
      return ofKind.length === 0 ? undefined : new Counts(ofKind, entries);
    };
    this.#facts = facts;
    this.#creators = counts("creator", facts.creatorNames.length + 1);
    this.#tags = counts("tag", facts.tagNames.length);
  }

  startPage(): void {
    this.#creators?.clear();
    this.#tags?.clear();
  }

  /** Whether the page has as much of the item's creator, or of one of its tags, as it may have. */
  refuses(index: number): boolean {
    const { creators, tagStarts, tags } = this.#facts;
    if (this.#creators?.full(creators[index] ?? 0) === true) return true;
    if (this.#tags === undefined) return false;
    const end = tagStarts[index + 1] ?? 0;
    for (let at = tagStarts[index] ?? 0; at < end; at += 1) {
      if (this.#tags.full(tags[at] ?? 0)) return true;
    }
    return false;
  }

  add(index: number): void {
    const { creators, tagStarts, tags } = this.#facts;
    const creator = creators[index] ?? 0;
    // Items of unknown creators are not items of one creator.
    if (creator !== 0) this.#creators?.add(creator);
    if (this.#tags === undefined) return;
    const end = tagStarts[index + 1] ?? 0;
    for (let at = tagStarts[index] ?? 0; at < end; at += 1) this.#tags.add(tags[at] ?? 0);
  }
}
