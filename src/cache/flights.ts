/**
 * Who makes which value in this isolate: one flight a key. Requests share no promise, which workerd forbids: each
 * waits on its own, with a timer of its own, and the owner of the flight only calls what they left with it. When the
 * owner's request dies, its flight ends by time and the first that notices makes the value itself.
 */
export interface Flight<Read> {
  /** An answer that has not come by then was lost with its request. */
  readonly untilMs: number;
  waiting: ((read: Read) => void)[];
}

/** Flights whose requests died are swept when there are this many. */
const SWEEP_AT = 1_000;

export class Flights<Read> {
  readonly #flights = new Map<string, Flight<Read>>();
  readonly #lifeMs: number;

  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs;
  }

  current(key: string, nowMs: number): Flight<Read> | undefined {
    const flight = this.#flights.get(key);
    return flight !== undefined && nowMs < flight.untilMs ? flight : undefined;
  }

  begin(key: string, nowMs: number): Flight<Read> {
    if (this.#flights.size >= SWEEP_AT) {
      for (const [other, { untilMs }] of this.#flights) {
        if (nowMs >= untilMs) this.#flights.delete(other);
      }
    }
    const flight = { untilMs: nowMs + this.#lifeMs, waiting: [] };
    this.#flights.set(key, flight);
    return flight;
  }

  /** What the flight brings, or undefined when its time is over. */
  async wait(flight: Flight<Read>, nowMs: number): Promise<Read | undefined> {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const read = await new Promise<Read | undefined>((resolve) => {
      timer = setTimeout(() => {
        resolve(undefined);
      }, flight.untilMs - nowMs);
      flight.waiting.push(resolve);
    });
    // Here and not where the owner settles: a timer belongs to the request that set it.
    clearTimeout(timer);
    return read;
  }

  /** Tells those who wait; the flight goes on, behind the answer. */
  settle(flight: Flight<Read>, read: Read): void {
    const { waiting } = flight;
    flight.waiting = [];
    for (const resolve of waiting) resolve(read);
  }

  end(key: string, flight: Flight<Read>, read: Read): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    this.settle(flight, read);
  }
}
