/** Why each item of a page is there, and why the others are not: read from what the engine noted anyway. */
import type { Passed } from "../pipeline/stages.ts";
import type { StageCount, Trace } from "../pipeline/trace.ts";
import type { ItemId } from "../domain/ids.ts";
import type { PoolReplica } from "../pools/pool-replica.ts";
import { explainScore } from "./candidate.ts";
import { policyTest } from "./compiled-rules.ts";
import type { FeedCall } from "./feed-call.ts";
import type { RankedItem, ScoredItem } from "./ranked-state.ts";

/** Removed and passed-over candidates that an answer lists: more would be megabytes. */
const LISTED = 500;

export type Explanation = {
  readonly stages: readonly StageCount[];
  readonly selected: readonly Record<string, unknown>[];
  readonly removed: readonly Record<string, unknown>[];
  /** Ranked, but not on this page. */
  readonly passed_over: readonly Record<string, unknown>[];
};

/** Popular items looked at for those that policy keeps from being queued at all. */
const POPULAR = 500;

export const explain = (
  { stages, removed }: Trace<RankedItem>,
  selected: readonly ScoredItem[],
  reserve: readonly Passed<ScoredItem>[],
  withheld: readonly Withheld[],
): Explanation => ({
  stages,
  selected: selected.map((item, position) => ({ id: item.id, position, ...scored(item) })),
  removed: [
    ...removed.slice(0, LISTED).map(({ candidate, stage, reason }) => ({
      id: candidate.id ?? null,
      source: candidate.source,
      stage,
      reason,
    })),
    ...withheld.map(({ id, reason }) => ({ id, source: null, stage: "refill", reason })),
  ],
  passed_over: reserve.slice(0, LISTED).map(({ candidate, reason }) => ({
    id: candidate.id,
    stage: "ranked_page",
    reason,
    ...scored(candidate),
  })),
});

interface Withheld {
  readonly id: ItemId;
  readonly reason: string;
}

/** Of the most popular items those that policy keeps out of this user's queues: no stage ever sees them. */
export function withheldFrom(call: FeedCall, pools: PoolReplica): readonly Withheld[] {
  const test = policyTest(call, pools);
  const withheld: Withheld[] = [];
  for (let index = 0; index < Math.min(POPULAR, pools.facts.count); index += 1) {
    const [reason, id] = [test(index), pools.idAt(index)];
    if (reason !== undefined && id !== undefined) withheld.push({ id, reason });
  }
  return withheld;
}

const scored = (item: ScoredItem) => ({ ...explainScore(item), source: item.source });
