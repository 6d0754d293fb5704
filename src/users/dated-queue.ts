/**
 * A first-in, first-out queue of item codes that expire in batches: one expiry for all that one refill
 * offered. Values are immutable; every function returns a new queue.
 */
import type { CodeSieve } from "../domain/code-sieve.ts";
import { codeCount, type ItemCodes, joinCodes, NO_CODES, sliceCodes } from "../domain/item-code.ts";

/** A run of codes at the front of what is left, with one expiry. */
export interface Batch {
  readonly expiresAtSeconds: number;
  readonly count: number;
}

export interface DatedQueue {
  readonly batches: readonly Batch[];
  readonly codes: ItemCodes;
}

export const EMPTY_QUEUE: DatedQueue = { batches: [], codes: NO_CODES };

export const queueLength = (queue: DatedQueue): number => codeCount(queue.codes);

/** Drops the batches at the front whose time is over. A batch behind one that lives on waits for it. */
export function expire(queue: DatedQueue, nowSeconds: number): DatedQueue {
  const kept = queue.batches.findIndex((batch) => batch.expiresAtSeconds > nowSeconds);
  if (kept === 0) return queue;
  if (kept === -1) return EMPTY_QUEUE;
  const dropped = queue.batches.slice(0, kept).reduce((sum, batch) => sum + batch.count, 0);
  return { batches: queue.batches.slice(kept), codes: sliceCodes(queue.codes, dropped) };
}

/** Splits off the first `count` codes; `expiresAtSeconds` is that of the first of them. */
export function splitFront(
  queue: DatedQueue,
  count: number,
): { readonly front: ItemCodes; readonly expiresAtSeconds: number; readonly rest: DatedQueue } {
  const expiresAtSeconds = queue.batches[0]?.expiresAtSeconds ?? 0;
  if (count <= 0) return { front: NO_CODES, expiresAtSeconds, rest: queue };
  let left = count;
  let index = 0;
  for (const batch of queue.batches) {
    if (batch.count > left) break;
    left -= batch.count;
    index += 1;
  }
  const partial = queue.batches[index];
  const batches =
    partial === undefined
      ? []
      : [{ ...partial, count: partial.count - left }, ...queue.batches.slice(index + 1)];
  return {
    front: sliceCodes(queue.codes, 0, count),
    expiresAtSeconds,
    rest: { batches, codes: sliceCodes(queue.codes, count) },
  };
}

export function append(queue: DatedQueue, codes: ItemCodes, expiresAtSeconds: number): DatedQueue {
  if (codes === NO_CODES) return queue;
  return {
    batches: [...queue.batches, { expiresAtSeconds, count: codeCount(codes) }],
    codes: joinCodes(queue.codes, codes),
  };
}

export function prepend(queue: DatedQueue, codes: ItemCodes, expiresAtSeconds: number): DatedQueue {
  if (codes === NO_CODES) return queue;
  return {
    batches: [{ expiresAtSeconds, count: codeCount(codes) }, ...queue.batches],
    codes: joinCodes(codes, queue.codes),
  };
}

/** The queue without the codes in `gone`; the rest keep their order and their expiry. */
export function without(queue: DatedQueue, gone: CodeSieve): DatedQueue {
  let codes = NO_CODES;
  const batches: Batch[] = [];
  let at = 0;
  for (const batch of queue.batches) {
    const kept = gone.without(sliceCodes(queue.codes, at, at + batch.count));
    codes = joinCodes(codes, kept);
    if (kept !== NO_CODES) batches.push({ ...batch, count: codeCount(kept) });
    at += batch.count;
  }
  return codes.length === queue.codes.length ? queue : { batches, codes };
}

/** Codes whose batch expires at `floorSeconds` or later. */
export const countExpiringFrom = (queue: DatedQueue, floorSeconds: number): number =>
  queue.batches.reduce(
    (sum, batch) => (batch.expiresAtSeconds >= floorSeconds ? sum + batch.count : sum),
    0,
  );
