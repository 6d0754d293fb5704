/** Candidates of a walk that policy allows: read on past what it refuses, until there are enough. */
import { codeCount, eachCode, type ItemCodes, joinCodes } from "../domain/item-code.ts";
import type { UserId } from "../domain/ids.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import { candidates, startAt, type Walk } from "../pools/walk.ts";
import type { Cursor } from "../users/user-store.ts";

/**
 * Positions read for one list: where 95 % are refused, they still hold the 500 candidates of a step. That
 * takes 2 ms.
 */
const READ_LIMIT = 10_000;
/** A read repeats the set-up of its walk, so it is not made shorter than this. */
const READ_AT_LEAST = 100;

type Allows = (code: ItemCodes) => boolean;

export interface AllowedCandidates {
  readonly codes: ItemCodes;
  /** The position behind the last one that was read. */
  readonly readTo: number;
}

/** The next `count` allowed candidates from the cursor on. */
export function readAllowed(
  walk: Walk,
  pools: PoolReplica,
  cursor: Cursor,
  count: number,
  user: UserId,
  allows: Allows,
): AllowedCandidates {
  const kept: ItemCodes[] = [];
  const end = cursor.position + READ_LIMIT;
  let { position } = cursor;
  while (kept.length < count && position < end) {
    const length = Math.max(READ_AT_LEAST, count - kept.length);
    const read = candidates(walk, pools, { ...cursor, position }, length, user);
    for (const code of eachCode(read)) {
      if (kept.length === count) break;
      position += 1;
      if (allows(code)) kept.push(code);
    }
    if (codeCount(read) < length) break;
  }
  return { codes: joinCodes(...kept), readTo: position };
}

/**
 * `count` allowed candidates from a place that `chance` chooses, with `reach` candidates behind it where there are so
 * many; from the top of the walk when that place has too few.
 */
export function drawAllowed(
  walk: Walk,
  pools: PoolReplica,
  { chance, reach }: { readonly chance: number; readonly reach: number },
  count: number,
  user: UserId,
  allows: Allows,
): ItemCodes {
  const start = startAt(walk, pools, chance, reach);
  const { codes } = readAllowed(walk, pools, start, count, user, allows);
  const missing = count - codeCount(codes);
  if (missing === 0 || start.position === 0) return codes;
  const drawn = new Set<string>(eachCode(codes));
  const top = { ...start, position: 0 };
  const others = (code: ItemCodes): boolean => !drawn.has(code) && allows(code);
  return joinCodes(codes, readAllowed(walk, pools, top, missing, user, others).codes);
}
