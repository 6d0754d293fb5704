/**
 * The cache of this isolate's memory and the tiers behind it. Every tier fails to a miss; a value is made by one
 * request of the isolate at a time; what is old is served while a newer one is made behind the answer, and on while
 * none can be made.
 */
import { isOutage } from "../domain/failure.ts";
import type { Eventually } from "../pipeline/stages.ts";
import {
  answer,
  answerTo,
  type Best,
  BROKEN,
  BROKEN_RETRY_SECONDS,
  lostFlight,
  made,
} from "./cache-answer.ts";
import { type Failure, Failures } from "./failures.ts";
import { type Flight, Flights } from "./flights.ts";
import { Layers, type LayersSettings } from "./layers.ts";
import type { Cache, CacheRead, Found, Kept, Loaded, Reading, Windows } from "./tiered-cache.ts";
import { ageOf, timesOf } from "./windows.ts";

export interface LayeredCacheSettings<Value> extends LayersSettings<Value> {
  readonly windows: Windows;
  /** Longer than any load takes: a flight that has not ended by then was lost with its request. */
  readonly flightMs?: number;
}

interface Flying<Value> extends Reading<Value> {
  /** What is old was served: nobody waits. */
  readonly behind: boolean;
}

const FLIGHT_MS = 10_000;
/** A flight may be lost, and the next one with it; a third is not worth a request's time. */
const WAITS = 2;

export class LayeredCache<Value> implements Cache<Value> {
  readonly #settings: LayeredCacheSettings<Value>;
  readonly #layers: Layers<Value>;
  readonly #failures = new Failures();
  readonly #flights: Flights<CacheRead<Value>>;
  readonly #memoryHit: string;
  /** Of what runs behind an answer, in logs and counters. */
  readonly #work: string;

  constructor(settings: LayeredCacheSettings<Value>) {
    const { name } = settings;
    this.#settings = settings;
    this.#layers = new Layers(settings);
    this.#flights = new Flights(settings.flightMs ?? FLIGHT_MS);
    this.#memoryHit = `cache.${name}.hit.memory`;
    this.#work = `cache-${name}`;
  }

  held(key: string, nowMs: number): Found<Value> | undefined {
    const held = this.#layers.find(key);
    if (held === undefined || nowMs >= held.freshUntilMs || held.fresh === undefined)
      return undefined;
    this.#settings.counters.add(this.#memoryHit);
    return held.fresh;
  }

  read(key: string, reading: Reading<Value>): Eventually<CacheRead<Value>> {
    if (reading.renew !== true) {
      const fresh = this.held(key, reading.nowMs);
      if (fresh !== undefined) return fresh;
    }
    return this.#atOnce(key, reading) ?? this.#awaited(key, reading);
  }

  async find(key: string, nowMs: number): Promise<Kept<Value> | undefined> {
    const best = await this.#layers.best(key, nowMs);
    if (best === undefined) return undefined;
    const age = ageOf(best.held, nowMs);
    // What is older is counted by the read that renews it.
    if (age === "fresh") this.#count(hitOf(best));
    return answer(best, age === "kept" ? "error" : age === "stale" ? "stale" : "fresh");
  }

  /** What memory and remembered failures can answer without waiting for anybody. */
  #atOnce(key: string, reading: Reading<Value>): CacheRead<Value> | undefined {
    const { nowMs } = reading;
    const best = this.#layers.inMemory(key, nowMs);
    const failure = this.#failures.at(key, nowMs);
    const asksAgain = failure === undefined || nowMs >= failure.tiersAgainMs;
    if (reading.renew !== true && best !== undefined) {
      const age = ageOf(best.held, nowMs);
      if (age === "fresh") return this.#counted(best, "fresh");
      if (age === "stale") {
        if (asksAgain) this.#renew(key, reading);
        return failure === undefined
          ? this.#counted(best, "stale")
          : this.#unlucky(best, failure, nowMs);
      }
    }
    return asksAgain ? undefined : this.#unlucky(best, failure, nowMs);
  }

  /** Makes a newer one behind the answer, unless somebody does. */
  #renew(key: string, reading: Reading<Value>): void {
    if (this.#flights.current(key, reading.nowMs) !== undefined) return;
    const flight = this.#flights.begin(key, reading.nowMs);
    reading.background.run(this.#work, () => this.#fly(key, { ...reading, behind: true }, flight));
  }

  /** Waits for the flight of another request, or takes off. */
  async #awaited(key: string, reading: Reading<Value>): Promise<CacheRead<Value>> {
    let { nowMs } = reading;
    for (let waits = 0; waits < WAITS; waits += 1) {
      const flight = this.#flights.current(key, nowMs);
      if (flight === undefined) break;
      const read = await this.#flights.wait(flight, nowMs);
      if (read === undefined) nowMs = Math.max(nowMs, flight.untilMs);
      // Who wants a new one is not served by a flight that found an old one.
      else if (reading.renew !== true || read.outcome !== "found" || read.tier === "made")
        return read;
    }
    if (this.#flights.current(key, nowMs) !== undefined) {
      return this.#unlucky(this.#layers.inMemory(key, nowMs), lostFlight(nowMs), nowMs);
    }
    const flight = this.#flights.begin(key, nowMs);
    const work = this.#fly(key, { ...reading, nowMs, behind: false }, flight);
    // The flight outlives a client that hangs up: what it costs is spent. Its failure is the caller's to hear.
    reading.background.run(this.#work, () => Promise.allSettled([work]));
    return work;
  }

  async #fly(
    key: string,
    reading: Flying<Value>,
    flight: Flight<CacheRead<Value>>,
  ): Promise<CacheRead<Value>> {
    const { nowMs, background, renew = false, behind } = reading;
    let read: CacheRead<Value> = BROKEN;
    let goesOn = false;
    try {
      const failure = this.#failures.at(key, nowMs);
      let best = renew ? undefined : await this.#best(key, reading);
      const age = best === undefined ? "gone" : ageOf(best.held, nowMs);
      if (best !== undefined && age === "fresh") return (read = this.#counted(best, "fresh"));
      if (failure !== undefined) {
        this.#failures.tiersAsked(failure, nowMs);
        best ??= await this.#best(key, reading);
        return (read = this.#unlucky(best, failure, nowMs));
      }
      if (best !== undefined && age === "stale" && !behind) {
        read = this.#counted(best, "stale");
        goesOn = true;
        this.#flights.settle(flight, read);
        const old = best;
        const rest = { ...reading, behind: true };
        background.run(this.#work, () => this.#makeBehind(key, rest, flight, old));
        return read;
      }
      return (read = await this.#make(key, reading, best));
    } finally {
      if (!goesOn) this.#flights.end(key, flight, read);
    }
  }

  async #makeBehind(
    key: string,
    reading: Flying<Value>,
    flight: Flight<CacheRead<Value>>,
    old: Best<Value>,
  ): Promise<void> {
    let read: CacheRead<Value> = answer(old, "stale");
    try {
      read = await this.#make(key, reading, old);
    } finally {
      this.#flights.end(key, flight, read);
    }
  }

  async #make(
    key: string,
    reading: Flying<Value>,
    old: Best<Value> | undefined,
  ): Promise<CacheRead<Value>> {
    const { nowMs, background } = reading;
    const loaded = await this.#load(key, reading);
    switch (loaded.outcome) {
      case "value": {
        const times = timesOf(nowMs, { ...this.#settings.windows, ...loaded.windows });
        this.#count("made");
        this.#failures.forget(key);
        // Held before this returns; the far tiers take theirs behind the answer.
        const kept = this.#layers.keep(key, loaded.value, times);
        background.run(this.#work, () => kept);
        return made(loaded.value, times);
      }
      case "nothing": {
        this.#count("negative");
        this.#failures.forget(key);
        const windows = { ...this.#settings.windows, ...loaded.windows };
        const kept = this.#layers.keepNothing(key, nowMs, windows);
        background.run(this.#work, () => kept);
        return { outcome: "nothing" };
      }
      case "unkept":
        this.#count("unkept");
        return made(loaded.value, { storedAtMs: nowMs, freshUntilMs: nowMs });
      case "failed": {
        const failure = this.#failures.note(key, loaded, nowMs);
        const best = old ?? (await this.#best(key, reading));
        return this.#unlucky(best, failure, nowMs);
      }
    }
  }

  /** A dependency's failure is one to remember; a mistake of ours is thrown, and remembered for a second. */
  async #load(key: string, { load, nowMs, behind }: Flying<Value>): Promise<Loaded<Value>> {
    try {
      return await load(behind);
    } catch (error) {
      if (isOutage(error)) {
        return {
          outcome: "failed",
          reason: error.code.toLowerCase(),
          retryAfterSeconds: error.retryAfterSeconds ?? BROKEN_RETRY_SECONDS,
        };
      }
      this.#failures.note(key, BROKEN, nowMs);
      throw error;
    }
  }

  /** Nearer tiers get what a farther one had, behind the answer. */
  async #best(
    key: string,
    { nowMs, background }: Reading<Value>,
  ): Promise<Best<Value> | undefined> {
    const best = await this.#layers.best(key, nowMs);
    if (best?.promote !== undefined) background.run(this.#work, best.promote);
    return best;
  }

  #counted(best: Best<Value>, state: "fresh" | "stale"): CacheRead<Value> {
    this.#count(state === "stale" && !best.held.negative ? "stale" : hitOf(best));
    return answer(best, state);
  }

  #unlucky(best: Best<Value> | undefined, failure: Failure, nowMs: number): CacheRead<Value> {
    this.#count(best === undefined ? "failed" : "error");
    return answerTo(failure, best, nowMs);
  }

  #count(what: string): void {
    this.#settings.counters.add(`cache.${this.#settings.name}.${what}`);
  }
}

const hitOf = ({ held, tier }: Best<unknown>): string =>
  held.negative ? "negative" : `hit.${tier}`;
