/** Plays one day from midnight to midnight in California, which is a day of the quota. */
import type { YouTubeLimits } from "../../src/env.ts";
import { readAsks } from "../../src/feed/video-asks.ts";
import { DEFAULT_INPUTS } from "../../src/feed/video-inputs.ts";
import { warmUpUser } from "../../src/profiles/warm-up.ts";
import type { DueWarmUp } from "../../src/profiles/profile-desk.ts";
import { randomToken } from "../../src/platform/token.ts";
import type { Violation } from "../../test/support/youtube-quota.ts";
import type { SeenCall } from "../../test/support/youtube-server.ts";
import { randomFrom } from "../demo/random.ts";
import { type Isolate, makeIsolate } from "./isolate.ts";
import { makePeople, makeSessions, PLACES } from "./people.ts";
import { Tally } from "./tally.ts";
import { VirtualClock } from "./virtual-clock.ts";
import { visit } from "./visit.ts";
import { makeWorld, TENANTS, type World } from "./world.ts";

export interface DayOptions {
  readonly users: number;
  readonly sessions: number;
  readonly countries: number;
  readonly seed: number;
  /** How many YouTube has. */
  readonly videos?: number;
}

export interface QuotaLeft {
  readonly search: number;
  readonly units: number;
}

export interface Day {
  readonly tally: Tally;
  readonly startMs: number;
  readonly calls: readonly SeenCall[];
  readonly violations: readonly Violation[];
  /** At the end of each hour. */
  readonly left: readonly QuotaLeft[];
  readonly isolates: number;
  readonly restarts: number;
  readonly kvWrites: { readonly done: number; readonly refused: number };
  readonly counters: Readonly<Record<string, number>>;
  readonly limits: YouTubeLimits;
}

/** Midnight in California, in summer time. */
const START_MS = Date.UTC(2026, 2, 10, 7);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const VIDEOS = 12_000;
const ISOLATES_A_PLACE = 2;
const ISOLATE_LIFE_MS = 3 * HOUR_MS;
const AUTHORITY_LIFE_MS = 4 * HOUR_MS;
/** A message is taken from a queue within seconds. */
const QUEUE_MS = 3_000;
const RETRY_MS = 15_000;
const TRIES = 3;

export async function playDay(options: DayOptions): Promise<Day> {
  const { users, sessions, countries, seed, videos = VIDEOS } = options;
  const clock = new VirtualClock(START_MS);
  const restore = clock.install();
  try {
    const tally = new Tally(START_MS);
    const chance = randomFrom(seed + 1);
    const behaviour = randomFrom(seed + 2);
    const ring = (due: DueWarmUp): void => {
      warmLater(due, 1).catch((error: unknown) => {
        tally.backgroundFailed("warm-up", error);
      });
    };
    const world = await makeWorld({ clock, seed, tally, places: PLACES.length, videos, ring });
    const fleet = makeFleet(world);
    const isolateAt = (place: number): Isolate => fleet.at(place, chance.below(ISOLATES_A_PLACE));
    const lifeOf = (meanMs: number): number => -meanMs * Math.log(1 - chance.uniform());

    async function warmLater(due: DueWarmUp, attempt: number): Promise<void> {
      const { asks, tenant, user } = due;
      await clock.sleep(attempt === 1 ? QUEUE_MS * chance.uniform() : RETRY_MS);
      const isolate = isolateAt(chance.below(PLACES.length));
      const wanted = readAsks(asks) ?? { inputs: DEFAULT_INPUTS, country: undefined };
      const call = isolate.callOf({ tenant, user }, wanted.country);
      const make = () => {
        tally.warms("before expiry", call.key, call.nowMs);
        return isolate.answers.warm(call, wanted.inputs);
      };
      const warmUp = { key: call.key, owner: randomToken(), make };
      const outcome = await warmUpUser(isolate.profiles, warmUp);
      tally.warmUp("before expiry", outcome);
      if (outcome === "failed" && attempt < TRIES) await warmLater(due, attempt + 1);
    }

    const people = makePeople({ users, countries, tenants: TENANTS, random: behaviour });
    for (const { key, personality } of people) {
      if (personality === undefined) continue;
      world.profiles
        .apply(key, "assessment", { kind: "personality", personality })
        .catch((error: unknown) => {
          tally.backgroundFailed("assessment", error);
        });
    }
    for (const session of makeSessions(people, sessions, START_MS, behaviour)) {
      clock.after(session.atMs, () => {
        visit({ world, random: behaviour, isolateAt }, session).catch((error: unknown) => {
          tally.backgroundFailed("visit", error);
        });
      });
    }
    let restarts = 0;
    const restartLater = (): void => {
      clock.after(lifeOf(AUTHORITY_LIFE_MS), () => {
        world.restartAuthority();
        restarts += 1;
        restartLater();
      });
    };
    restartLater();
    for (const replace of fleet.replacers) {
      const replaceLater = (): void => {
        clock.after(lifeOf(ISOLATE_LIFE_MS), () => {
          replace();
          replaceLater();
        });
      };
      replaceLater();
    }

    const left: QuotaLeft[] = [];
    for (let hour = 1; hour <= DAY_MS / HOUR_MS; hour += 1) {
      // Before midnight: the new day's quota is full again.
      await clock.runUntil(START_MS + hour * HOUR_MS - 1);
      const used = world.youtube.usage(world.key);
      const { search_per_day, units_per_day } = world.settings.youtube.limits;
      left.push({ search: search_per_day - used.search, units: units_per_day - used.units });
    }
    return {
      tally,
      startMs: START_MS,
      calls: world.youtube.calls,
      violations: world.youtube.violations,
      left,
      isolates: world.isolates,
      restarts,
      kvWrites: { done: world.kv.writes, refused: world.kv.refused },
      counters: fleet.counters(),
      limits: world.settings.youtube.limits,
    };
  } finally {
    restore();
  }
}

interface Fleet {
  at(place: number, index: number): Isolate;
  /** Each ends one isolate and starts another in its place. */
  readonly replacers: readonly (() => void)[];
  counters(): Readonly<Record<string, number>>;
}

function makeFleet(world: World): Fleet {
  const ended: Isolate[] = [];
  const places = world.edges.map((edge, place) =>
    Array.from({ length: ISOLATES_A_PLACE }, () => makeIsolate(world, place, edge)),
  );
  return {
    at(place, index) {
      const isolate = places[place]?.[index];
      if (isolate === undefined) throw new Error(`no isolate ${index} at ${place}`);
      return isolate;
    },
    replacers: places.flatMap((isolates, place) =>
      isolates.map((_, index) => () => {
        const edge = world.edges[place];
        if (edge === undefined) return;
        ended.push(...isolates.splice(index, 1, makeIsolate(world, place, edge)));
      }),
    ),
    counters() {
      const sums: Record<string, number> = {};
      for (const { counters } of [...ended, ...places.flat()]) {
        for (const [name, count] of Object.entries(counters.all())) {
          sums[name] = (sums[name] ?? 0) + count;
        }
      }
      return sums;
    },
  };
}
