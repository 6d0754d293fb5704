/**
 * Time that passes as fast as the machine can follow. While it is installed, timers, `Date.now` and
 * `AbortSignal.timeout` of this process are its own, so that the product's code runs as it is: this is the one place
 * where they are replaced.
 */
interface Timer {
  readonly atMs: number;
  readonly order: number;
  /** Undefined once it was cleared. */
  run: (() => void) | undefined;
}

const REAL = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setImmediate: globalThis.setImmediate,
  now: Date.now,
  timeout: Reflect.get(AbortSignal, "timeout"),
};

export class VirtualClock {
  #nowMs: number;
  #order = 0;
  /** A binary heap: the earliest first, of equal ones the first that was set. */
  readonly #heap: Timer[] = [];

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): Timer {
    this.#order += 1;
    // Whole milliseconds, as real clocks tell them.
    const timer = { atMs: this.#nowMs + Math.max(0, Math.ceil(ms)), order: this.#order, run };
    this.#push(timer);
    return timer;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve);
    });
  }

  /** Lets time pass. What a timer sets off is over, as far as it waits for no other timer, before the next one runs. */
  async runUntil(endMs: number): Promise<void> {
    await turn();
    for (let next = this.#heap[0]; next !== undefined && next.atMs <= endMs; next = this.#heap[0]) {
      this.#pop();
      if (next.run === undefined) continue;
      this.#nowMs = next.atMs;
      next.run();
      await turn();
    }
    this.#nowMs = endMs;
  }

  /** Replaces the clocks of this process; returns what puts them back. */
  install(): () => void {
    const setVirtual = (run: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): Timer =>
      this.after(ms, () => {
        run(...args);
      });
    const clearVirtual = (timer: unknown): void => {
      if (isTimer(timer)) timer.run = undefined;
    };
    Object.assign(globalThis, { setTimeout: setVirtual, clearTimeout: clearVirtual });
    Date.now = () => this.#nowMs;
    AbortSignal.timeout = (ms) => {
      const controller = new AbortController();
      this.after(ms, () => {
        controller.abort(new DOMException("The operation timed out.", "TimeoutError"));
      });
      return controller.signal;
    };
    return () => {
      const { setTimeout, clearTimeout, now, timeout } = REAL;
      Object.assign(globalThis, { setTimeout, clearTimeout });
      Date.now = now;
      AbortSignal.timeout = timeout;
    };
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = heap[parent];
      if (other === undefined || isBefore(other, timer)) break;
      heap[at] = other;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = heap[2 * at + 1];
      if (left === undefined) break;
      const right = heap[2 * at + 2];
      const child = right !== undefined && isBefore(right, left) ? right : left;
      if (isBefore(last, child)) break;
      heap[at] = child;
      at = child === left ? 2 * at + 1 : 2 * at + 2;
    }
    heap[at] = last;
  }
}

const isBefore = (a: Timer, b: Timer): boolean =>
  a.atMs === b.atMs ? a.order < b.order : a.atMs < b.atMs;

const isTimer = (value: unknown): value is Timer =>
  typeof value === "object" && value !== null && "order" in value && "run" in value;

/** Promises that wait for nothing but promises are settled before it ends. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    REAL.setImmediate(resolve);
  });
