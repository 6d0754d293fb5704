/** User state in Redis: every operation is one Lua script and one round trip. */
import type { ItemCodes } from "../domain/item-code.ts";
import { CODE_WIDTH, NO_CODES } from "../domain/item-code.ts";
import type { LuaScript } from "../platform/lua-script.ts";
import {
  USER_FORGET,
  USER_LEASE,
  USER_MARK,
  USER_PEEK,
  USER_REFILL,
  USER_STATS,
  USER_TAKE,
} from "../platform/lua-scripts.ts";
import { RedisClient, type RedisSettings } from "../platform/redis-client.ts";
import { REFUSED_PEEK } from "./peek.ts";
import { peekKeys, userKeys } from "./user-keys.ts";
import {
  COOLDOWN_LIMIT,
  RECENT_WATCHED_LIMIT,
  USER_STATE_LIFE_SECONDS,
  type UserPolicy,
  VALID_LIFE_SHARE,
} from "./user-policy.ts";
import { Reply } from "./user-reply.ts";
import type {
  Cursor,
  LeaseEntry,
  LeaseRequest,
  LeaseResult,
  MarkEntry,
  MarkRequest,
  PeekRequest,
  PeekResult,
  Probe,
  RefillRequest,
  RefillResult,
  TakeRequest,
  TakeResult,
  UserKey,
  UserStats,
  UserStore,
  Want,
} from "./user-store.ts";
import { LAYER_CLASSES, LAYER_LIFE_SECONDS, ratedItems } from "./watched-filter.ts";

const NO_WANT: Want = { popularity: 0, freshness: 0, carryOver: false };
/** More than two isolates' clocks differ by: each second is counted to its end. */
const PEEKS_LIFE_SECONDS = 10;
const STATE_LIFE = String(USER_STATE_LIFE_SECONDS);

export class RedisUserStore implements UserStore, Probe {
  readonly #client: RedisClient;

  constructor(settings: RedisSettings) {
    this.#client = new RedisClient(settings, {
      code: "USER_STATE_UNAVAILABLE",
      message: "User state cannot be reached.",
    });
  }

  /** HTTP requests sent so far: tests hold every operation to one. */
  get roundTrips(): number {
    return this.#client.roundTrips;
  }

  async take(key: UserKey, request: TakeRequest): Promise<TakeResult> {
    const { nowSeconds, token, lookback, want, policy } = request;
    const reply = await this.#run(USER_TAKE, key, [
      String(nowSeconds),
      token,
      String(lookback),
      ...wantArgs(want),
      String(policy.lowWaterMark),
      String(policy.refillLeaseSeconds),
      String(policy.cooldownSeconds),
      STATE_LIFE,
    ]);
    return {
      outcome: reply.word(0, ["taken", "repeated", "short"]),
      page: { popularity: reply.codes(1), freshness: reply.codes(2), fallback: reply.codes(3) },
      levels: { popularity: reply.count(4), freshness: reply.count(5) },
      cursors: reply.cursors(6),
      refillGranted: reply.count(7) === 1,
    };
  }

  async refill(key: UserKey, request: RefillRequest): Promise<RefillResult> {
    const { nowSeconds, candidates, cursors, policy } = request;
    const reply = await this.#run(USER_REFILL, key, [
      String(nowSeconds),
      candidates.popularity,
      candidates.freshness,
      candidates.fallback,
      cursorText(cursors.popularity),
      cursorText(cursors.freshness),
      String(request.capacity.popularity),
      String(request.capacity.freshness),
      String(nowSeconds + policy.entryLifeSeconds),
      String(policy.cooldownSeconds),
      String(COOLDOWN_LIMIT),
      STATE_LIFE,
      request.take === undefined ? "0" : "1",
      request.take?.token ?? "",
      ...wantArgs(request.take?.want ?? NO_WANT),
      readToArg(request.readTo?.popularity),
      readToArg(request.readTo?.freshness),
    ]);
    return {
      page: { popularity: reply.codes(0), freshness: reply.codes(1), fallback: reply.codes(2) },
      levels: { popularity: reply.count(3), freshness: reply.count(4) },
      cursors: reply.cursors(5),
      refillGranted: false,
      added: { popularity: reply.count(6), freshness: reply.count(7) },
      examined: { popularity: reply.count(8), freshness: reply.count(9) },
      known: reply.count(10),
      watched: reply.count(11),
    };
  }

  async lease(entries: readonly LeaseEntry[]): Promise<readonly LeaseResult[]> {
    const replies = await this.#client.runAll(
      entries.map(({ key, request }) => ({
        script: USER_LEASE,
        keys: userKeys(key),
        args: leaseArgs(request),
      })),
    );
    return replies.map((reply) => leaseResult(this.#reply(USER_LEASE, reply)));
  }

  async peek(key: UserKey, request: PeekRequest): Promise<PeekResult> {
    const { nowSeconds, limits, candidates, perSecond, policy } = request;
    const answer = await this.#client.run(USER_PEEK, peekKeys(key, nowSeconds), [
      String(nowSeconds),
      String(limits.popularity),
      String(limits.freshness),
      candidates,
      perSecond === undefined ? "" : String(perSecond),
      String(PEEKS_LIFE_SECONDS),
      String(policy.lowWaterMark),
      String(policy.refillLeaseSeconds),
      STATE_LIFE,
    ]);
    const reply = this.#reply(USER_PEEK, answer);
    const outcome = reply.word(0, ["peeked", "refused"]);
    if (outcome === "refused") return REFUSED_PEEK;
    return {
      outcome,
      waiting: { popularity: reply.codes(1), freshness: reply.codes(2) },
      cooling: reply.codes(3),
      watched: reply.codes(4),
      recentlyWatched: reply.codes(5),
      known: reply.count(6) === 1,
      levels: { popularity: reply.count(7), freshness: reply.count(8) },
      cursors: reply.cursors(9),
      refillGranted: reply.count(10) === 1,
    };
  }

  async mark(key: UserKey, request: MarkRequest): Promise<number> {
    return this.#removed(await this.#client.run(USER_MARK, userKeys(key), markArgs(request)));
  }

  async markAll(entries: readonly MarkEntry[]): Promise<readonly number[]> {
    const replies = await this.#client.runAll(
      entries.map(({ key, request }) => ({
        script: USER_MARK,
        keys: userKeys(key),
        args: markArgs(request),
      })),
    );
    return replies.map((reply) => this.#removed(reply));
  }

  async stats(key: UserKey, nowSeconds: number, policy: UserPolicy): Promise<UserStats> {
    const validFrom = Math.ceil(nowSeconds + policy.entryLifeSeconds * VALID_LIFE_SHARE);
    const reply = await this.#run(USER_STATS, key, [String(nowSeconds), String(validFrom)]);
    const watchedLayers = parseLayers(reply.text(7), nowSeconds);
    const coolingDown = reply.count(5);
    const recentlyWatched = reply.count(6);
    return {
      known: reply.count(0) === 1,
      valid: { popularity: reply.count(1), freshness: reply.count(2) },
      cursors: reply.cursors(3),
      coolingDown,
      recentlyWatched,
      watchedLayers,
      sizeBytes:
        (reply.count(4) + coolingDown + recentlyWatched) * CODE_WIDTH +
        watchedLayers.reduce((sum, layer) => sum + layer.sizeBytes, 0),
    };
  }

  async forget(key: UserKey): Promise<void> {
    await this.#client.run(USER_FORGET, userKeys(key), []);
  }

  ping(): Promise<void> {
    return this.#client.ping();
  }

  async #run(
    script: LuaScript<2>,
    key: UserKey,
    args: readonly (string | ItemCodes)[],
  ): Promise<Reply> {
    return this.#reply(script, await this.#client.run(script, userKeys(key), args));
  }

  #removed(reply: unknown): number {
    if (typeof reply !== "number") throw this.#client.malformed(USER_MARK);
    return reply;
  }

  #reply(script: LuaScript, reply: unknown): Reply {
    return new Reply(reply, () => this.#client.malformed(script));
  }
}

const leaseArgs = ({ nowSeconds, commit, next, policy }: LeaseRequest): readonly string[] => [
  String(nowSeconds),
  commit === undefined ? "0" : "1",
  commit?.token ?? "",
  commit?.page.popularity ?? "",
  commit?.page.freshness ?? "",
  commit?.page.fallback ?? "",
  next === undefined ? "0" : "1",
  next?.token ?? "",
  ...wantArgs(next?.want ?? NO_WANT),
  String(next?.untilSeconds ?? 0),
  String(policy.lowWaterMark),
  String(policy.refillLeaseSeconds),
  String(policy.cooldownSeconds),
  STATE_LIFE,
];

const markArgs = ({ nowSeconds, codes, as, policy }: MarkRequest): readonly string[] => [
  String(nowSeconds),
  codes,
  as === "cooldown" ? "1" : "0",
  String(policy.cooldownSeconds),
  String(RECENT_WATCHED_LIMIT),
  STATE_LIFE,
];

const leaseResult = (reply: Reply): LeaseResult => ({
  outcome: reply.word(0, ["leased", "held", "short", "none"]),
  page: { popularity: reply.codes(1), freshness: reply.codes(2), fallback: NO_CODES },
  levels: { popularity: reply.count(3), freshness: reply.count(4) },
  cursors: reply.cursors(5),
  refillGranted: reply.count(6) === 1,
});

const readToArg = (position: number | undefined): string =>
  position === undefined ? "" : String(position);

const wantArgs = ({ popularity, freshness, carryOver }: Want): readonly string[] => [
  String(popularity),
  String(freshness),
  carryOver ? "1" : "0",
];

const cursorText = ({ version, position, total, untilSeconds }: Cursor): string =>
  `${version} ${position} ${total} ${untilSeconds}`;

/** Width of one entry of the layer index: sequence 6, opened at 10, size class 1, items 6. */
const LAYER_ENTRY_WIDTH = 23;

function parseLayers(index: string, nowSeconds: number): UserStats["watchedLayers"] {
  return Array.from({ length: index.length / LAYER_ENTRY_WIDTH }, (_, layer) => {
    const entry = index.slice(layer * LAYER_ENTRY_WIDTH, (layer + 1) * LAYER_ENTRY_WIDTH);
    const size = Number(entry.slice(16, 17));
    return {
      ratedItems: ratedItems(size),
      items: Number(entry.slice(17)),
      sizeBytes: (LAYER_CLASSES[size] ?? LAYER_CLASSES[0]).bits / 8,
      openedAtSeconds: Number(entry.slice(6, 16)),
    };
  }).filter((layer) => layer.openedAtSeconds + LAYER_LIFE_SECONDS > nowSeconds);
}
