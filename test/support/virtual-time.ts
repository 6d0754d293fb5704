/** Time that passes when a test says so, with timers. What runs between two moments is over before the second. */
interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
  /** Promises wait for it. */
  readonly awaited: boolean;
}

export class VirtualTime {
  #nowMs: number;
  #order = 0;
  #timers: Timer[] = [];

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void, awaited = false): void {
    this.#order += 1;
    const timer = { atMs: this.#nowMs + ms, order: this.#order, run, awaited };
    const at = this.#timers.findIndex((other) => other.atMs > timer.atMs);
    if (at === -1) this.#timers.push(timer);
    else this.#timers.splice(at, 0, timer);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(ms, resolve, true);
    });
  }

  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await turn();
    for (;;) {
      const [next] = this.#timers;
      if (next === undefined || next.atMs > untilMs) break;
      this.#timers.shift();
      this.#nowMs = next.atMs;
      next.run();
      if (next.awaited) await turn();
    }
    this.#nowMs = untilMs;
  }
}

/** Lets everything run that waits for nothing but promises. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
