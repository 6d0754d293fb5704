/**
 * Work behind the answer. It may be lost, it is never silent: a failure is logged and counted under the name
 * of the work.
 */
import { type Counters, isolateCounters } from "../observability/counters.ts";
import type { Log } from "../observability/log.ts";
import { clockMs } from "./clock.ts";

export interface Background {
  run(name: string, work: () => Promise<unknown>): void;
}

/**
 * In an outage every request fails in the same way behind its answer, and a line of log costs more than the answer
 * itself: the first failure of a second is told, the counter knows them all.
 */
const LINE_EVERY_MS = 1_000;
/** By name of the work: when its next failure is told. Names are few and fixed. */
const quietUntilMs = new Map<string, number>();

/** Background work of one request, kept alive by the runtime's `waitUntil`. */
export function backgroundOf(
  waitUntil: (promise: Promise<unknown>) => void,
  log: Log,
  counters: Counters = isolateCounters,
): Background {
  return {
    run(name, work) {
      waitUntil(
        work().catch((error: unknown) => {
          counters.add(`background_failed.${name}`);
          const nowMs = clockMs();
          if (nowMs < (quietUntilMs.get(name) ?? 0)) return;
          quietUntilMs.set(name, nowMs + LINE_EVERY_MS);
          log.warn("background work failed", { work: name, error });
        }),
      );
    },
  };
}
