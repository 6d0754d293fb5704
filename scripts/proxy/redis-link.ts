/**
 * One connection to the database, shared by all requests. Commands are written as they come and answered in
 * order, so that concurrent requests travel together; the connection comes back by itself.
 */

import { Command as RedisCommand, Redis } from "ioredis";

import type { Command } from "./command.ts";

/** The database did not answer: it is down, or slower than the timeout. */
export class LinkError extends Error {
  override readonly name = "LinkError";
  readonly status: 503 | 504;

  constructor(status: 503 | 504, message: string) {
    super(message);
    this.status = status;
  }
}

/** An error of the database itself, as text. */
export interface ErrorReply {
  readonly error: string;
}

/** RESP2, as it came: integers, bulk strings as bytes, arrays, null. */
export type Reply = number | Uint8Array | null | ErrorReply | readonly Reply[];

export const failed = (reply: Reply): reply is ErrorReply =>
  typeof reply === "object" && reply !== null && "error" in reply;

const RECONNECT_LIMIT_MS = 1000;

export class RedisLink {
  readonly #redis: Redis;
  readonly #timeoutMs: number;

  constructor(url: string, timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#redis = new Redis(url, {
      // RESP3 would answer HGETALL with a map and ZSCORE with a double; REST clients expect RESP2.
      protocol: 2,
      lazyConnect: true,
      // A request during an outage fails at once; nothing is sent twice, because a take must not be.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: (attempt) => Math.min(attempt * 50, RECONNECT_LIMIT_MS),
    });
    // Without a listener ioredis prints every failed attempt; requests report the outage themselves.
    this.#redis.on("error", () => undefined);
    this.#redis.connect().catch(() => undefined);
  }

  /** Resolves when the connection is up, or after `timeoutMs`: a proxy starts before its database too. */
  async whenReady(timeoutMs: number): Promise<void> {
    if (this.#redis.status === "ready") return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#redis.once("ready", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Sends the commands back to back; each has its own reply or error. */
  send(commands: readonly Command[]): Promise<readonly Reply[]> {
    return this.#inTime(Promise.all(commands.map((command) => this.#write(command))));
  }

  /** MULTI, the commands, EXEC. Nothing comes between them: all are written in one turn. */
  async transact(commands: readonly Command[]): Promise<Reply> {
    const replies = await this.send([["MULTI"], ...commands, ["EXEC"]]);
    return replies.at(-1) ?? null;
  }

  async close(): Promise<void> {
    this.#redis.disconnect();
  }

  async #write([name, ...args]: Command): Promise<Reply> {
    // ioredis rewrites replies by lower-case name; in upper case they arrive as the server sent them.
    const command = new RedisCommand(name, args.map(toArgument), { replyEncoding: null });
    try {
      return toReply(await this.#redis.sendCommand(command));
    } catch (error) {
      if (error instanceof Error && error.name === "ReplyError") return { error: error.message };
      throw new LinkError(503, "ERR the database cannot be reached");
    }
  }

  async #inTime<Value>(work: Promise<Value>): Promise<Value> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new LinkError(504, "ERR the database did not answer in time"));
      }, this.#timeoutMs);
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
      work.catch(() => undefined);
    }
  }
}

/** ioredis takes bytes only as a Buffer. */
const toArgument = (arg: string | Uint8Array): string =>
  typeof arg === "string" ? arg : Buffer.from(arg);

function toReply(value: unknown): Reply {
  if (Array.isArray(value)) return value.map(toReply);
  if (value instanceof Error) return { error: value.message };
  if (typeof value === "number" || value instanceof Uint8Array) return value;
  return typeof value === "string" ? new TextEncoder().encode(value) : null;
}
