/**
 * Work behind the answer. It may be lost, it is never silent: a failure is logged and counted under the name
 * of the work.
 */
import type { Log } from "../observability/log.ts";

export interface Background {
  run(name: string, work: () => Promise<unknown>): void;
}

/** Background work of one request, kept alive by the runtime's `waitUntil`. */
export function backgroundOf(waitUntil: (promise: Promise<unknown>) => void, log: Log): Background {
  return {
    run(name, work) {
      waitUntil(
        work().catch((error: unknown) => {
          log.warn("background work failed", { work: name, error });
        }),
      );
    },
  };
}
