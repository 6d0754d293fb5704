/** What a day was like: counted by hour, from outside the product, by what clients and ports saw. */
import type { ItemId } from "../../src/domain/ids.ts";
import type { Found } from "../../src/cache/tiered-cache.ts";
import type { VideoAnswer } from "../../src/feed/video-answer.ts";
import type { VideoInputs } from "../../src/feed/video-inputs.ts";
import type { UserKey } from "../../src/users/user-store.ts";
import { topicOf } from "../../src/youtube/topics.ts";
import type { LibraryAnswer, LibraryRequest, Theme } from "../../src/youtube/video-library.ts";
import { Repeats } from "./repeats.ts";
import { readBody, type VideoBody } from "./video-body.ts";

const HOURS = 24;
const HOUR_MS = 3_600_000;
const GOOD_LIFE_SECONDS = 900;
const LISTINGS_KEPT = 12;

export interface Hour {
  requests: number;
  /** By tier; `made` when a new one was made. */
  readonly answers: Record<string, number>;
  /** By tier; `made`, and `failed` when it could not be had. */
  readonly lists: Record<string, number>;
}

/** Why an answer was made although one had been made before. */
export type MadeBecause =
  | "the first of these wishes"
  | "the user said something new"
  | "a refresh was granted"
  | "lists had been missing"
  | "the last one was over";

export interface Asked {
  readonly key: UserKey;
  readonly country: string;
  readonly inputs: VideoInputs;
  readonly refresh: boolean;
  readonly startedMs: number;
  readonly endedMs: number;
}

interface Listing {
  readonly atMs: number;
  readonly calls: number;
  readonly ids: readonly ItemId[];
}

interface LastAnswer {
  readonly freshUntilMs: number;
  readonly lifeSeconds: number;
  readonly changes: number;
}

export class Tally {
  readonly hours: readonly Hour[] = Array.from({ length: HOURS }, () => ({
    requests: 0,
    answers: {},
    lists: {},
  }));
  readonly requests: Record<string, number> = {};
  readonly made: Record<string, number> = {};
  readonly degraded: Record<string, number> = {};
  readonly warmUps: Record<string, number> = {};
  readonly background: Record<string, number> = {};
  readonly repeats = new Repeats();
  readonly waitsMs: number[] = [];
  staleAnswers = 0;
  staleLists = 0;
  incomplete = 0;
  throttled = 0;
  callsWithoutCache = 0;
  readonly #startMs: number;
  readonly #listings = new Map<string, Listing[]>();
  readonly #last = new Map<string, LastAnswer>();
  readonly #changes = new Map<string, number>();
  /** Answers that were made by a warm-up, and whether anybody has seen them. */
  readonly #warm = new Map<string, { kind: string; seen: boolean }>();

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  hourOf(atMs: number): Hour {
    const hour = this.hours[Math.min(HOURS - 1, Math.floor((atMs - this.#startMs) / HOUR_MS))];
    if (hour === undefined) throw new Error("before the day");
    return hour;
  }

  request(kind: string, atMs: number): void {
    add(this.requests, kind);
    this.hourOf(atMs).requests += 1;
  }

  answer(asked: Asked, answer: VideoAnswer): VideoBody {
    const { key, inputs, startedMs, endedMs } = asked;
    const body = readBody(answer.bytes);
    const madeMs = Date.parse(body.data.refresh_time);
    add(this.hourOf(startedMs).answers, answer.tier);
    this.waitsMs.push(endedMs - startedMs);
    const listing = this.#listingOf(key, madeMs);
    this.callsWithoutCache += listing?.calls ?? 0;
    const hit = answer.tier !== "made";
    if (answer.degraded !== undefined) add(this.degraded, answer.degraded);
    else if (hit && startedMs >= madeMs + body.cache_ttl * 1_000) this.staleAnswers += 1;
    if (body.meta.missing_lists > 0) this.incomplete += 1;
    if (asked.refresh && answer.retryAfterSeconds !== undefined && body.meta.refresh !== "granted")
      this.throttled += 1;
    if (!hit) add(this.made, this.#whyMade(asked, body));
    this.#remember(asked, body, madeMs);
    if (hit) this.#sawWarm(key, madeMs);
    if (inputs.surface === "recommendations")
      this.repeats.served(nameOf(key), body, {
        madeMs,
        seenMs: endedMs,
        candidates: inputs.category === undefined ? (listing?.ids ?? []) : undefined,
      });
    return body;
  }

  /** Somebody wanted a list. Undefined: it could not be had. */
  list(atMs: number, found: Found<unknown> | undefined): void {
    add(this.hourOf(atMs).lists, found?.tier ?? "failed");
    if (found?.state === "stale") this.staleLists += 1;
  }

  listed({ tenant, user, themes, nowMs }: LibraryRequest, { found }: LibraryAnswer): void {
    if (user === undefined) return;
    const name = nameOf({ tenant, user });
    const listings = this.#listings.get(name) ?? [];
    // An answer may ask for lists twice: the second time for more.
    const first = listings.at(-1);
    const same = first?.atMs === nowMs ? first : undefined;
    const ids = found.flatMap(({ videos }) => videos.map(({ id }) => id));
    const listing = {
      atMs: nowMs,
      calls: themes.reduce((sum, theme) => sum + callsOf(theme), same?.calls ?? 0),
      ids: [...(same?.ids ?? []), ...ids],
    };
    const others = same === undefined ? listings : listings.slice(0, -1);
    this.#listings.set(name, [...others, listing].slice(-LISTINGS_KEPT));
  }

  /** The user said something that the next answer must follow. */
  changed(key: UserKey): void {
    const name = nameOf(key);
    this.#changes.set(name, (this.#changes.get(name) ?? 0) + 1);
  }

  gone(key: UserKey, video: ItemId): void {
    this.repeats.gone(nameOf(key), video);
  }

  warmUp(kind: string, outcome: string): void {
    add(this.warmUps, `${kind}: ${outcome}`);
  }

  /** An answer is being made for later. */
  warms(kind: string, key: UserKey, nowMs: number): void {
    this.#warm.set(`${nameOf(key)} ${nowMs}`, { kind, seen: false });
  }

  backgroundFailed(name: string, error: unknown): void {
    add(this.background, `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }

  #sawWarm(key: UserKey, madeMs: number): void {
    const warm = this.#warm.get(`${nameOf(key)} ${madeMs}`);
    if (warm === undefined || warm.seen) return;
    warm.seen = true;
    this.warmUp(warm.kind, "seen by its user");
  }

  #whyMade({ key, inputs, country, startedMs }: Asked, body: VideoBody): MadeBecause {
    if (body.meta.refresh === "granted") return "a refresh was granted";
    const last = this.#last.get(wishesOf(key, inputs, country));
    if (last === undefined) return "the first of these wishes";
    if (last.changes !== (this.#changes.get(nameOf(key)) ?? 0))
      return "the user said something new";
    const thin = last.lifeSeconds < GOOD_LIFE_SECONDS;
    return thin && startedMs >= last.freshUntilMs
      ? "lists had been missing"
      : "the last one was over";
  }

  #remember({ key, inputs, country }: Asked, body: VideoBody, madeMs: number): void {
    this.#last.set(wishesOf(key, inputs, country), {
      freshUntilMs: madeMs + body.cache_ttl * 1_000,
      lifeSeconds: body.cache_ttl,
      changes: this.#changes.get(nameOf(key)) ?? 0,
    });
  }

  #listingOf(key: UserKey, madeMs: number): Listing | undefined {
    const listings = this.#listings.get(nameOf(key)) ?? [];
    return listings.findLast(({ atMs }) => atMs === madeMs) ?? listings.at(-1);
  }
}

const nameOf = ({ tenant, user }: UserKey): string => `${tenant}/${user}`;

const wishesOf = (key: UserKey, inputs: VideoInputs, country: string): string =>
  `${nameOf(key)} ${country} ${Object.values(inputs).join(" ")}`;

/** The least that a list costs: a topic that is a whole category is its chart, others are a search and its details. */
function callsOf(theme: Theme): number {
  switch (theme.kind) {
    case "trending":
    case "chart":
      return 1;
    case "channel":
      return 2;
    case "topic":
      return topicOf(theme.topic)?.whole === true ? 1 : 2;
  }
}

export function add(counts: Record<string, number>, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}
