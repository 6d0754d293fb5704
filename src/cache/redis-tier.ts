/**
 * Cached values on Redis, Valkey, Dragonfly or Upstash: one string a key, one round trip a call. The hash tag is the whole
 * key, so that a cluster spreads the values of one tenant; answers of a user lie where the user does, with a set of their
 * names, so that all of them can go.
 *
 * The value is a line of times, then the bytes: as text where they are text, which JSON is and which saves the third
 * that base64 adds, else in base64.
 */
import { RedisClient, type RedisSettings } from "../platform/redis-client.ts";
import { ANSWERS_KEEP } from "../platform/lua-scripts.ts";
import { ownerOf } from "./cache-key.ts";
import { type CacheEntry, type CacheTier, EntryRefusedError } from "./tier.ts";
import { parseTimesText, timesText } from "./windows.ts";

/** Upstash takes requests of 1 MB on its smallest plan; JSON writes a quote as two characters. */
const VALUE_LIMIT_CHARACTERS = 500_000;

export interface RedisTierSettings {
  readonly redis: RedisSettings;
  readonly nowMs: () => number;
  /** Whose a key is: undefined for what users share. */
  readonly userOf: (key: string) => string | undefined;
}

export class RedisTier implements CacheTier {
  readonly name = "l2";
  readonly #client: RedisClient;
  readonly #nowMs: () => number;
  readonly #userOf: (key: string) => string | undefined;

  constructor({ redis, nowMs, userOf }: RedisTierSettings) {
    this.#nowMs = nowMs;
    this.#userOf = userOf;
    this.#client = new RedisClient(redis, {
      code: "USER_STATE_UNAVAILABLE",
      message: "The cache did not answer.",
    });
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    const text = await this.#client.textAt(this.#place(key).at);
    return text === undefined ? undefined : parseEntry(text);
  }

  async put(key: string, entry: CacheEntry): Promise<void> {
    const nowMs = this.#nowMs();
    const lifeMs = Math.ceil(entry.keepUntilMs - nowMs);
    if (lifeMs <= 0) return;
    const text = entryText(entry);
    if (text.length > VALUE_LIMIT_CHARACTERS) {
      throw new EntryRefusedError(`${text.length} characters are too many for a request`);
    }
    const { at, names } = this.#place(key);
    if (names === undefined) return this.#client.keepText(at, text, lifeMs);
    const times = [lifeMs, nowMs + lifeMs, nowMs].map(String);
    await this.#client.run(ANSWERS_KEEP, [at, names], [text, ...times]);
  }

  async drop(key: string): Promise<void> {
    await this.#client.forgetKeys([this.#place(key).at]);
  }

  /** How many answers of a user are there now. */
  async countOf(tenant: string, user: string): Promise<number> {
    return this.#client.countKeys(await this.#client.membersOf(namesKey(tenant, user)));
  }

  /** Drops all of them, and returns how many there were. */
  async dropOf(tenant: string, user: string): Promise<number> {
    const names = namesKey(tenant, user);
    const answers = await this.#client.membersOf(names);
    const dropped = await this.#client.forgetKeys(answers);
    // Last: who dies before it finds the same names again.
    await this.#client.forgetKeys([names]);
    return dropped;
  }

  /** Where a key lies, and the set that names it if it is a user's. */
  #place(key: string): { readonly at: string; readonly names?: string } {
    const user = this.#userOf(key);
    if (user === undefined) return { at: `nf:{${key}}:cache` };
    const tenant = ownerOf(key);
    return { at: `nf:{${tenant}:${user}}:answer:${key}`, names: namesKey(tenant, user) };
  }
}

const namesKey = (tenant: string, user: string): string => `nf:{${tenant}:${user}}:answers`;

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
