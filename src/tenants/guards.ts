/**
 * The guards of this isolate: one for each dependency, supplier and deadline. Tenants with the same deadline share
 * one; a tenant with a deadline that its store cannot meet opens a circuit of its own and nobody else's.
 */
import * as z from "zod";
import type { FailureCode } from "../domain/failure.ts";
import type { Counters } from "../observability/counters.ts";
import type { Log } from "../observability/log.ts";
import {
  type BreakerPolicy,
  type BreakerState,
  type BreakerView,
  CircuitBreaker,
} from "../platform/circuit-breaker.ts";
import { type FaultBoard, faultSchema } from "../platform/faults.ts";
import { Guard } from "../platform/guard.ts";
import { DEPENDENCIES, type Dependency } from "./tenant-config.ts";

/** `{"l2": {"mode": "hang"}, "registry": {"mode": "error", "rate": 0.5}}`. */
export const faultPlanSchema = z.partialRecord(z.enum(DEPENDENCIES), faultSchema);
export type FaultPlan = z.output<typeof faultPlanSchema>;

interface DependencyFacts {
  readonly code: FailureCode;
  readonly message: string;
  /** Its adapters end a call at the deadline that they are given. */
  readonly endsItself: boolean;
}

const FACTS: Readonly<Record<Dependency, DependencyFacts>> = {
  l2: {
    code: "USER_STATE_UNAVAILABLE",
    message: "The user state store did not answer.",
    endsItself: true,
  },
  pools: {
    code: "POOLS_UNAVAILABLE",
    message: "The pool store did not answer.",
    endsItself: true,
  },
  registry: {
    code: "REGISTRY_UNAVAILABLE",
    message: "The registry did not answer.",
    endsItself: false,
  },
  catalogue: {
    code: "CATALOGUE_UNAVAILABLE",
    message: "The catalogue did not answer.",
    endsItself: false,
  },
  copies: {
    code: "COPIES_UNAVAILABLE",
    message: "The store of copies did not answer.",
    endsItself: false,
  },
  limits: {
    code: "LIMITS_UNAVAILABLE",
    message: "The store of rate limits did not answer.",
    endsItself: false,
  },
  profiles: {
    code: "PROFILES_UNAVAILABLE",
    message: "The store of profiles did not answer.",
    endsItself: false,
  },
  quota: {
    code: "QUOTA_UNAVAILABLE",
    message: "The keeper of the quota did not answer.",
    endsItself: false,
  },
  youtube: {
    code: "YOUTUBE_UNAVAILABLE",
    message: "YouTube did not answer.",
    endsItself: false,
  },
};

export interface GuardsSettings {
  /** Of the deployment: for every dependency that a tenant does not name. */
  readonly deadlinesMs: Readonly<Record<Dependency, number>>;
  readonly breaker: BreakerPolicy;
  /** Absent where faults are not allowed. */
  readonly faults?: FaultBoard<Dependency>;
  readonly counters: Counters;
  readonly log: Log;
  readonly nowMs: () => number;
}

interface Named {
  readonly name: string;
  readonly guard: Guard;
}

export class Guards {
  readonly #settings: GuardsSettings;
  /** Half a kilobyte for each deadline that a tenant of this isolate chose: not worth a bound. */
  readonly #guards = new Map<string, Named>();

  constructor(settings: GuardsSettings) {
    this.#settings = settings;
  }

  /** `supplier` tells apart the stores of one dependency: `l2_redis` may be down while `l2_embedded` is well. */
  of(
    dependency: Dependency,
    { supplier, deadlineMs }: { readonly supplier?: string; readonly deadlineMs?: number } = {},
  ): Guard {
    const name = supplier === undefined ? dependency : `${dependency}_${supplier}`;
    const endMs = deadlineMs ?? this.#settings.deadlinesMs[dependency];
    const key = `${name}/${endMs}`;
    const known = this.#guards.get(key);
    if (known !== undefined) return known.guard;
    const { faults, breaker, counters, log, nowMs } = this.#settings;
    const { code, message, endsItself } = FACTS[dependency];
    const guard = new Guard({
      name,
      failure: { code, message },
      deadlineMs: endMs,
      endsItself,
      breaker: new CircuitBreaker(breaker),
      ...(faults === undefined ? {} : { strike: () => faults.strike(dependency) }),
      counters,
      log,
      nowMs,
    });
    this.#guards.set(key, { name, guard });
    return guard;
  }

  /** The circuits by name; of several deadlines the worst. */
  views(): Readonly<Record<string, BreakerView>> {
    const worst: Record<string, BreakerView> = {};
    for (const { name, guard } of this.#guards.values()) {
      const view = guard.view();
      const other = worst[name];
      if (other === undefined || isWorse(view, other)) worst[name] = view;
    }
    return worst;
  }

  /** Closes every circuit. */
  reset(): void {
    for (const { guard } of this.#guards.values()) guard.reset();
  }
}

const BADNESS: Readonly<Record<BreakerState, number>> = { closed: 0, half_open: 1, open: 2 };

const isWorse = (a: BreakerView, b: BreakerView): boolean =>
  a.state === b.state ? a.failures > b.failures : BADNESS[a.state] > BADNESS[b.state];
