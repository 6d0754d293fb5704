import { eachCode, type ItemCodes, joinCodes } from "../domain/item-code.ts";
import type { QueueRecord, ServedPage, WatchedRecord } from "./user-records.ts";
import { mightContain } from "./watched-filter.ts";

/** Tells new candidates from those that the user has, had or watched; each is accepted once. */
export class Sift {
  readonly #held = new Set<string>();
  readonly #layers: WatchedRecord["layers"];
  known = 0;
  watched = 0;

  constructor(record: QueueRecord, served: readonly ServedPage[], watched: WatchedRecord) {
    this.#layers = watched.layers;
    this.#hold(record.popularity.codes, record.freshness.codes, watched.recent);
    if (record.lease !== undefined) this.#hold(record.lease.popularity, record.lease.freshness);
    for (const { page } of served) this.#hold(page.popularity, page.freshness, page.fallback);
  }

  #hold(...parts: readonly ItemCodes[]): void {
    for (const part of parts) for (const code of eachCode(part)) this.#held.add(code);
  }

  /** Examines candidates in order until `room` of them are kept. */
  examine(
    candidates: ItemCodes,
    room: number,
  ): { readonly kept: ItemCodes; readonly examined: number } {
    const kept: ItemCodes[] = [];
    let examined = 0;
    for (const code of eachCode(candidates)) {
      if (kept.length >= room) break;
      examined += 1;
      if (this.#held.has(code)) this.known += 1;
      else if (mightContain(this.#layers, code)) this.watched += 1;
      else {
        this.#held.add(code);
        kept.push(code);
      }
    }
    return { kept: joinCodes(...kept), examined };
  }
}
