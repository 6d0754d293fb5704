/** Calls that an isolate may make, and what became of them. */
import type { LeaseReport } from "./quota-authority.ts";

interface Granted {
  readonly lease: string;
  readonly calls: number;
  /** This isolate's clock, as it was before the lease was asked for. */
  readonly fromMs: number;
  readonly untilMs: number;
}

export class LeaseBlock {
  readonly #granted: Granted;
  #left: number;
  #closed = false;
  #dated = 0;
  #undated = 0;
  #lost = 0;
  #unused = 0;
  #dateMs: number | undefined;

  constructor(granted: Granted) {
    this.#granted = granted;
    this.#left = granted.calls;
  }

  get left(): number {
    return this.#left;
  }

  get lease(): string {
    return this.#granted.lease;
  }

  /** 0 when it may not be spent any more, or when the clock says that it is not there yet. */
  lifeMs(wallMs: number): number {
    const { fromMs, untilMs } = this.#granted;
    return this.#closed || wallMs < fromMs ? 0 : Math.max(0, untilMs - wallMs);
  }

  take(): void {
    this.#left -= 1;
  }

  /** A call is not made after all: somebody else may make one, or it goes back. True when it is for others. */
  putBack(): boolean {
    if (this.#closed) this.#unused += 1;
    else this.#left += 1;
    return !this.#closed;
  }

  answered(dateMs: number | undefined): void {
    if (dateMs === undefined) {
      this.#undated += 1;
      return;
    }
    this.#dated += 1;
    this.#dateMs = Math.max(this.#dateMs ?? dateMs, dateMs);
  }

  lost(): void {
    this.#lost += 1;
  }

  /** What is left goes back. */
  close(): void {
    this.#closed = true;
    this.#unused += this.#left;
    this.#left = 0;
  }

  report(): LeaseReport {
    return {
      lease: this.#granted.lease,
      dated: this.#dated,
      undated: this.#undated,
      lost: this.#lost,
      unused: this.#unused,
      dateMs: this.#dateMs,
    };
  }
}
