/**
 * Faults made on purpose, in development: a dependency answers late, with an error, or never. They strike inside
 * the guard, under its deadline and its breaker, as a fault of the real store would.
 */
import * as z from "zod";

const rate = z.number().gt(0).max(1).default(1).describe("Share of the calls that are struck.");

export const faultSchema = z.discriminatedUnion("mode", [
  z.strictObject({
    mode: z.literal("latency"),
    ms: z.number().int().min(1).max(60_000).describe("The answer takes at least this long."),
    rate,
  }),
  z.strictObject({ mode: z.literal("error"), rate }),
  z.strictObject({ mode: z.literal("hang"), rate }),
]);
export type Fault = z.output<typeof faultSchema>;

/** The error of a store that is well and was told to fail. */
export class InjectedError extends Error {
  override readonly name = "InjectedError";
}

/** The faults of this isolate, by dependency. */
export class FaultBoard<Dependency extends string> {
  readonly #chance: () => number;
  #plan: Readonly<Partial<Record<Dependency, Fault>>>;

  constructor(
    plan: Readonly<Partial<Record<Dependency, Fault>>>,
    chance: () => number = Math.random,
  ) {
    this.#plan = plan;
    this.#chance = chance;
  }

  get plan(): Readonly<Partial<Record<Dependency, Fault>>> {
    return this.#plan;
  }

  /** Replaces all faults: an empty plan ends them. */
  play(plan: Readonly<Partial<Record<Dependency, Fault>>>): void {
    this.#plan = plan;
  }

  /** The fault that strikes this call, if one does. */
  strike(dependency: Dependency): Fault | undefined {
    const fault = this.#plan[dependency];
    return fault !== undefined && this.#chance() < fault.rate ? fault : undefined;
  }
}

/** The work under a fault. A late answer is of work that was done: what a slow network does. */
export async function underFault<Value>(fault: Fault, work: () => Promise<Value>): Promise<Value> {
  switch (fault.mode) {
    case "latency": {
      const [value] = await Promise.all([
        work(),
        new Promise((resolve) => setTimeout(resolve, fault.ms)),
      ]);
      return value;
    }
    case "error":
      throw new InjectedError("injected fault");
    case "hang":
      return new Promise<never>(() => undefined);
  }
}
