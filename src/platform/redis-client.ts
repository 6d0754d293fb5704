/**
 * Runs Lua scripts, and the few commands of a cache, on Redis over HTTP: Upstash, or our proxy in front of Redis, Valkey or Dragonfly.
 *
 * One `run` or `runAll` is one round trip, two when the server has lost the script. Every failure leaves as
 * one FailureError, whose cause carries the server's words but never the request: arguments are user ids.
 */
import { errors, Redis } from "@upstash/redis/cloudflare";

import { FailureError, type FailureCode } from "../domain/failure.ts";
import { type Dialect, type LuaScript, scriptBody, type ScriptKeys } from "./lua-script.ts";

export interface RedisSettings {
  readonly url: string;
  readonly token: string;
  readonly dialect: Dialect;
  /** A server that has not answered by then counts as down. */
  readonly deadlineMs: number;
}

/** What a failure of this client is called by the adapter that owns it. */
export interface FailureName {
  readonly code: FailureCode;
  readonly message: string;
}

export interface ScriptCall<Count extends 1 | 2 | 3 = 1 | 2 | 3> {
  readonly script: LuaScript<Count>;
  readonly keys: ScriptKeys<Count>;
  readonly args: readonly string[];
}

/** Only the error of the server itself: an argument that contains the word must not run a script twice. */
const NOSCRIPT = /^(?:ERR )?NOSCRIPT/;
/** Longest piece of a server's error text that is kept. */
const ERROR_TEXT_LIMIT = 200;

export class RedisClient {
  readonly #redis: Redis;
  readonly #dialect: Dialect;
  readonly #failure: FailureName;
  #roundTrips = 0;

  constructor(settings: RedisSettings, failure: FailureName) {
    this.#dialect = settings.dialect;
    this.#failure = failure;
    // One client serves all requests of an isolate: it holds headers and no socket, stream or timer, and
    // without auto-pipelining no request waits for another one's I/O (checked in @upstash/redis 1.39.0).
    this.#redis = new Redis({
      url: settings.url,
      token: settings.token,
      // The scripts answer in ASCII: plain JSON saves the third that base64 adds to a pool slice.
      responseEncoding: false,
      // Otherwise a video id of digits arrives as a number.
      automaticDeserialization: false,
      // A retry of the SDK could run a take twice; `retry: false` still sends two requests.
      retry: { retries: 0 },
      // A function: with a plain signal a timeout resolves to null, which reads as "key missing".
      signal: () => AbortSignal.timeout(settings.deadlineMs),
      enableTelemetry: false,
      enableAutoPipelining: false,
    });
  }

  /** HTTP requests sent so far. */
  get roundTrips(): number {
    return this.#roundTrips;
  }

  async run<Count extends 1 | 2 | 3>(
    script: LuaScript<Count>,
    keys: ScriptKeys<Count>,
    args: readonly string[],
  ): Promise<unknown> {
    try {
      return await this.#evalsha(script, keys, args);
    } catch (error) {
      if (!NOSCRIPT.test(serverText(error))) throw this.#failed(error);
    }
    try {
      return await this.#eval(script, keys, args);
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** Runs the calls in order in one request; not atomic as a whole. The first failure fails them all. */
  async runAll(calls: readonly ScriptCall[]): Promise<readonly unknown[]> {
    if (calls.length === 0) return [];
    const replies = await this.#pipeline(calls, "evalsha");
    const lost = replies.flatMap(({ error }, index) =>
      error !== undefined && NOSCRIPT.test(error) ? [index] : [],
    );
    if (lost.length > 0) {
      const again = lost.flatMap((index) => calls[index] ?? []);
      const second = await this.#pipeline(again, "eval");
      lost.forEach((index, position) => {
        const reply = second[position];
        if (reply !== undefined) replies[index] = reply;
      });
    }
    return replies.map(({ result, error }) => {
      if (error !== undefined) throw this.#failed(new Error(error));
      return result;
    });
  }

  /** The text of a string key, or undefined when there is none. */
  async textAt(key: string): Promise<string | undefined> {
    const text = await this.#ask(() => this.#redis.get<string>(key));
    return text ?? undefined;
  }

  /** Keeps a text for `lifeMs`, 1 or more. */
  async keepText(key: string, text: string, lifeMs: number): Promise<void> {
    await this.#ask(() => this.#redis.set(key, text, { px: lifeMs }));
  }

  /** How many of these keys were there. */
  async forgetKeys(keys: readonly string[]): Promise<number> {
    return keys.length === 0 ? 0 : this.#ask(() => this.#redis.del(...keys));
  }

  async countKeys(keys: readonly string[]): Promise<number> {
    return keys.length === 0 ? 0 : this.#ask(() => this.#redis.exists(...keys));
  }

  /** Of a sorted set, all. */
  async membersOf(key: string): Promise<readonly string[]> {
    return this.#ask(() => this.#redis.zrange<string[]>(key, 0, -1));
  }

  async ping(): Promise<void> {
    await this.#ask(() => this.#redis.ping());
  }

  async #ask<Reply>(command: () => Promise<Reply>): Promise<Reply> {
    try {
      this.#roundTrips += 1;
      return await command();
    } catch (error) {
      throw this.#failed(error);
    }
  }

  #evalsha(script: LuaScript, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    this.#roundTrips += 1;
    return this.#redis.evalsha(script.sha1[this.#dialect], [...keys], [...args]);
  }

  #eval(script: LuaScript, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    this.#roundTrips += 1;
    return this.#redis.eval(scriptBody(script, this.#dialect), [...keys], [...args]);
  }

  async #pipeline(
    calls: readonly ScriptCall[],
    by: "evalsha" | "eval",
  ): Promise<{ result?: unknown; error?: string | undefined }[]> {
    const pipeline = this.#redis.pipeline();
    for (const { script, keys, args } of calls) {
      if (by === "eval") pipeline.eval(scriptBody(script, this.#dialect), [...keys], [...args]);
      else pipeline.evalsha(script.sha1[this.#dialect], [...keys], [...args]);
    }
    try {
      this.#roundTrips += 1;
      return await pipeline.exec<unknown[]>({ keepErrors: true });
    } catch (error) {
      throw this.#failed(error);
    }
  }

  /** An answer that has not the shape its script promises: a server that is not ours, or of another release. */
  malformed(script: LuaScript): FailureError {
    return this.#failed(new Error(`unexpected reply of ${script.name}`));
  }

  #failed(error: unknown): FailureError {
    const name = error instanceof Error ? error.name : "Error";
    const cause = new Error(`${name}: ${serverText(error).slice(0, ERROR_TEXT_LIMIT)}`);
    return new FailureError(this.#failure.code, this.#failure.message, { cause });
  }
}

/** What the server or the network said, without the request that the SDK appends to it. */
function serverText(error: unknown): string {
  if (error instanceof errors.UpstashJSONParseError) return "the answer was not JSON";
  const text = error instanceof Error ? error.message : String(error);
  return text.split(", command was: ", 1)[0] ?? "";
}
