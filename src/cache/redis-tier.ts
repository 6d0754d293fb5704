/**
 * Cached values on Redis, Valkey, Dragonfly or Upstash: one string a key, one round trip a call. The whole key is the
 * hash tag, so that a cluster spreads the values of one tenant.
 *
 * The value is a line of times, then the bytes: as text where they are text, which JSON is and which saves the third
 * that base64 adds, else in base64.
 */
import { RedisClient, type RedisSettings } from "../platform/redis-client.ts";
import { type CacheEntry, type CacheTier, EntryRefusedError } from "./tier.ts";
import { parseTimesText, timesText } from "./windows.ts";

/** Upstash takes requests of 1 MB on its smallest plan; JSON writes a quote as two characters. */
const VALUE_LIMIT_CHARACTERS = 500_000;

export interface RedisTierSettings {
  readonly redis: RedisSettings;
  readonly nowMs: () => number;
}

export class RedisTier implements CacheTier {
  readonly name = "l2";
  readonly #client: RedisClient;
  readonly #nowMs: () => number;

  constructor({ redis, nowMs }: RedisTierSettings) {
    this.#nowMs = nowMs;
    this.#client = new RedisClient(redis, {
      code: "USER_STATE_UNAVAILABLE",
      message: "The cache did not answer.",
    });
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    const text = await this.#client.textAt(redisKey(key));
    return text === undefined ? undefined : parseEntry(text);
  }

  async put(key: string, entry: CacheEntry): Promise<void> {
    const lifeMs = Math.ceil(entry.keepUntilMs - this.#nowMs());
    if (lifeMs <= 0) return;
    const text = entryText(entry);
    if (text.length > VALUE_LIMIT_CHARACTERS) {
      throw new EntryRefusedError(`${text.length} characters are too many for a request`);
    }
    await this.#client.keepText(redisKey(key), text, lifeMs);
  }

  async drop(key: string): Promise<void> {
    await this.#client.forgetKey(redisKey(key));
  }
}

const redisKey = (key: string): string => `nf:{${key}}:cache`;

function entryText(entry: CacheEntry): string {
  const text = textOf(entry.bytes);
  const times = timesText(entry);
  return text === undefined ? `b ${times}\n${base64Of(entry.bytes)}` : `t ${times}\n${text}`;
}

function parseEntry(text: string): CacheEntry | undefined {
  const end = text.indexOf("\n");
  const times = parseTimesText(text.slice(2, end));
  if (times === undefined) return undefined;
  const body = text.slice(end + 1);
  const bytes = text.startsWith("b ") ? bytesOf(body) : new TextEncoder().encode(body);
  return { ...times, bytes };
}

/** Undefined for bytes that are not UTF-8, or that would come back as others. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** As many at once as a call takes arguments. */
const CHUNK_BYTES = 8_192;

function base64Of(bytes: Uint8Array): string {
  let characters = "";
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    characters += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES));
  }
  return btoa(characters);
}

const bytesOf = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
