/**
 * Stands between us and one dependency: ends what takes too long, stops asking what keeps failing, and gives every
 * failure of the dependency one name. A mistake of ours passes through as it is and is not held against anybody.
 *
 * On a healthy call it adds one promise and no timer where the adapter below keeps the deadline itself.
 */
import { FailureError, type FailureCode } from "../domain/failure.ts";
import type { Counters } from "../observability/counters.ts";
import type { Log } from "../observability/log.ts";
import {
  type BreakerView,
  type CircuitBreaker,
  NO_TICKET,
  type Ticket,
} from "./circuit-breaker.ts";
import { DeadlineError, withDeadline } from "./deadline.ts";
import { type Fault, InjectedError, underFault } from "./faults.ts";

export interface GuardSettings {
  /** As it is in `/health/ready`, in counters and in the log: `l2_redis`, `registry`. */
  readonly name: string;
  /** What a failure of the dependency is called; the message is shown to clients. */
  readonly failure: { readonly code: FailureCode; readonly message: string };
  readonly deadlineMs: number;
  /** True when the adapter ends its calls at the deadline: a second timer would be waste. */
  readonly endsItself: boolean;
  readonly breaker: CircuitBreaker;
  /** The fault that strikes the next call; absent where faults are not allowed. */
  readonly strike?: () => Fault | undefined;
  readonly counters: Counters;
  readonly log: Log;
  readonly nowMs: () => number;
}

/**
 * How D1, KV and the runtime begin what went wrong in a store, and how R2 ends it: they have no error classes. Codes of R2
 * are those of an internal error, a service that is away, a connection that ended and too many requests; others are
 * mistakes of who asks.
 */
const STORE_ERROR =
  /^(?:D1_(?!TYPE_ERROR)|KV |Network connection lost|internal error|(?:get|head|list|put|delete): .+\((?:0|10001|10043|10054|10058)\)$)/;

/** A probe's place outlives its deadline: on a busy isolate timers are late. */
const PLACE_FACTOR = 2;

export class Guard {
  readonly #settings: GuardSettings;

  constructor(settings: GuardSettings) {
    this.#settings = settings;
  }

  /** Does the work within the deadline, unless the circuit is open: then it fails at once. */
  call<Value>(
    work: () => Promise<Value>,
    deadlineMs: number = this.#settings.deadlineMs,
  ): Promise<Value> {
    const ticket = this.#admit(deadlineMs);
    if (ticket === undefined) return Promise.reject(this.#refusal());
    return this.#run(ticket, work, deadlineMs);
  }

  /**
   * Does the work even while the circuit is open: for what nobody waits for and what must not be lost, and is
   * repeated with growing pauses by whoever asks for it.
   */
  insist<Value>(work: () => Promise<Value>): Promise<Value> {
    const { deadlineMs } = this.#settings;
    return this.#run(this.#admit(deadlineMs) ?? NO_TICKET, work, deadlineMs);
  }

  view(): BreakerView {
    return this.#settings.breaker.view(this.#settings.nowMs());
  }

  /** Closes the circuit, whatever happened before. */
  reset(): void {
    this.#settings.breaker.close();
  }

  #admit(deadlineMs: number): Ticket | undefined {
    const { breaker, nowMs } = this.#settings;
    return breaker.admit(nowMs(), PLACE_FACTOR * deadlineMs);
  }

  async #run<Value>(
    ticket: Ticket,
    work: () => Promise<Value>,
    deadlineMs: number,
  ): Promise<Value> {
    const { breaker, name, counters, log } = this.#settings;
    try {
      const value = await this.#attempt(work, deadlineMs);
      if (breaker.succeeded(ticket)) {
        counters.add(`circuit_closed.${name}`);
        log.info("circuit closed", { dependency: name });
      }
      return value;
    } catch (error) {
      throw this.#judge(ticket, error);
    }
  }

  #attempt<Value>(work: () => Promise<Value>, deadlineMs: number): Promise<Value> {
    const fault = this.#settings.strike?.();
    if (fault !== undefined) return withDeadline(underFault(fault, work), deadlineMs);
    return this.#settings.endsItself ? work() : withDeadline(work(), deadlineMs);
  }

  /** Holds the failure against the dependency when it is the dependency's, and says what to throw. */
  #judge(ticket: Ticket, error: unknown): unknown {
    const { breaker, failure, name, counters, log, nowMs } = this.#settings;
    if (!isOfStore(error)) {
      breaker.spared(ticket);
      return error;
    }
    counters.add(`failed.${name}`);
    if (breaker.failed(ticket, nowMs())) {
      counters.add(`circuit_opened.${name}`);
      log.warn("circuit opened", { dependency: name, error });
    }
    if (error instanceof FailureError) return error;
    return new FailureError(failure.code, failure.message, { cause: error });
  }

  #refusal(): FailureError {
    const { breaker, failure, name, counters, nowMs } = this.#settings;
    counters.add(`refused.${name}`);
    return new FailureError(failure.code, failure.message, {
      cause: new Error(`the circuit of ${name} is open`),
      retryAfterSeconds: Math.max(1, Math.ceil(breaker.waitMs(nowMs()) / 1000)),
    });
  }
}

function isOfStore(error: unknown): boolean {
  if (error instanceof FailureError) return error.party === "upstream";
  if (error instanceof DeadlineError || error instanceof InjectedError) return true;
  return error instanceof Error && !(error instanceof TypeError) && STORE_ERROR.test(error.message);
}
