/** Who comes, from where, and when: activity by Zipf's law, a day with an evening peak where the user lives. */
import type { TenantId, UserId } from "../../src/domain/ids.ts";
import type { Personality } from "../../src/profiles/profile.ts";
import type { UserKey } from "../../src/users/user-store.ts";
import { type Random, zipf } from "../demo/random.ts";

export interface Person {
  readonly key: UserKey;
  readonly country: string;
  /** Index of the data centre nearest to the user. */
  readonly place: number;
  /** Undefined: never assessed. */
  readonly personality: Personality | undefined;
}

export interface Session {
  readonly person: Person;
  /** From the start of the day. */
  readonly atMs: number;
  /** Somebody who stays, and comes back to the page every few minutes. */
  readonly long: boolean;
}

interface Country {
  readonly code: string;
  readonly place: number;
  /** Hours ahead of UTC. */
  readonly offset: number;
  readonly share: number;
}

export const PLACES = ["Europe", "America", "Asia"] as const;

/** Those with most users first. Each has topics of its own, which are searched for. */
const COUNTRIES: readonly Country[] = [
  { code: "US", place: 1, offset: -5, share: 0.34 },
  { code: "GB", place: 0, offset: 0, share: 0.2 },
  { code: "DE", place: 0, offset: 1, share: 0.18 },
  { code: "IN", place: 2, offset: 5.5, share: 0.16 },
  { code: "FR", place: 0, offset: 1, share: 0.07 },
  { code: "JP", place: 2, offset: 9, share: 0.05 },
  { code: "BR", place: 1, offset: -3, share: 0.05 },
  { code: "CA", place: 1, offset: -5, share: 0.04 },
  { code: "ES", place: 0, offset: 1, share: 0.04 },
  { code: "KR", place: 2, offset: 9, share: 0.03 },
  { code: "AU", place: 2, offset: 10, share: 0.03 },
  { code: "MX", place: 1, offset: -6, share: 0.03 },
];

/** Relative number of sessions that begin in each local hour: a morning, a midday and the peak at 20 to 21. */
const BY_HOUR = [
  18, 10, 6, 4, 4, 6, 12, 26, 36, 34, 32, 36, 46, 44, 38, 38, 44, 56, 72, 92, 106, 100, 72, 38,
];

const HOUR_MS = 3_600_000;
const ASSESSED = 0.7;
/** Mandelbrot's form, `1 / (rank + 20)^0.9`: the busiest user comes 25 times a day, not 150 times. */
const ZIPF = 0.9;
const ZIPF_SHIFT = 20;
/** The last of the ranking never come on this day. */
const IDLE = 0.12;
const LONG = 0.06;
const TENANT_SHARES = [0.6, 0.3, 0.1];

export interface PeopleOptions {
  readonly users: number;
  readonly countries: number;
  readonly tenants: readonly TenantId[];
  readonly random: Random;
}

export function makePeople({ users, countries, tenants, random }: PeopleOptions): Person[] {
  const lands = COUNTRIES.slice(0, countries);
  return Array.from({ length: users }, (_, rank) => {
    const tenant = tenants[weighted(TENANT_SHARES, random)] ?? tenants[0];
    if (tenant === undefined) throw new Error("no tenant");
    const country =
      lands[
        weighted(
          lands.map(({ share }) => share),
          random,
        )
      ] ?? COUNTRIES[0];
    const assessed = random.uniform() < ASSESSED;
    return {
      key: { tenant, user: `user-${rank}` as UserId },
      country: country?.code ?? "US",
      place: country?.place ?? 1,
      personality: assessed ? aPersonality(random) : undefined,
    };
  });
}

/** In the order of time. `startMs` is when the day begins, in epoch milliseconds. */
export function makeSessions(
  people: readonly Person[],
  sessions: number,
  startMs: number,
  random: Random,
): Session[] {
  const coming = people.slice(0, Math.ceil(people.length * (1 - IDLE)));
  const pick = zipf(coming.length + ZIPF_SHIFT, ZIPF);
  const someone = (): Person => {
    let rank = -1;
    while (rank < 0) rank = pick(random) - ZIPF_SHIFT;
    const person = coming[rank];
    if (person === undefined) throw new Error("nobody comes");
    return person;
  };
  return Array.from({ length: sessions }, (): Session => {
    const person = someone();
    const offset = COUNTRIES.find(({ code }) => code === person.country)?.offset ?? 0;
    const localMs = (weighted(BY_HOUR, random) + random.uniform()) * HOUR_MS;
    const startsAt = startMs % (24 * HOUR_MS);
    const atMs = (localMs - offset * HOUR_MS - startsAt + 72 * HOUR_MS) % (24 * HOUR_MS);
    return { person, atMs, long: random.uniform() < LONG };
  }).toSorted((a, b) => a.atMs - b.atMs);
}

function weighted(weights: readonly number[], random: Random): number {
  let aim = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [at, weight] of weights.entries()) {
    aim -= weight;
    if (aim < 0) return at;
  }
  return weights.length - 1;
}

function aPersonality(random: Random): Personality {
  const score = (): number => Math.max(0, Math.min(100, Math.round(50 + 20 * random.normal())));
  return {
    openness: score(),
    conscientiousness: score(),
    extraversion: score(),
    agreeableness: score(),
    neuroticism: score(),
  };
}
