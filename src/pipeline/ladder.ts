/**
 * A ladder: one source made of several, tried from the best to the last resort until one has an answer. A rung
 * that fails is reported, and the next one is tried.
 */
import { failsOpen } from "./fail-open.ts";
import type { Source } from "./stages.ts";

export interface Rung<Query, Context, Found> extends Source<Query, Context, Found> {
  /** True when this rung is out of the question, as things stand. */
  skips?(query: Query, context: Context): boolean;
  /** Told that this rung failed with a failure that the pipeline may go on without. */
  fell?(query: Query, context: Context, error: unknown): void;
}

/** A rung whose answer is `undefined` passes the question on; the last rung's `undefined` is the ladder's. */
export function ladder<Query, Context, Found>(
  name: string,
  rungs: readonly Rung<Query, Context, Found>[],
): Source<Query, Context, Found> {
  return {
    name,
    async find(query, context) {
      for (const rung of rungs) {
        if (rung.skips?.(query, context) === true) continue;
        try {
          const answer = rung.find(query, context);
          const found = answer instanceof Promise ? await answer : answer;
          if (found !== undefined) return found;
        } catch (error) {
          if (!failsOpen("source", error)) throw error;
          rung.fell?.(query, context, error);
        }
      }
      return undefined;
    },
  };
}
