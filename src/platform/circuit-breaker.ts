/**
 * A circuit breaker: stops asking a dependency that keeps failing, and lets one call find out when it is back. Pure:
 * time is an argument.
 *
 * closed ── failures in a row ──► open ── openMs later ──► half-open ── the probe succeeds ──► closed
 *                                  ▲                            └────── the probe fails ─────► open
 */
export interface BreakerPolicy {
  /** Failures in a row that open the circuit. */
  readonly failures: number;
  /** How long an open circuit refuses before it admits a probe. */
  readonly openMs: number;
}

/** System C's: five failures are no accident, and 30 s of rest are worth more to a store than the next request. */
export const BREAKER_POLICY: BreakerPolicy = { failures: 5, openMs: 30_000 };

export type BreakerState = "closed" | "open" | "half_open";

export interface BreakerView {
  readonly state: BreakerState;
  /** Failures in a row so far. */
  readonly failures: number;
  /** When the circuit opened last; absent while it is closed. */
  readonly openedAtMs?: number;
}

/** Names the era that a call was admitted in: what it says later counts in that era only. */
export type Ticket = number;

/** The ticket of a call that was not admitted and was made all the same: its outcome says nothing. */
export const NO_TICKET: Ticket = -1;

export class CircuitBreaker {
  readonly #policy: BreakerPolicy;
  /** Every change of state and every probe begins an era, so that late results of an earlier one are void. */
  #era: Ticket = 0;
  #failures = 0;
  #openedAtMs: number | undefined;
  /** A probe is under way and keeps its place until then. */
  #probeUntilMs: number | undefined;

  constructor(policy: BreakerPolicy = BREAKER_POLICY) {
    this.#policy = policy;
  }

  /**
   * A ticket for a call, or undefined when it must not be made. A probe that does not end frees its place after
   * `placeMs`.
   */
  admit(nowMs: number, placeMs: number): Ticket | undefined {
    if (this.#openedAtMs === undefined) return this.#era;
    if (nowMs < this.#openedAtMs + this.#policy.openMs) return undefined;
    if (this.#probeUntilMs !== undefined && nowMs < this.#probeUntilMs) return undefined;
    this.#probeUntilMs = nowMs + placeMs;
    this.#era += 1;
    return this.#era;
  }

  /** The call succeeded. True when that closed the circuit. */
  succeeded(ticket: Ticket): boolean {
    if (ticket !== this.#era) return false;
    this.#failures = 0;
    if (this.#openedAtMs === undefined) return false;
    this.close();
    return true;
  }

  /** The call failed. True when that opened the circuit. */
  failed(ticket: Ticket, nowMs: number): boolean {
    if (ticket !== this.#era) return false;
    this.#failures += 1;
    if (this.#openedAtMs === undefined && this.#failures < this.#policy.failures) return false;
    this.#openedAtMs = nowMs;
    this.#probeUntilMs = undefined;
    this.#era += 1;
    return true;
  }

  /** The call ended and says nothing of the dependency: a probe leaves its place to the next call. */
  spared(ticket: Ticket): void {
    if (ticket === this.#era) this.#probeUntilMs = undefined;
  }

  /** Closes the circuit, whatever happened before. */
  close(): void {
    this.#failures = 0;
    this.#openedAtMs = undefined;
    this.#probeUntilMs = undefined;
    this.#era += 1;
  }

  /** How long until a probe may be admitted; 0 when that is now. */
  waitMs(nowMs: number): number {
    if (this.#openedAtMs === undefined) return 0;
    return Math.max(0, this.#openedAtMs + this.#policy.openMs - nowMs);
  }

  view(nowMs: number): BreakerView {
    if (this.#openedAtMs === undefined) return { state: "closed", failures: this.#failures };
    return {
      state: this.waitMs(nowMs) > 0 ? "open" : "half_open",
      failures: this.#failures,
      openedAtMs: this.#openedAtMs,
    };
  }
}
